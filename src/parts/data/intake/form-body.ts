/** Takes the JSON out of a form: GitHub can send `payload=<JSON>` (GitHub Docs, "Creating webhooks", content type). */

const FORM = /^application\/x-www-form-urlencoded\b/i;
const FIELD = "payload=";

/**
 * Only for reading: the signature covers the form as it was sent.
 * @returns the bytes of the JSON, or the body itself when it is no such form
 */
export function unwrapForm(contentType: string | undefined, rawBody: Uint8Array): Uint8Array {
  if (!FORM.test(contentType ?? "")) return rawBody;
  const start = Buffer.from(rawBody.buffer, rawBody.byteOffset, Math.min(FIELD.length, rawBody.length));
  if (start.toString("latin1") !== FIELD) return rawBody;
  const payload = new URLSearchParams(Buffer.from(rawBody).toString("latin1")).get("payload");
  return payload === null ? rawBody : Buffer.from(payload, "utf8");
}
