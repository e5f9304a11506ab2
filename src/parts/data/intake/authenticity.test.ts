/** Authenticity: published vectors pass, and every small change to them fails. */
import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import type { Scheme } from "../../../ports/source.ts";
import { sign as signAs } from "../sources/sign.ts";
import { type Proof, verify } from "./authenticity.ts";

interface Vector {
  scheme: string;
  header: string;
  prefix?: string;
  headers?: Record<string, string>;
  secret: string;
  body?: string;
  bodyFile?: string;
  signature: string;
}

const AT = 1614265330;
const GITHUB: Scheme = {
  type: "hmac-hex",
  header: "X-Hub-Signature-256",
  prefix: "sha256=",
  algorithm: "sha256",
};

const proof = (part: Partial<Proof>): Proof => ({
  schemes: [GITHUB],
  secrets: ["s3cret"],
  headers: {},
  rawBody: Buffer.from("{}"),
  url: { key: null },
  nowMs: AT * 1000,
  ...part,
});
const passes = (part: Partial<Proof>): boolean => verify(proof(part)).verified;

function proofOf(vector: Vector): Proof {
  const scheme: Scheme =
    vector.scheme === "standard-webhooks"
      ? { type: "standard-webhooks" }
      : { type: "hmac-hex", header: vector.header, prefix: vector.prefix ?? "", algorithm: "sha256" };
  const rawBody =
    vector.bodyFile === undefined
      ? Buffer.from(vector.body ?? "")
      : readFileSync(fixturePath("signatures", vector.bodyFile));
  const headers = { ...vector.headers, [vector.header.toLowerCase()]: vector.signature };
  return proof({ schemes: [scheme], secrets: [vector.secret], headers, rawBody });
}

/** The same vector with another signature. */
const resigned = (vector: Vector, signature: string): boolean =>
  verify(proofOf({ ...vector, signature })).verified;

function broken(vector: Vector): string[] {
  const { signature } = vector;
  const last = signature.at(-2) === "a" ? "b" : "a";
  const flipped = `${signature.slice(0, -2)}${last}${signature.slice(-1)}`;
  const value = signature.replace(/^[a-z0-9]+[=,]/, "");
  return [
    flipped,
    `sha1=${value}`,
    `${"x".repeat(signature.length - value.length)}${value}`,
    `v2,${value}`,
    "",
    " ",
    value,
    signature.slice(0, -1),
    `${signature}00`,
    "=",
    "v1,",
  ];
}

needs("webhook-fixtures").describe("recorded signature vectors", () => {
  test("all pass, and each of them fails when a byte changes", () => {
    const vectors: Vector[] = JSON.parse(readFileSync(fixturePath("signatures", "vectors.json"), "utf8"));
    expect(vectors.length).toBeGreaterThanOrEqual(7);
    for (const vector of vectors) {
      const good = proofOf(vector);
      expect(verify(good), vector.scheme).toEqual({ verified: true });
      for (const signature of broken(vector)) expect(resigned(vector, signature), signature).toBe(false);
      const body = Buffer.from(good.rawBody);
      body[0] = (body[0] ?? 0) ^ 1;
      expect(verify({ ...good, rawBody: body }).verified).toBe(false);
      expect(verify({ ...good, secrets: ["another", vector.secret] }).verified).toBe(true);
      expect(verify({ ...good, secrets: ["another"] }).verified).toBe(false);
    }
  });
});

const hex = (secret: string, body: string): string => createHmac("sha256", secret).update(body).digest("hex");

describe("hmac", () => {
  test("takes upper-case hex and a list, and knows the header without case", () => {
    const value = `sha256=${"0".repeat(64)}, sha256=${hex("s3cret", "{}").toUpperCase()}`;
    expect(passes({ headers: { "x-hub-signature-256": value } })).toBe(true);
  });
  test("base64 (Heroku) is exact", () => {
    const schemes: Scheme[] = [{ type: "hmac-base64", header: "Heroku-Webhook-Hmac-SHA256" }];
    const value = createHmac("sha256", "s3cret").update("{}").digest("base64");
    expect(passes({ schemes, headers: { "heroku-webhook-hmac-sha256": value } })).toBe(true);
    const lowered = value.toLowerCase();
    expect(passes({ schemes, headers: { "heroku-webhook-hmac-sha256": lowered } })).toBe(false);
  });
});

const standard = (
  over: Partial<Record<"id" | "timestamp" | "signature", string>>,
  secrets: string[],
): Partial<Proof> => ({
  schemes: [{ type: "standard-webhooks" }],
  secrets,
  headers: {
    "webhook-id": over.id ?? "msg_1",
    "webhook-timestamp": over.timestamp ?? String(AT),
    "webhook-signature": over.signature ?? "",
  },
});
const signed = (key: Uint8Array, at = AT): string =>
  `v1,${createHmac("sha256", key).update(`msg_1.${at}.{}`).digest("base64")}`;

describe("standard webhooks", () => {
  const key = Buffer.alloc(24, 7);
  const secret = `whsec_${key.toString("base64")}`;
  test.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])("a delivery %d s away from now", (seconds, expected) => {
    const at = AT + seconds;
    expect(passes(standard({ timestamp: String(at), signature: signed(key, at) }, [secret]))).toBe(expected);
  });
  test("takes one of several signatures and of several secrets", () => {
    const signature = `v1,AAAA v9,x ${signed(key)}`;
    expect(passes(standard({ signature }, ["other", secret]))).toBe(true);
  });
  test("never derives an empty key from text that is not base64", () => {
    const signature = signed(Buffer.alloc(0));
    expect(passes(standard({ signature }, ["!!!"]))).toBe(false);
    expect(passes(standard({ signature }, ["whsec_"]))).toBe(false);
    expect(passes(standard({ timestamp: "NaN", signature: signed(key) }, [secret]))).toBe(false);
  });
  test("verifies ed25519, and a public key is never a password", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    const whpk = `whpk_${raw.toString("base64")}`;
    const value = sign(null, Buffer.from(`msg_1.${AT}.{}`), privateKey).toString("base64");
    expect(passes(standard({ signature: `v1a,${value}` }, [whpk]))).toBe(true);
    expect(passes(standard({ signature: `v1a,${value}`, id: "msg_2" }, [whpk]))).toBe(false);
    expect(passes({ secrets: [whpk], headers: { authorization: `Bearer ${whpk}` } })).toBe(false);
    expect(passes({ secrets: [whpk], url: { key: whpk } })).toBe(false);
  });
});

describe("a JSON Web Signature (Netlify)", () => {
  const scheme: Scheme = { type: "jws", header: "X-Webhook-Signature", issuer: "netlify" };
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const sha256 = createHash("sha256").update("{}").digest("hex");
  const token = (claims: unknown, head: unknown = { alg: "HS256" }, secret = "s3cret"): string => {
    const text = `${encoded(head)}.${encoded(claims)}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const good = token({ iss: "netlify", sha256 });
  test.each<[string, string, boolean]>([
    [
      "what vice itself signs",
      signAs(scheme, "s3cret", Buffer.from("{}"), 0)["X-Webhook-Signature"] ?? "",
      true,
    ],
    ["iss and sha256 of the body", good, true],
    ["another body", token({ iss: "netlify", sha256: "0".repeat(64) }), false],
    ["another issuer", token({ iss: "somebody", sha256 }), false],
    ["no claims", token(null), false],
    ["another secret", token({ iss: "netlify", sha256 }, { alg: "HS256" }, "s3cre"), false],
    ["alg none", `${encoded({ alg: "none" })}.${encoded({ iss: "netlify", sha256 })}.`, false],
    ["alg none, signed", token({ iss: "netlify", sha256 }, { alg: "none" }), false],
    ["cut", good.slice(0, -1), false],
    ["a part too many", `${good}.x`, false],
    ["no token", "x", false],
    ["nothing", "", false],
  ])("%s", (_, value, expected) => {
    const headers = { "x-webhook-signature": value };
    expect(passes({ schemes: [scheme], headers })).toBe(expected);
  });
});

const basic = (text: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(text).toString("base64")}`,
});
const TEAMCITY: Scheme[] = [
  { type: "header-pair", userHeader: "php-auth-user", passwordHeader: "php-auth-pw" },
];

describe("the secret itself", () => {
  test.each<[string, Partial<Proof>, boolean]>([
    [
      "token",
      { schemes: [{ type: "token", header: "X-Gitlab-Token" }], headers: { "x-gitlab-token": "s3cret" } },
      true,
    ],
    ["wrong token", { schemes: [{ type: "token", header: "X-T" }], headers: { "x-t": "s3cre" } }, false],
    ["empty token", { schemes: [{ type: "token", header: "X-T" }], headers: { "x-t": "" } }, false],
    ["basic, any user", { headers: basic("anyone:s3cret") }, true],
    ["basic, user and password", { secrets: ["ci:pw:1"], headers: basic("ci:pw:1") }, true],
    ["basic, wrong user", { secrets: ["ci:pw"], headers: basic("cd:pw") }, false],
    ["basic, empty", { headers: basic(":") }, false],
    ["bearer", { headers: { authorization: "bearer s3cret" } }, true],
    ["wrong bearer", { headers: { authorization: "Bearer s3cret2" } }, false],
    ["header pair", { schemes: TEAMCITY, headers: { "php-auth-user": "ci", "php-auth-pw": "s3cret" } }, true],
    [
      "header pair, wrong",
      { schemes: TEAMCITY, headers: { "php-auth-user": "s3cret", "php-auth-pw": "x" } },
      false,
    ],
    ["capability URL", { url: { key: "s3cret" } }, true],
    ["wrong capability URL", { url: { key: "s3cre" } }, false],
    ["empty capability URL", { url: { key: "" } }, false],
    ["an empty secret", { secrets: [""], url: { key: "" } }, false],
    ["no secret", { secrets: [], headers: basic("a:b") }, false],
    [
      "a right key beside a wrong signature",
      { url: { key: "s3cret" }, headers: { "x-hub-signature-256": "x" } },
      true,
    ],
  ])("%s", (_, part, expected) => {
    expect(passes(part)).toBe(expected);
  });
});

test("the reason names the header and never the secret or the signature", () => {
  const unsigned = verify(proof({}));
  expect(unsigned).toMatchObject({ reason: expect.stringContaining("X-Hub-Signature-256") });
  const wrong = verify(proof({ headers: { "x-hub-signature-256": "sha256=abcdef" } }));
  expect(JSON.stringify([unsigned, wrong])).not.toMatch(/s3cret|abcdef/);
});
