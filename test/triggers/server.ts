// A vendor's API as a real server on this machine, with what runs at it: for tests of the trigger target.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  /** Parsed JSON or the fields of a form. */
  body: unknown;
}

export interface Said {
  status?: number;
  headers?: Record<string, string>;
  /** A text goes as it is, anything else as JSON. */
  body?: unknown;
}

/** What was started there. A question about it is a step on its way: it waits, runs, and ends. */
export interface Run {
  id: number;
  /** What it brings there; as the version says it fails, goes on without end, or works. */
  version: string;
  /** Values by which it can be recognised. */
  values: string[];
  asked: number;
  state: "waiting" | "running" | "succeeded" | "failed" | "canceled";
  startedAt: string;
  facts: Record<string, unknown>;
}

export interface FakeVendor extends AsyncDisposable {
  url: string;
  requests: Asked[];
  runs: Run[];
  /** Answers instead of the vendor, and may drop the connection. */
  trouble: ((asked: Asked) => Said | "drop" | "drop after" | null) | null;
  start: (version: string, values: readonly string[], facts?: Record<string, unknown>) => Run;
  advance: (run: Run) => Run;
  log: (run: Run) => string;
  /** The version of what ended well last. */
  truth: () => string | null;
}

export const TOKEN = "tok-of-the-fake-0815";
export const BROKEN = "9.9.9-broken";
export const ENDLESS = "9.9.9-endless";

export async function fakeVendor(answer: (asked: Asked, fake: FakeVendor) => Said): Promise<FakeVendor> {
  const ended: Run[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://fake");
    const asked: Asked = {
      ...{ method: request.method ?? "", path: decodeURIComponent(url.pathname), query: url.searchParams },
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: bodyOf(Buffer.concat(chunks).toString("utf8"), request.headers["content-type"] ?? ""),
    };
    fake.requests.push(asked);
    const trouble = fake.trouble?.(asked) ?? null;
    if (trouble === "drop") return void request.socket.destroy();
    const said = trouble === null || trouble === "drop after" ? answer(asked, fake) : trouble;
    if (trouble === "drop after") return void request.socket.destroy();
    const { status = 200, headers = {}, body = "" } = said;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, {
      "content-type": typeof body === "string" ? "text/plain" : "application/json",
      ...headers,
    });
    response.end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const fake: FakeVendor = {
    ...{ url: `http://127.0.0.1:${port}`, requests: [], runs: [], trouble: null },
    start: (version, values, facts = {}) => {
      const startedAt = new Date().toISOString();
      const run: Run = {
        ...{ id: 40 + fake.runs.length, version, values: [...values], asked: 0 },
        ...{ state: "waiting", startedAt, facts },
      };
      fake.runs.push(run);
      return run;
    },
    advance: (run) => {
      run.asked += 1;
      if (run.state === "waiting" && run.asked > 2) run.state = "running";
      else if (run.state === "running" && run.asked > 4 && run.version !== ENDLESS) {
        run.state = run.version === BROKEN ? "failed" : "succeeded";
        if (run.state === "succeeded") ended.push(run);
      }
      return run;
    },
    log: (run) => {
      if (run.state === "waiting") return "";
      const lines = [`deploying ${run.version}`, `\u001b[32mwith ${TOKEN}\u001b[0m`, "copied", "restarted"];
      const isOver = run.state !== "running";
      return lines
        .slice(0, isOver ? lines.length : Math.max(1, run.asked - 2))
        .map((line) => `${line}\n`)
        .join("");
    },
    truth: () => ended.at(-1)?.version ?? null,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return fake;
}

function bodyOf(text: string, type: string): unknown {
  if (type.includes("form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A field of something that is not checked. */
export const pick = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

export const NOTHING: Said = { status: 404, body: { message: "404 Not Found" } };
