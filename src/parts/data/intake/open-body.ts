/** Makes JSON of a body that was sent in another form: under gzip, or as what only its source can read (protobuf). */
import { createGunzip } from "node:zlib";
import { ViceError } from "../../../kit/errors.ts";
import type { HookRequest } from "../../../ports/services.ts";
import type { Source } from "../../../ports/source.ts";

const MIB = 2 ** 20;
/** As much as a body may have that was sent as it is. */
const MOST_BYTES = 26 * MIB;
/** What is unpacked at a time: the most that is there beyond what was asked for. */
const CHUNK_BYTES = 64 * 1024;

/**
 * After the proof of its origin, which covers the bytes as they were sent. What is kept is the JSON, so that it can be read
 * again and looked at.
 * @returns the same request when there is nothing to do. @throws ViceError `body.*`, and what `hold` throws
 */
export async function openBody(source: Source, request: HookRequest): Promise<HookRequest> {
  const plain = GZIP.test(request.headers["content-encoding"] ?? "") ? await unpacked(request) : request;
  const decoded = source.decode?.(plain.headers, plain.rawBody) ?? null;
  if (decoded === null) return plain;
  if ("problem" in decoded) throw new ViceError("body.not-json", { problem: decoded.problem });
  const headers = { ...plain.headers, "content-type": "application/json" };
  const rawBody = Buffer.from(JSON.stringify(decoded.body));
  request.hold?.(rawBody.length);
  return { ...plain, headers, rawBody };
}

const GZIP = /^(x-)?gzip$/i;

/** Chunk by chunk, each of them asked for: a small body may unpack to any size, and other requests are heard meanwhile. */
async function unpacked(request: HookRequest): Promise<HookRequest> {
  const { "content-encoding": _encoding, ...headers } = request.headers;
  const chunks: Buffer[] = [];
  let length = 0;
  const unpacking = createGunzip({ chunkSize: CHUNK_BYTES });
  unpacking.end(request.rawBody);
  try {
    for await (const chunk of unpacking as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MOST_BYTES) throw new ViceError("body.too-large", { limit: `${MOST_BYTES / MIB} MiB` });
      request.hold?.(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ViceError) throw error;
    throw new ViceError("body.not-json", { problem: "its gzip is broken" });
  }
  return { ...request, headers, rawBody: Buffer.concat(chunks, length) };
}
