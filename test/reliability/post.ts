/** A small keep-alive client: sends bodies as they are, and says what came back and how long it took. */
import { Agent, request } from "node:http";

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  ms: number;
}

export interface Client {
  /** Rejects when the connection breaks or nothing comes in `timeoutMs`. */
  post: (path: string, headers: Record<string, string>, body: Uint8Array) => Promise<Answer>;
  get: (path: string) => Promise<Answer>;
  close: () => void;
}

export function clientOf(url: string, connections: number, timeoutMs = 20_000): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Uint8Array | null,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const sent = request(`${url}${path}`, { method, agent, headers, timeout: timeoutMs }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.once("error", reject);
        response.once("end", () => {
          const body = Buffer.concat(parts).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            ms: performance.now() - began,
          });
        });
      });
      sent.once("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)));
      sent.once("error", reject);
      sent.end(body ?? undefined);
    });
  return {
    post: (path, headers, body) =>
      send("POST", path, { ...headers, "content-length": String(body.length) }, body),
    get: (path) => send("GET", path, {}, null),
    close: () => agent.destroy(),
  };
}
