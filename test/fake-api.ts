/** A vendor's REST API as a real server on this machine, for tests of pollers: the test says what each request answers. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SourceHttp } from "../src/ports/source.ts";

export interface FakeRequest {
  /** Decoded only by the test: `/api/v4/projects/web%2Fshop`. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
}

export interface FakeAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

export interface FakeApi extends AsyncDisposable {
  url: string;
  /** Every request so far, in order. */
  requests: FakeRequest[];
}

/** Starts it on 127.0.0.1 with a free port; `await using` stops it. */
export async function fakeApi(answer: (request: FakeRequest, api: FakeApi) => FakeAnswer): Promise<FakeApi> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    const seen: FakeRequest = {
      path: url.pathname,
      query: url.searchParams,
      headers: Object.fromEntries(headers),
    };
    api.requests.push(seen);
    const { status = 200, headers: more = {}, body } = answer(seen, api);
    response.writeHead(status, { "content-type": "application/json", connection: "close", ...more });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const api: FakeApi = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    [Symbol.asyncDispose]: () => new Promise<void>((done) => void server.close(() => done())),
  };
  return api;
}

/** The plain client: what the server hands to adapters does the same with limits. */
export const plainHttp: SourceHttp = {
  async getJson(url, headers) {
    const response = await fetch(url, { headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: text === "" ? null : JSON.parse(text),
    };
  },
};
