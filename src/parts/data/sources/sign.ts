/** Signs a body as a vendor would: for tests that are sent by vice itself and for the demonstration. */
import { createHash, createHmac } from "node:crypto";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Scheme } from "../../../ports/source.ts";

const basic = (secret: string): string =>
  Buffer.from(secret.includes(":") ? secret : `vice:${secret}`).toString("base64");

/** @returns the headers that prove the body under this scheme */
export function sign(
  scheme: Scheme,
  secret: string,
  body: Uint8Array,
  nowMs: number,
): Record<string, string> {
  switch (scheme.type) {
    case "hmac-hex":
      return {
        [scheme.header]: `${scheme.prefix}${createHmac(scheme.algorithm, secret).update(body).digest("hex")}`,
      };
    case "hmac-base64":
      return { [scheme.header]: createHmac("sha256", secret).update(body).digest("base64") };
    case "token":
      return { [scheme.header]: secret };
    case "standard-webhooks":
      return standardWebhooks(secret, body, nowMs);
    case "basic":
      return { authorization: `Basic ${basic(secret)}` };
    case "jws":
      return { [scheme.header]: jws(scheme.issuer, secret, body) };
    case "header-pair":
      return { [scheme.userHeader]: "vice", [scheme.passwordHeader]: secret };
    case "bearer":
      return { authorization: `Bearer ${secret}` };
  }
}

function jws(issuer: string, secret: string, body: Uint8Array): string {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const sha256 = createHash("sha256").update(body).digest("hex");
  const signed = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded({ iss: issuer, sha256 })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** A secret that is no `whsec_` one cannot sign in this scheme: then the bearer form, which every source accepts, is taken. */
function standardWebhooks(secret: string, body: Uint8Array, nowMs: number): Record<string, string> {
  if (!secret.startsWith("whsec_")) return { authorization: `Bearer ${secret}` };
  const id = `msg_${uuidv7(nowMs)}`;
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
