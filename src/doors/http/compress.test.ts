/** Tests that large answers come compressed to whoever takes it, and everything else as it was. */
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import type { Command } from "../../kit/command.ts";
import { WrittenJson } from "../../kit/written-json.ts";
import type { Services } from "../../ports/services.ts";

const rows: Command<Services> = {
  id: "test.rows",
  words: null,
  part: "vice",
  summary: "For tests.",
  examples: [],
  effect: "read",
  positional: [],
  input: z.object({ n: z.int() }),
  output: z.object({ items: z.array(z.object({ name: z.string() })) }),
  list: "items",
  http: { method: "GET", path: "/v1/test-rows" },
  text: String,
  run: (input) => {
    const { n } = input as { n: number };
    return { items: Array.from({ length: n }, (_, at) => ({ name: `service ${at} ü` })) };
  },
};

/** Says the same, and has written it already. */
const written: Command<Services> = {
  ...rows,
  id: "test.written",
  http: { method: "GET", path: "/v1/test-written" },
  run: async (input, ctx) => new WrittenJson(Buffer.from(JSON.stringify(await rows.run(input, ctx)))),
};

let door: TestDoor;
beforeAll(async () => {
  door = await startDoor({ commands: [rows, written] });
});
afterAll(() => door.close());

async function raw(path: string, encoding?: string) {
  const response = await fetch(door.url + path, {
    headers: { "accept-encoding": encoding ?? "identity" },
  });
  return { headers: response.headers, text: await response.text() };
}

test("a large answer is smaller and the same", async () => {
  const plain = await raw("/v1/test-rows?n=5000");
  expect(plain.headers.get("content-encoding")).toBeNull();
  const packed = await raw("/v1/test-rows?n=5000", "br, gzip");
  expect(packed.headers.get("content-encoding")).toBe("gzip");
  expect(packed.text).toBe(plain.text);
  for (const { headers } of [plain, packed]) expect(headers.get("vary")).toBe("accept-encoding");
  expect(Number(packed.headers.get("content-length"))).toBeLessThan(plain.text.length / 5);
});

test.each([
  ["small", "/v1/test-rows?n=3", "gzip"],
  ["not wanted", "/v1/test-rows?n=5000", "gzip;q=0"],
  ["not asked for", "/v1/test-rows?n=5000", undefined],
])("%s: as it is", async (_what, path, encoding) => {
  expect((await raw(path, encoding)).headers.get("content-encoding")).toBeNull();
});

test("CSV and the description of the API too", async () => {
  for (const path of ["/v1/test-rows?n=5000&format=csv", "/openapi.json"])
    expect((await raw(path, "gzip")).headers.get("content-encoding"), path).toBe("gzip");
});

test("an answer that is JSON already reads the same in every way", async () => {
  for (const [query, encoding] of [["n=5000", "gzip"], ["n=3"], ["n=3&format=csv"]] as const) {
    const [own, other] = await Promise.all(
      ["rows", "written"].map((name) => raw(`/v1/test-${name}?${query}`, encoding)),
    );
    expect(other?.text, query).toBe(own?.text);
    for (const name of ["content-type", "content-encoding", "content-length", "cache-control"])
      expect(other?.headers.get(name), `${name} of ${query}`).toBe(own?.headers.get(name));
  }
  const wrapped = await fetch(`${door.url}/v1/commands/test.written`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ n: 1 }),
  });
  expect(await wrapped.json()).toEqual({ result: { items: [{ name: "service 0 ü" }] } });
});

test("the event stream is not held back", async () => {
  const stop = new AbortController();
  const response = await fetch(`${door.url}/v1/stream`, {
    headers: { "accept-encoding": "gzip" },
    signal: stop.signal,
  });
  expect(response.headers.get("content-encoding")).toBeNull();
  stop.abort();
});

test("what comes over the wire is gzip", async () => {
  const { request } = await import("node:http");
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const options = { host: "127.0.0.1", port: door.port, path: "/v1/test-rows?n=5000", agent: false };
    request({ ...options, headers: { "accept-encoding": "gzip" } }, (answer) =>
      answer
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => resolve(Buffer.concat(chunks))),
    )
      .on("error", reject)
      .end();
  });
  expect(gunzipSync(bytes).toString()).toContain("service 4999 ü");
});
