/** Tests who may: every rule of the contract's "Who may" as a row, against a listening server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AskOptions, startDoor, type TestDoor } from "../../../test/http-door.ts";

const EVENT = JSON.stringify({ id: "x1", action: "start", type: "deploy", metadata: { service: "shop" } });

describe("open mode", () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await startDoor();
  });
  afterAll(() => door.close());

  const rows: Array<[name: string, headers: (port: number) => Record<string, string>, status: number]> = [
    ["nothing special", () => ({}), 200],
    ["Host 127.0.0.1 with a port", (port) => ({ host: `127.0.0.1:${port}` }), 200],
    ["Host 127.8.9.10", () => ({ host: "127.8.9.10" }), 200],
    ["Host localhost in capitals", () => ({ host: "LocalHost:9" }), 200],
    ["Host [::1]", () => ({ host: "[::1]:4400" }), 200],
    ["a name that could resolve here", () => ({ host: "localhost.example.com" }), 401],
    ["a name that begins like an address", () => ({ host: "127.0.0.1.example.com" }), 401],
    ["another address", () => ({ host: "192.0.2.7" }), 401],
    ["a Host that is none", () => ({ host: "127.0.0.1:4400:4400" }), 401],
    ["our own Origin", (port) => ({ host: `localhost:${port}`, origin: `http://localhost:${port}` }), 200],
    [
      "the Origin of another port",
      (port) => ({ host: `localhost:${port}`, origin: "http://localhost:3000" }),
      401,
    ],
    ["a foreign Origin", () => ({ origin: "https://example.com" }), 401],
    ["Origin null", () => ({ origin: "null" }), 401],
    ["Sec-Fetch-Site same-origin", () => ({ "sec-fetch-site": "same-origin" }), 200],
    ["Sec-Fetch-Site none", () => ({ "sec-fetch-site": "none" }), 200],
    ["Sec-Fetch-Site same-site", () => ({ "sec-fetch-site": "same-site" }), 401],
    ["Sec-Fetch-Site cross-site", () => ({ "sec-fetch-site": "cross-site" }), 401],
    ["Forwarded", () => ({ forwarded: "for=192.0.2.7" }), 401],
    ["X-Forwarded-For", () => ({ "x-forwarded-for": "127.0.0.1" }), 401],
    ["X-Forwarded-Host", () => ({ "x-forwarded-host": "localhost" }), 401],
    ["X-Forwarded-User", () => ({ "x-forwarded-user": "robin" }), 401],
    ["X-Real-IP", () => ({ "x-real-ip": "127.0.0.1" }), 401],
    ["Via", () => ({ via: "1.1 edge" }), 401],
    ["CF-Connecting-IP", () => ({ "cf-connecting-ip": "192.0.2.7" }), 401],
    ["X-Original-Host", () => ({ "x-original-host": "localhost" }), 401],
    ["True-Client-IP", () => ({ "true-client-ip": "192.0.2.7" }), 401],
    ["a token that nobody made", () => ({ authorization: `Bearer vice_${"a".repeat(40)}` }), 401],
  ];
  test.each(rows)("%s", async (_name, headers, status) => {
    const given = headers(door.port);
    expect((await door.ask("/v1/status", { headers: given })).status).toBe(status);
    const hook = await door.ask("/customhttp", { method: "POST", body: EVENT, headers: given });
    const isToken = given["authorization"] !== undefined;
    expect(hook.status, "an unsigned hook").toBe(isToken ? 200 : status);
  });

  test("says who I am, and answers a refusal with a hint", async () => {
    expect((await door.ask("/v1/me")).json()).toMatchObject({ mode: "open", id: "local", name: "local" });
    const foreign = await door.ask("/v1/me", { headers: { host: "example.com" } });
    expect(foreign.json()).toMatchObject({ mode: "none", name: null, scopes: [] });
    const refused = await door.ask("/v1/status", { headers: { host: "example.com" } });
    expect(refused.json()).toMatchObject({ error: { code: "auth.required" } });
    expect(refused.headers["www-authenticate"]).toContain("Bearer");
  });
});

describe("with tokens", () => {
  let door: TestDoor;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    door = await startDoor();
    for (const scope of ["read", "write", "deploy", "admin"]) tokens[scope] = await door.token(scope);
  });
  afterAll(() => door.close());

  const bearer = (scope: string): Record<string, string> => ({ authorization: `Bearer ${tokens[scope]}` });

  test("open mode ends with the first token", async () => {
    expect((await door.ask("/v1/status")).status).toBe(401);
    expect((await door.ask("/v1/me")).json()).toMatchObject({ mode: "none" });
    const hook = await door.ask("/customhttp", { method: "POST", body: EVENT });
    expect(hook.status, "an unsigned hook").toBe(401);
    expect(hook.json()).toMatchObject({ error: { code: "hook.unsigned" } });
  });

  test.each(["/healthz", "/readyz", "/", "/v1/me"])("%s needs none", async (path) => {
    expect((await door.ask(path)).status).toBe(200);
  });

  const routes: Array<[method: string, path: string, needs: string]> = [
    ["GET", "/v1/status", "read"],
    ["GET", "/v1/deployments", "read"],
    ["GET", "/v1/events", "read"],
    ["GET", "/v1/commands", "read"],
    ["GET", "/v1/about", "read"],
    ["GET", "/metrics", "read"],
    ["GET", "/openapi.json", "read"],
    ["GET", "/v1/tokens", "admin"],
    ["POST", "/v1/spool", "write"],
    ["POST", "/v1/events", "write"],
    ["POST", "/v1/commands/token.list", "admin"],
    ["POST", "/v1/commands/source.test", "write"],
  ];
  const allowed: Record<string, string[]> = {
    read: ["read", "write", "deploy", "admin"],
    write: ["write", "admin"],
    admin: ["admin"],
  };
  const cases = routes.flatMap((route) =>
    Object.keys(allowed)
      .concat("deploy")
      .map((scope) => [...route, scope] as const),
  );
  test.each(cases)("%s %s needs %s, given %s", async (method, path, needs, scope) => {
    const body = path === "/v1/events" ? "[]" : path === "/v1/spool" ? "" : '{"source":"github"}';
    const options: AskOptions = { method, ...(method === "POST" ? { body } : {}) };
    expect((await door.ask(path, options)).status, "without a token").toBe(401);
    const { status } = await door.ask(path, { ...options, headers: bearer(scope) });
    if (allowed[needs]?.includes(scope)) expect([200, 202]).toContain(status);
    else expect(status).toBe(403);
  });

  test("a token in the query is no token, and another scheme is none either", async () => {
    expect((await door.ask(`/v1/status?token=${tokens["admin"]}`)).status).toBe(401);
    const basic = Buffer.from(`x:${tokens["admin"]}`).toString("base64");
    expect((await door.ask("/v1/status", { headers: { authorization: `Basic ${basic}` } })).status).toBe(401);
  });

  test("a revoked token stops working at once, and so does its session", async () => {
    const token = await door.token("read", "write");
    const session = await door.post("/v1/session", { token });
    const cookie = session.headers["set-cookie"]?.split(";")[0] ?? "";
    expect((await door.ask("/v1/status", { headers: { cookie } })).status).toBe(200);
    const { id } = door.services.store.tokens.list().find(({ name }) => name === "t-read-write") ?? {
      id: "",
    };
    door.services.store.tokens.revoke(id, Date.now());
    expect((await door.ask("/v1/status", { headers: { cookie } })).status).toBe(401);
    expect((await door.ask("/v1/status", { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      401,
    );
  });

  test("guessing tokens is slowed down, the right one is not", async () => {
    const guess = { headers: { authorization: `Bearer vice_${"b".repeat(43)}` } };
    const statuses = new Set<number>();
    for (let i = 0; i < 25; i++) statuses.add((await door.ask("/v1/status", guess)).status);
    expect([...statuses]).toEqual([401, 429]);
    const refused = await door.ask("/v1/status", guess);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await door.ask("/v1/status", { headers: bearer("read") })).status).toBe(200);
  });
});

describe("sessions", () => {
  let door: TestDoor;
  let nowMs = Date.now();
  const HOUR = 3_600_000;
  beforeAll(async () => {
    door = await startDoor({ door: { now: () => nowMs } });
  });
  afterAll(() => door.close());

  async function signIn(): Promise<string> {
    const reply = await door.post("/v1/session", { token: await door.token("admin") });
    expect(reply.status).toBe(204);
    return reply.headers["set-cookie"] ?? "";
  }

  test("the cookie is HttpOnly, Strict, and Secure behind TLS", async () => {
    expect(await signIn()).toMatch(
      /^vice_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    const token = await door.token("read");
    const reply = await door.post("/v1/session", { token }, { "x-forwarded-proto": "https" });
    expect(reply.headers["set-cookie"]).toContain("; Secure");
    expect(reply.headers["strict-transport-security"]).toBeDefined();
  });

  const writes: Array<[name: string, headers: (host: string) => Record<string, string>, status: number]> = [
    ["neither Origin nor Sec-Fetch-Site", () => ({}), 403],
    ["our own Origin", (host) => ({ origin: `http://${host}` }), 200],
    ["Sec-Fetch-Site same-origin", () => ({ "sec-fetch-site": "same-origin" }), 200],
    ["a foreign Origin", () => ({ origin: "http://example.com" }), 403],
    ["Origin null", () => ({ origin: "null" }), 403],
    [
      "our own Origin from another site",
      (host) => ({ origin: `http://${host}`, "sec-fetch-site": "cross-site" }),
      403,
    ],
    [
      "the Origin of the proxy in front",
      () => ({ origin: "https://vice.example", "x-forwarded-host": "vice.example" }),
      200,
    ],
  ];
  test.each(writes)("a write by cookie with %s", async (_name, headers, status) => {
    const cookie = (await signIn()).split(";")[0] ?? "";
    const reply = await door.post(
      "/v1/commands/token.list",
      {},
      { cookie, ...headers(`127.0.0.1:${door.port}`) },
    );
    expect(reply.status).toBe(status);
  });

  test("ends by signing out", async () => {
    const cookie = (await signIn()).split(";")[0] ?? "";
    expect((await door.ask("/v1/me", { headers: { cookie } })).json()).toMatchObject({ mode: "session" });
    const out = await door.ask("/v1/session", { method: "DELETE", headers: { cookie } });
    expect(out.headers["set-cookie"]).toContain("Max-Age=0");
    expect((await door.ask("/v1/me", { headers: { cookie } })).json()).toMatchObject({ mode: "none" });
  });

  test("ends after 12 hours without use and after 7 days in any case", async () => {
    const cookie = (await signIn()).split(";")[0] ?? "";
    const alive = async (): Promise<boolean> =>
      (await door.ask("/v1/status", { headers: { cookie } })).status === 200;
    nowMs += 11 * HOUR;
    expect(await alive()).toBe(true);
    nowMs += 11 * HOUR;
    expect(await alive(), "use moves the end on").toBe(true);
    nowMs += 13 * HOUR;
    expect(await alive()).toBe(false);
    const second = (await signIn()).split(";")[0] ?? "";
    let hours = 0;
    while (hours < 400 && (await door.ask("/v1/status", { headers: { cookie: second } })).status === 200) {
      nowMs += 10 * HOUR;
      hours += 10;
    }
    expect(hours).toBe(170);
  });

  test("a page elsewhere can sign nobody in or out", async () => {
    const token = await door.token("read");
    expect((await door.post("/v1/session", { token }, { origin: "http://example.com" })).status).toBe(403);
    expect((await door.post("/v1/session", { token }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await door.post("/v1/session", { token: "wrong" })).status).toBe(401);
    expect((await door.post("/v1/session", null)).status).toBe(401);
  });

  test("only its hash is kept", async () => {
    const id = /vice_session=([^;]+)/.exec(await signIn())?.[1] ?? "";
    expect(JSON.stringify(door.services.store.state.list("session"))).not.toContain(id);
  });
});

describe("a trusted proxy", () => {
  const trustedProxy = { header: "X-Remote-User", addresses: ["127.0.0.1/32"], scopes: ["read", "write"] };
  const user = { "x-remote-user": "robin" };

  test("says who it is, and open mode is off", async () => {
    const door = await startDoor({ config: { trustedProxy } });
    try {
      expect((await door.ask("/v1/status")).status).toBe(401);
      expect((await door.ask("/v1/me", { headers: user })).json()).toMatchObject({
        mode: "session",
        name: "robin",
      });
      expect((await door.ask("/v1/status", { headers: user })).status).toBe(200);
      const spool = (headers: Record<string, string>) => door.ask("/v1/spool", { method: "POST", headers });
      expect((await spool(user)).status, "a write needs our own page").toBe(403);
      expect((await spool({ ...user, "sec-fetch-site": "same-origin" })).status).toBe(202);
      expect((await door.ask("/v1/tokens", { headers: user })).status).toBe(403);
    } finally {
      await door.close();
    }
  });

  test("is believed only from its own address, and only when it is configured", async () => {
    const elsewhere = await startDoor({
      config: { trustedProxy: { ...trustedProxy, addresses: ["192.0.2.1"] } },
    });
    const open = await startDoor();
    try {
      expect((await elsewhere.ask("/v1/status", { headers: user })).status).toBe(401);
      expect((await open.ask("/v1/me", { headers: user })).json()).toMatchObject({
        mode: "open",
        name: "local",
      });
    } finally {
      await elsewhere.close();
      await open.close();
    }
  });
});

test("bound elsewhere, this machine needs a token too", async () => {
  const door = await startDoor({ door: { host: "0.0.0.0" } });
  try {
    expect((await door.ask("/v1/status")).status).toBe(401);
    expect((await door.ask("/customhttp", { method: "POST", body: EVENT })).status).toBe(401);
    const headers = { authorization: `Bearer ${await door.token("read")}` };
    expect((await door.ask("/v1/status", { headers })).status).toBe(200);
  } finally {
    await door.close();
  }
});
