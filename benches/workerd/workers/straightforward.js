// The job of Signpost's hot path as plain JavaScript, for comparison: a Map from path to file,
// URL for the parsing, Web Crypto for the MD5.
const VALID_SECONDS = 30 * 60;

let files;

export default {
  async fetch(request, env) {
    files ??= parseTree(env.URL_TREE);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response("method not allowed", { status: 405, headers: { Allow: "GET, HEAD" } });
    }
    const url = new URL(request.url);
    let path;
    try {
      path = decodeURIComponent(url.pathname);
    } catch {
      return new Response("bad path", { status: 400 });
    }
    const file = files.get(path);
    if (file === undefined) return new Response("not found", { status: 404 });

    const location = await sign(file.url, env);
    const format = url.searchParams.get("format");
    if (format === "json" || (format === null && prefersJson(request.headers.get("Accept")))) {
      return Response.json({ path, size: file.size, modified: file.modified, url: location });
    }
    if (format === "url") return new Response(location);
    if (format !== null && format !== "html") return new Response("bad format", { status: 400 });
    return new Response(null, {
      status: 302,
      headers: {
        Location: location,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Access-Control-Allow-Origin": "*",
      },
    });
  },
};

function prefersJson(accept) {
  return accept !== null && accept.includes("application/json") && !accept.includes("text/html");
}

async function sign(origin, env) {
  const url = new URL(origin);
  const expires = Math.floor(Date.now() / 1000) + VALID_SECONDS;
  const rand = crypto.randomUUID().replaceAll("-", "");
  const text = `${decodeURIComponent(url.pathname)}-${expires}-${rand}-${env.UID}-${env.PRIVATE_KEY}`;
  const digest = await crypto.subtle.digest("MD5", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  url.searchParams.set("auth_key", `${expires}-${rand}-${env.UID}-${hex.join("")}`);
  return url.href;
}

/** Parses a tree: folders (`Name:`) by their indent, and files as `[name:][size:][modified:]URL`. */
function parseTree(text) {
  const found = new Map();
  const folders = [];
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const depth = raw.search(/\S/) / 2;
    folders.length = Math.min(folders.length, depth);
    const at = line.search(/https?:\/\//);
    if (at < 0) {
      folders.push(line.slice(0, -1));
      continue;
    }
    const url = line.slice(at);
    const fields = line.slice(0, at).split(":").slice(0, -1);
    const name = fields.length > 0 && !/^\d*$/.test(fields[0])
      ? fields.shift()
      : decodeURIComponent(new URL(url).pathname.split("/").pop());
    const [size, modified] = fields.map((field) => (field === "" ? null : Number(field)));
    found.set(`/${[...folders, name].join("/")}`, { url, size, modified });
  }
  return found;
}
