/** Says whether a delivery really comes from its source, by the vendor's own scheme, over the raw bytes. */
import { createHash, createHmac } from "node:crypto";
import type { Scheme } from "../../../ports/source.ts";
import { isOneOf } from "./same-secret.ts";
import { PUBLIC_KEY_PREFIX, standardWebhooksProblem } from "./standard-webhooks.ts";

export interface Proof {
  /** What the source offers; Basic, bearer and a capability URL are tried for every source. */
  schemes: readonly Scheme[];
  /** All secrets that count at the moment (rotation). Empty ones never match. */
  secrets: readonly string[];
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  rawBody: Uint8Array;
  /** `key` of `/hooks/:source/:instance/:key`, decoded; `null` when the URL has none. */
  url: { key: string | null };
  /** Milliseconds since 1970, for the replay window. */
  nowMs: number;
}

/** `reason` is for people and holds neither a secret nor the given signature. */
export type Verdict = { verified: true } | { verified: false; reason: string };

/** `null` = genuine, `undefined` = the delivery does not use this scheme, text = what is wrong. */
type Check = (proof: Proof) => string | null | undefined;

const EVERYWHERE: readonly Scheme[] = [{ type: "basic" }, { type: "bearer" }];

/** Passes when one scheme does. Never throws; constant time in what is secret. */
export function verify(proof: Proof): Verdict {
  const secrets = proof.secrets.filter((secret) => secret !== "");
  if (secrets.length === 0) return { verified: false, reason: "no secret is set for this source" };
  const asked = { ...proof, secrets };
  const checks = [...proof.schemes, ...EVERYWHERE].map(checkOf);
  const results = [...checks, capabilityUrl].map((check) => check(asked));
  if (results.includes(null)) return { verified: true };
  const problem = results.find((result) => typeof result === "string");
  return { verified: false, reason: problem ?? `unsigned: ${expectation(proof.schemes)}` };
}

const lower = (name: string): string => name.toLowerCase();

/** A header that is there but empty is a wrong proof, not a missing one. */
const header = (proof: Proof, name: string): string | undefined => proof.headers[lower(name)];

/** Public keys are no passwords. */
const passwords = (proof: Proof): string[] =>
  proof.secrets.filter((secret) => !secret.startsWith(PUBLIC_KEY_PREFIX));

function checkOf(scheme: Scheme): Check {
  switch (scheme.type) {
    case "hmac-hex":
      return (proof) => hmac(proof, scheme.header, scheme.prefix, scheme.algorithm, "hex");
    case "hmac-base64":
      return (proof) => hmac(proof, scheme.header, "", "sha256", "base64");
    case "token":
      return (proof) => token(proof, scheme.header);
    case "standard-webhooks":
      return standardWebhooks;
    case "basic":
      return basic;
    case "bearer":
      return bearer;
    case "jws":
      return (proof) => jws(proof, scheme.header, scheme.issuer);
    case "header-pair":
      return (proof) => headerPair(proof, scheme.userHeader, scheme.passwordHeader);
  }
}

/** Lists (rotation at the vendor) are separated by comma or space; hex may come in either case. */
function hmac(
  proof: Proof,
  name: string,
  prefix: string,
  algorithm: string,
  encoding: "hex" | "base64",
): string | null | undefined {
  const value = header(proof, name);
  if (value === undefined) return undefined;
  const read = (text: string): string => (encoding === "hex" ? text.toLowerCase() : text);
  const given = value.split(/[\s,]+/).filter((part) => part !== "" && part.startsWith(prefix));
  if (given.length === 0) return `${name} holds no signature of the form "${prefix}..."`;
  const expected = passwords(proof).map((secret) =>
    createHmac(algorithm, secret).update(proof.rawBody).digest(encoding),
  );
  const genuine = given.map((part) => isOneOf(read(part.slice(prefix.length)), expected)).includes(true);
  return genuine ? null : `${name} does not match: another secret, or the body was changed on its way`;
}

function token(proof: Proof, name: string): string | null | undefined {
  const value = header(proof, name);
  if (value === undefined) return undefined;
  return isOneOf(value, passwords(proof)) ? null : `${name} is not the secret of this source`;
}

function standardWebhooks(proof: Proof): string | null | undefined {
  const signature = header(proof, "webhook-signature");
  if (signature === undefined) return undefined;
  const id = header(proof, "webhook-id");
  const timestamp = header(proof, "webhook-timestamp");
  if (id === undefined || timestamp === undefined) return "webhook-id or webhook-timestamp is missing";
  return standardWebhooksProblem(
    { id, timestamp, signature, rawBody: proof.rawBody },
    proof.secrets,
    proof.nowMs,
  );
}

/** RFC 7515 in its compact form. Only HS256 is taken, whatever the token's own header asks for. */
function jws(proof: Proof, name: string, issuer: string): string | null | undefined {
  const value = header(proof, name);
  if (value === undefined) return undefined;
  const [head = "", claims = "", signature = "", ...rest] = value.trim().split(".");
  if (signature === "" || rest.length > 0 || jsonIn(head)["alg"] !== "HS256")
    return `${name} is no JSON Web Signature with HS256`;
  const expected = passwords(proof).map((secret) =>
    createHmac("sha256", secret).update(`${head}.${claims}`).digest("base64url"),
  );
  if (!isOneOf(signature.replace(/=+$/, ""), expected)) return `${name} is signed with another secret`;
  const { iss, sha256 } = jsonIn(claims);
  const digest = createHash("sha256").update(proof.rawBody).digest("hex");
  const genuine = iss === issuer && typeof sha256 === "string" && isOneOf(sha256.toLowerCase(), [digest]);
  return genuine ? null : `${name} is about another body: it was changed on its way`;
}

/** The JSON object in base64url; empty where there is none. */
function jsonIn(encoded: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function basic(proof: Proof): string | null | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(header(proof, "authorization") ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return pair(proof, text.slice(0, Math.max(colon, 0)), text.slice(colon + 1), "the Basic password");
}

function headerPair(proof: Proof, userHeader: string, passwordHeader: string): string | null | undefined {
  const password = header(proof, passwordHeader);
  if (password === undefined) return undefined;
  return pair(proof, header(proof, userHeader) ?? "", password, passwordHeader);
}

function pair(proof: Proof, user: string, password: string, what: string): string | null {
  const known = passwords(proof);
  const genuine = [isOneOf(password, known), isOneOf(`${user}:${password}`, known)].includes(true);
  return genuine ? null : `${what} is not the secret of this source`;
}

function bearer(proof: Proof): string | null | undefined {
  const given = /^bearer\s+(\S+)$/i.exec(header(proof, "authorization") ?? "")?.[1];
  if (given === undefined) return undefined;
  return isOneOf(given, passwords(proof)) ? null : "the bearer token is not the secret of this source";
}

function capabilityUrl(proof: Proof): string | null | undefined {
  if (proof.url.key === null) return undefined;
  return isOneOf(proof.url.key, passwords(proof))
    ? null
    : "the key in the URL is not the secret of this source";
}

function expectation(schemes: readonly Scheme[]): string {
  const names = schemes.flatMap((scheme) => {
    if ("header" in scheme) return [scheme.header];
    if (scheme.type === "header-pair") return [scheme.passwordHeader];
    return scheme.type === "standard-webhooks" ? ["webhook-signature"] : [];
  });
  const first = names.length > 0 ? `no ${[...new Set(names)].join(" or ")} header, ` : "";
  return `${first}no Authorization header and no key in the URL`;
}
