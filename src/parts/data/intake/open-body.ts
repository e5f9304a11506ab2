/** Makes JSON of a body that was sent in another form: under gzip, or as what only its source can read (protobuf). */
import { gunzipSync } from "node:zlib";
import { ViceError } from "../../../kit/errors.ts";
import type { HookRequest } from "../../../ports/services.ts";
import type { Source } from "../../../ports/source.ts";

const MIB = 2 ** 20;
/** As much as a body may have that was sent as it is. */
const MOST_BYTES = 26 * MIB;

/**
 * After the proof of its origin, which covers the bytes as they were sent. What is kept is the JSON, so that it can be read
 * again and looked at.
 * @returns the same request when there is nothing to do. @throws ViceError `body.*`
 */
export function openBody(source: Source, request: HookRequest): HookRequest {
  const plain = unpacked(request);
  const decoded = source.decode?.(plain.headers, plain.rawBody) ?? null;
  if (decoded === null) return plain;
  if ("problem" in decoded) throw new ViceError("body.not-json", { problem: decoded.problem });
  const headers = { ...plain.headers, "content-type": "application/json" };
  return { ...plain, headers, rawBody: Buffer.from(JSON.stringify(decoded.body)) };
}

function unpacked(request: HookRequest): HookRequest {
  const { "content-encoding": encoding, ...headers } = request.headers;
  if (!/^(x-)?gzip$/i.test(encoding ?? "")) return request;
  try {
    return { ...request, headers, rawBody: gunzipSync(request.rawBody, { maxOutputLength: MOST_BYTES }) };
  } catch (error) {
    const isLarge = Object(error).code === "ERR_BUFFER_TOO_LARGE";
    if (isLarge) throw new ViceError("body.too-large", { limit: `${MOST_BYTES / MIB} MiB` });
    throw new ViceError("body.not-json", { problem: "its gzip is broken" });
  }
}
