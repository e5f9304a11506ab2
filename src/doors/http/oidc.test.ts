/** Tests single sign-on against a small OpenID provider with its own keys, from the first redirect to the session. */
import { createHash, createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import { principalOfClaims } from "./auth/oidc-scopes.ts";

const CLIENT = { clientId: "vice", clientSecret: "client-secret-1", label: "Example" };

interface Provider {
  issuer: string;
  /** Claims of the next person. */
  claims: Record<string, unknown>;
  /** What the next ID token gets wrong. */
  spoil: "nothing" | "signature" | "nonce" | "audience";
  close(): void;
}

async function startProvider(): Promise<Provider> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const codes = new Map<string, { challenge: string; nonce: string; redirect: string }>();
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", provider.issuer);
    const json = (body: unknown, status = 200): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (url.pathname === "/.well-known/openid-configuration") {
      const { issuer } = provider;
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      });
    }
    if (url.pathname === "/keys") {
      return json({
        keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" }],
      });
    }
    if (url.pathname === "/authorize") {
      const code = randomUUID();
      const {
        code_challenge: challenge = "",
        nonce = "",
        redirect_uri: redirect = "",
        state = "",
      } = Object.fromEntries(url.searchParams);
      codes.set(code, { challenge, nonce, redirect });
      return void response.writeHead(302, { location: `${redirect}?code=${code}&state=${state}` }).end();
    }
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const form = Object.fromEntries(new URLSearchParams(body));
    const known = codes.get(form["code"] ?? "");
    codes.delete(form["code"] ?? "");
    const challenge = createHash("sha256")
      .update(form["code_verifier"] ?? "")
      .digest("base64url");
    const fits = known?.challenge === challenge && known.redirect === form["redirect_uri"];
    if (!fits || form["client_secret"] !== CLIENT.clientSecret) return json({ error: "invalid_grant" }, 400);
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims = {
      iss: provider.issuer,
      aud: provider.spoil === "audience" ? "somebody-else" : CLIENT.clientId,
      iat: nowSeconds,
      exp: nowSeconds + 300,
      nonce: provider.spoil === "nonce" ? "another" : known.nonce,
      ...provider.claims,
    };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "RS256", kid: "k1", typ: "JWT" })}.${part(claims)}`;
    const key = provider.spoil === "signature" ? other : privateKey;
    const signature = createSign("RSA-SHA256").update(signed).sign(key).toString("base64url");
    json({ access_token: "at", token_type: "Bearer", expires_in: 300, id_token: `${signed}.${signature}` });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const provider: Provider = {
    issuer: `http://127.0.0.1:${port}`,
    claims: {},
    spoil: "nothing",
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return provider;
}

describe("OpenID Connect", () => {
  let provider: Provider;
  let door: TestDoor;
  beforeAll(async () => {
    provider = await startProvider();
    const scopes = { admins: ["admin"], makers: ["read", "write"] };
    door = await startDoor({
      config: { oidc: { ...CLIENT, issuer: provider.issuer, scopes, allowEmails: [] } },
    });
  });
  afterAll(async () => {
    await door.close();
    provider.close();
  });
  afterEach(() => {
    provider.spoil = "nothing";
  });

  async function leave(): Promise<{ cookie: string; back: string }> {
    const start = await door.ask("/auth/oidc/start");
    expect(start.status).toBe(302);
    const cookie = start.headers["set-cookie"]?.split(";")[0] ?? "";
    const answer = await fetch(start.headers["location"] ?? "", { redirect: "manual" });
    return { cookie, back: (answer.headers.get("location") ?? "").slice(door.url.length) };
  }

  async function signOn(claims: Record<string, unknown>) {
    provider.claims = claims;
    const { cookie, back } = await leave();
    return door.ask(back, { headers: { cookie } });
  }

  test("is offered, and open mode is off", async () => {
    const me = await door.ask("/v1/me");
    expect(me.json()).toMatchObject({
      mode: "none",
      signIn: { oidc: { label: "Example", url: "/auth/oidc/start" } },
    });
    expect((await door.ask("/v1/status")).status).toBe(401);
  });

  test("gives a session with the scopes of the person's groups", async () => {
    const back = await signOn({ sub: "u1", name: "Sidney Jones", groups: ["makers", "others"] });
    expect([back.status, back.headers["location"]]).toEqual([303, "/"]);
    const cookie = /vice_session=[^;]+/.exec(back.headers["set-cookie"] ?? "")?.[0] ?? "";
    const me = (await door.ask("/v1/me", { headers: { cookie } })).json();
    expect(me).toMatchObject({ mode: "session", name: "Sidney Jones", scopes: ["read", "write"] });
    expect((await door.ask("/v1/status", { headers: { cookie } })).status).toBe(200);
    expect((await door.ask("/v1/tokens", { headers: { cookie } })).status).toBe(403);
  });

  test("opens nothing to somebody who is in no group", async () => {
    const back = await signOn({ sub: "u2", groups: ["others"] });
    expect(back.status).toBe(403);
    expect(back.headers["set-cookie"]).toBeUndefined();
  });

  test.each([
    "signature",
    "nonce",
    "audience",
  ] as const)("refuses an ID token with a wrong %s", async (spoil) => {
    provider.spoil = spoil;
    const back = await signOn({ sub: "u1", groups: ["admins"] });
    expect(back.status).toBe(401);
    expect(back.headers["set-cookie"]).toBeUndefined();
  });

  test("a callback counts once, for the browser that began it, with its own state", async () => {
    provider.claims = { sub: "u1", groups: ["admins"] };
    const first = await leave();
    expect((await door.ask(first.back)).status, "without the cookie").toBe(401);
    expect((await door.ask(first.back, { headers: { cookie: first.cookie } })).status).toBe(303);
    expect((await door.ask(first.back, { headers: { cookie: first.cookie } })).status, "again").toBe(401);
    const second = await leave();
    const forged = second.back.replace(/state=[^&]+/, "state=forged");
    expect((await door.ask(forged, { headers: { cookie: second.cookie } })).status).toBe(401);
  });

  test("is not there when it is not set up, and says so when the provider is away", async () => {
    const plain = await startDoor();
    const away = await startDoor({
      config: { oidc: { ...CLIENT, issuer: "http://127.0.0.1:9", scopes: {}, allowEmails: [] } },
    });
    try {
      expect((await plain.ask("/auth/oidc/start")).status).toBe(404);
      const reply = await away.ask("/auth/oidc/start");
      expect(reply.status).toBe(502);
      expect(reply.text).not.toContain(CLIENT.clientSecret);
    } finally {
      await plain.close();
      await away.close();
    }
  });
});

describe("who a person becomes", () => {
  const settings = {
    issuer: "",
    ...CLIENT,
    scopes: {} as Record<string, string[]>,
    allowEmails: [] as string[],
  };
  const email = "sidney@example.com";
  const rows: Array<[string, object, Partial<typeof settings>, readonly string[] | null]> = [
    ["nothing set up lets nobody in", { email, email_verified: true }, {}, null],
    ["everybody", {}, { scopes: { "*": ["read"] } }, ["read"]],
    ["a role given as one word", { roles: "ops" }, { scopes: { ops: ["deploy"] } }, ["deploy"]],
    [
      "scopes of all groups",
      { groups: ["a", "b"] },
      { scopes: { a: ["read"], b: ["write"] } },
      ["read", "write"],
    ],
    ["a scope that does not exist", { groups: ["a"] }, { scopes: { a: ["root"] } }, null],
    [
      "an invited address may read",
      { email, email_verified: true },
      { allowEmails: ["Sidney@Example.com"] },
      ["read"],
    ],
    ["an invited domain", { email, email_verified: true }, { allowEmails: ["@example.com"] }, ["read"]],
    [
      "an invited domain with a star",
      { email, email_verified: "true" },
      { allowEmails: ["*@example.com"] },
      ["read"],
    ],
    [
      "a domain that only ends alike",
      { email: "x@badexample.com", email_verified: true },
      { allowEmails: ["@example.com"] },
      null,
    ],
    [
      "the same with a star",
      { email: "x@badexample.com", email_verified: true },
      { allowEmails: ["*@example.com"] },
      null,
    ],
    [
      "an address of which nothing is said",
      { email },
      { scopes: { [email]: ["admin"] }, allowEmails: [email] },
      null,
    ],
    [
      "a user name that looks like a group",
      { preferred_username: "ops" },
      { scopes: { ops: ["admin"] } },
      null,
    ],
    [
      "a user name that looks like an address",
      { preferred_username: email, email_verified: true },
      { scopes: { [email]: ["admin"] } },
      null,
    ],
    ["an address that is not verified", { email, email_verified: false }, { allowEmails: [email] }, null],
    [
      "an unverified address names no scope",
      { email, email_verified: false },
      { scopes: { [email]: ["admin"] } },
      null,
    ],
    [
      "in the group but not invited",
      { groups: ["a"] },
      { scopes: { a: ["admin"] }, allowEmails: [email] },
      null,
    ],
  ];
  test.each(rows)("%s", (_name, claims, change, scopes) => {
    const principal = principalOfClaims({ sub: "u", ...claims }, { ...settings, ...change });
    expect(principal?.scopes ?? null).toEqual(scopes);
  });
  test("without a subject it is nobody", () => {
    expect(principalOfClaims({ groups: ["a"] }, { ...settings, scopes: { a: ["read"] } })).toBeNull();
  });
});
