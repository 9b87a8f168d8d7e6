// The smallest possible Worker, for comparison: one constant response. LOCATION is as long as a signed URL,
// the headers are those of src/entry.js.
export default {
  fetch(request, env) {
    return new Response(null, {
      status: 302,
      headers: {
        Location: env.LOCATION,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Access-Control-Allow-Origin": "*",
      },
    });
  },
};
