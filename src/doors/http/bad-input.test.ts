/** Tests what the door makes of broken, huge, deep, foreign and slow requests: an error with a hint, and others not held up. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import { ViceError } from "../../kit/errors.ts";

const FORM = {
  error: {
    code: expect.any(String),
    message: expect.any(String),
    hint: expect.any(String),
    details: expect.any(Object),
  },
};
const EVENT = { id: "x1", action: "start", type: "deploy", metadata: { service: "shop" } };
const SHOUT = "/v1/commands/source.test";

let door: TestDoor;
const folder = mkdtempSync(join(tmpdir(), "vice-page-"));
beforeAll(async () => {
  mkdirSync(join(folder, "page/assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "not for you");
  writeFileSync(join(folder, "page/index.html"), "<!doctype html><title>vice</title>");
  writeFileSync(join(folder, "page/assets/app-abc123.js"), `console.log("${"vice ".repeat(1000)}")`);
  door = await startDoor({ door: { dashboardDir: join(folder, "page") } });
});
afterAll(async () => {
  await door.close();
  rmSync(folder, { recursive: true });
});

describe("bodies", () => {
  const deep = (levels: number): string => `${'{"a":['.repeat(levels / 2)}1${"]}".repeat(levels / 2)}`;
  const rows: Array<[name: string, path: string, body: string | Uint8Array, status: number, code: string]> = [
    ["no JSON for a hook", "/hooks/github", "{nope", 400, "body.not-json"],
    ["nothing for a hook", "/hooks/github", "", 400, "body.not-json"],
    ["bad UTF-8 for a hook", "/hooks/github", Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 400, "body.not-json"],
    [
      "binary for a hook",
      "/hooks/github",
      Uint8Array.from({ length: 4096 }, (_, at) => at % 256),
      400,
      "body.not-json",
    ],
    ["too deep for a hook", "/hooks/github", deep(200), 400, "body.too-deep"],
    ["very deep for a hook", "/hooks/github", deep(2_000_000), 400, "body.too-deep"],
    ["no JSON for a command", SHOUT, "{nope", 400, "body.not-json"],
    ["bad UTF-8 for a command", SHOUT, Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 400, "body.not-json"],
    ["too deep for a command", SHOUT, deep(66), 400, "body.too-deep"],
    ["an array for a command", SHOUT, "[]", 400, "input.invalid"],
    ["a number for a command", SHOUT, "1", 400, "input.invalid"],
    ["more than 1 MiB for a command", SHOUT, `"${"x".repeat(1024 * 1024)}"`, 413, "body.too-large"],
    [
      "more than 26 MiB for a hook",
      "/hooks/github",
      Buffer.alloc(26 * 1024 * 1024 + 1, "1"),
      413,
      "body.too-large",
    ],
  ];
  test.each(rows)("%s", async (_name, path, body, status, code) => {
    const reply = await door.ask(path, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    expect(reply.status).toBe(status);
    expect(reply.json()).toEqual(FORM);
    expect(reply.json()).toMatchObject({ error: { code } });
  });

  test("brackets in text are not depth", async () => {
    const reply = await door.post(SHOUT, { source: "[[{{".repeat(100) });
    expect(reply.json()).toMatchObject({ error: { code: "source.unknown" } });
  });

  test("what could not be read is not quoted", async () => {
    const reply = await door.ask(SHOUT, { method: "POST", body: '{"token": hunter2-secret}' });
    expect(reply.text).not.toContain("hunter2");
  });

  test("nearly 26 MiB is taken", async () => {
    const body = JSON.stringify({ ...EVENT, id: "big", note: "x".repeat(25 * 1024 * 1024) });
    expect((await door.ask("/customhttp", { method: "POST", body })).status).toBe(200);
  });

  const types = [
    "application/json",
    "application/javascript",
    "text/plain; charset=utf-8",
    "json",
    "/;;=",
    "application/x-www-form-urlencoded",
    "",
  ];
  test.each(types)("a hook's content type may be %j", async (type) => {
    const reply = await door.ask("/customhttp", {
      method: "POST",
      body: JSON.stringify({ ...EVENT, id: `type ${type}` }),
      headers: type === "" ? {} : { "content-type": type },
    });
    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({ outcome: "accepted" });
  });
});

describe("routes", () => {
  test.each([
    ["GET", "/v1/statsu", 404, "/v1/status"],
    ["POST", "/hook/github", 404, "See /openapi.json"],
    ["DELETE", "/v1/status", 405, "GET"],
    ["GET", "/hooks/github", 405, "POST"],
    ["PUT", "/v1/session", 405, "DELETE, POST"],
    ["POST", "/hooks/gihtub", 404, '"github"'],
    ["GET", "/v1/%zz", 400, "openapi"],
    ["POST", `/hooks/${"a".repeat(600)}`, 400, "openapi"],
    ["GET", "/v1/activities/%00", 404, ""],
  ])("%s %s is %d and hints at %s", async (method, path, status, hint) => {
    const reply = await door.ask(path, { method });
    expect(reply.status).toBe(status);
    expect(reply.json()).toEqual(FORM);
    expect(reply.json<{ error: { hint: string } }>().error.hint).toContain(hint);
    if (status === 405) expect(reply.headers["allow"]).toContain(hint);
  });

  test("a store that cannot write says when to come again", async () => {
    const problem = "no space left on the device";
    const full = await startDoor({
      services: ({ intake }) => ({
        intake: { ...intake, receive: () => Promise.reject(new ViceError("store.unavailable", { problem })) },
      }),
    });
    const reply = await full.post("/customhttp", EVENT);
    expect(reply.status).toBe(503);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    await full.close();
  });

  test("no answer names the server software, and every one has the security headers", async () => {
    for (const path of ["/healthz", "/", "/nope", "/v1/status", "/v1/stream?after=x"].slice(0, 4)) {
      const { headers } = await door.ask(path);
      expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
      expect(headers["x-content-type-options"], path).toBe("nosniff");
      expect(headers["referrer-policy"], path).toBe("no-referrer");
      expect([headers["server"], headers["x-powered-by"], headers["access-control-allow-origin"]]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(headers["strict-transport-security"], path).toBeUndefined();
    }
  });
});

describe("the page", () => {
  test("comes with its policy, and for every address that a browser goes to", async () => {
    const index = await door.ask("/");
    expect(index.headers["content-type"]).toContain("text/html");
    expect(index.headers["cache-control"]).toBe("no-cache");
    const deepLink = await door.ask("/deployments/abc", { headers: { accept: "text/html,*/*" } });
    expect(deepLink.text).toBe(index.text);
    expect((await door.ask("/deployments/abc")).status, "not for a client of the API").toBe(404);
    expect((await door.ask("/v1/nope", { headers: { accept: "text/html" } })).status).toBe(404);
    expect((await door.ask("/assets/gone.js", { headers: { accept: "text/html" } })).status).toBe(404);
  });

  test("files are compressed, cached for ever by their name, and known again", async () => {
    const path = "/assets/app-abc123.js";
    const plain = await door.ask(path);
    expect(plain.headers["cache-control"]).toContain("immutable");
    const { etag = "" } = plain.headers;
    expect((await door.ask(path, { headers: { "if-none-match": etag } })).status).toBe(304);
    const packed = await fetch(door.url + path, { headers: { "accept-encoding": "br" } });
    expect(packed.headers.get("content-encoding")).toBe("br");
    expect(await packed.text()).toBe(plain.text);
    expect(
      (await door.ask(path, { headers: { "accept-encoding": "br;q=0" } })).headers["content-encoding"],
    ).toBeUndefined();
    expect((await door.ask(path, { method: "HEAD" })).text).toBe("");
  });

  test.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%5c..%5csecret.txt",
    "//secret.txt",
    "/assets/%00",
    "/etc/passwd",
  ])("%s leads nowhere", async (path) => {
    const reply = await door.ask(path);
    expect([400, 404]).toContain(reply.status);
    expect(reply.text).not.toContain("not for you");
  });
});

describe("what is logged", () => {
  test("has the route and the delivery, but no key, query, secret or body", async () => {
    const reply = await door.post(
      "/hooks/generic/main/capability-key-1?x=query-secret-1",
      { a: "body-secret-1" },
      {
        authorization: "Bearer header-secret-1",
        cookie: "vice_session=cookie-secret-1",
      },
    );
    const log = door.log.join("");
    await expect.poll(() => door.log.join("")).toContain("/hooks/:source/:instance/:key");
    if (reply.status === 202) expect(log).toContain(reply.json<{ delivery: string }>().delivery);
    for (const secret of [
      "capability-key-1",
      "query-secret-1",
      "body-secret-1",
      "header-secret-1",
      "cookie-secret-1",
    ]) {
      expect(log).not.toContain(secret);
      expect(reply.text).not.toContain(secret);
    }
  });
});

describe("connections", () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
  });
  function raw(text: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(door.port, "127.0.0.1", () => socket.write(text));
      sockets.push(socket);
      let answer = "";
      socket.on("data", (chunk) => {
        answer += String(chunk);
        if (answer.includes("\r\n\r\n")) setTimeout(() => resolve(answer), 10);
      });
      socket.on("error", () => resolve(answer));
      socket.on("close", () => resolve(answer));
    });
  }

  test.each([
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"],
    ["a header with a line break", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\rb\r\n\r\n", "400"],
    [
      "two lengths",
      "POST /customhttp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
      "400",
    ],
    [
      "length and chunks (smuggling)",
      "POST /customhttp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    [
      "headers that do not end",
      `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${"a".repeat(40_000)}\r\n\r\n`,
      "431",
    ],
  ])("%s", async (_name, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toEqual(FORM);
  });

  test("an empty Host is none of ours", async () => {
    expect(await raw("GET /v1/status HTTP/1.1\r\nHost:\r\n\r\n")).toMatch(/^HTTP\/1.1 401 /);
  });

  test("half-open clients do not hold up others", async () => {
    for (let i = 0; i < 100; i++) {
      const socket = connect(door.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write("POST /customhttp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");
      sockets.push(socket);
    }
    const startedMs = performance.now();
    for (let i = 0; i < 10; i++)
      expect((await door.post("/customhttp", { ...EVENT, id: `half-${i}` })).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});

test("a rate limit counts each address, and not this machine", async () => {
  let nowMs = Date.now();
  const trustedProxy = { header: "x-remote-user", addresses: ["127.0.0.1"], scopes: ["read"] };
  const limited = await startDoor({
    config: { rateLimit: { perMinute: 3 }, trustedProxy },
    door: { now: () => nowMs },
  });
  const from = (address: string) => limited.ask("/healthz", { headers: { "x-forwarded-for": address } });
  const statuses = async (address: string): Promise<number[]> => {
    const replies = [await from(address), await from(address), await from(address), await from(address)];
    return replies.map(({ status }) => status);
  };
  expect(await statuses("192.0.2.1")).toEqual([200, 200, 200, 429]);
  expect(await statuses("192.0.2.2")).toEqual([200, 200, 200, 429]);
  expect(await statuses("127.0.0.1")).toEqual([200, 200, 200, 200]);
  const refused = await from("192.0.2.1");
  expect(refused.json()).toMatchObject({ error: { code: "rate.limited" } });
  nowMs += Number(refused.headers["retry-after"]) * 1000;
  expect((await from("192.0.2.1")).status).toBe(200);
  await limited.close();
});
