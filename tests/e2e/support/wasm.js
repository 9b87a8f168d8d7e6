// The way to the WebAssembly exports that no route leads to: worker-build puts them on the
// prototype of the class that is the build's default export.
import Entrypoint from "../../../build/index.js";

export function trapDirectly() {
  return Entrypoint.prototype.trap();
}

export function trapThroughShim(env, ctx) {
  return new Entrypoint(ctx, env).trap();
}

export function signUrl(env, ctx, [originUrl, privateKey, uid, expires, rand]) {
  return new Entrypoint(ctx, env).sign_url(originUrl, privateKey, uid, expires, rand);
}
