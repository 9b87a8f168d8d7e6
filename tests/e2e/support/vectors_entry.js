// Signs what it is sent, a JSON array of `[origin URL, private key, uid, expires, rand]`, with the
// Worker's own signer inside workerd.
import { signUrl } from "./wasm.js";

export default {
  async fetch(request) {
    const lines = await request.json();
    return Response.json(lines.map((line) => signUrl(...line)));
  },
};
