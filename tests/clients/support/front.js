// A server in front of a site that passes everything on and keeps what a client sends: its habits are documented.
import http from "node:http";
import { after } from "node:test";

/**
 * Starts it, and stops it after the test file. `answer` may answer a request itself, for the site: it returns
 * `{ status, headers }`, or nothing.
 */
export async function openFront(site, answer = () => undefined) {
  const front = new Front(site, answer);
  await front.listen();
  after(() => front.close());
  return front;
}

class Front {
  /** Every request: `{ method, path, headers, status }`. */
  log = [];
  #site;
  #answer;
  #server = http.createServer((request, response) => this.#pass(request, response));

  constructor(site, answer) {
    this.#site = site;
    this.#answer = answer;
  }

  async listen() {
    await new Promise((resolve) => { this.#server.listen(0, "127.0.0.1", resolve); });
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  forget() {
    this.log.length = 0;
  }

  #pass(request, response) {
    const { method, url: path, headers } = request;
    const entry = { method, path, headers };
    this.log.push(entry);
    const own = this.#answer(entry);
    if (own !== undefined) {
      request.resume();
      entry.status = own.status;
      response.writeHead(own.status, { "Content-Length": 0, ...own.headers }).end();
      return;
    }
    const options = { host: "127.0.0.1", port: this.#site.port, method, path, headers, agent: false };
    const asked = http.request(options, (answered) => {
      entry.status = answered.statusCode;
      response.writeHead(answered.statusCode, answered.statusMessage, answered.rawHeaders);
      answered.pipe(response);
    });
    asked.on("error", () => response.destroy());
    request.pipe(asked);
  }
}
