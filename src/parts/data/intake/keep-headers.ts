/** Chooses the headers that are kept with a delivery: what names the event, never what proves it. */
import type { Scheme } from "../../../ports/source.ts";

const KEPT =
  /^(content-type|user-agent|traceparent|ce-.*|x-vice-origin|webhook-id|webhook-timestamp|idempotency-key)$/;
const VENDOR =
  /^x-(github|gitlab|gitea|jenkins|atlassian|heroku|octopus|teamcity|tcwebhooks|request|event|hook|attempt)/;
const SECRET = /(token|secret|signature|hmac|auth|password|key$)/;

/**
 * @param headers lower-case names
 * @param schemes how the source proves itself: headers that carry the proof are left out whatever they are called
 */
export function keepHeaders(
  headers: Readonly<Record<string, string>>,
  schemes: readonly Scheme[],
): Record<string, string> {
  const proofs = new Set(schemes.flatMap(proofHeaders));
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (proofs.has(name)) continue;
    if ((KEPT.test(name) || VENDOR.test(name)) && (!SECRET.test(name) || name === "idempotency-key"))
      kept[name] = value.slice(0, 500);
  }
  return kept;
}

function proofHeaders(scheme: Scheme): string[] {
  if ("header" in scheme) return [scheme.header.toLowerCase()];
  return "userHeader" in scheme ? [scheme.userHeader.toLowerCase(), scheme.passwordHeader.toLowerCase()] : [];
}
