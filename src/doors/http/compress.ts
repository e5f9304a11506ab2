/** Compresses large answers for clients that take it; in Node's thread pool, so that nobody waits for it. */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { takesEncoding } from "./accept-encoding.ts";

const pack = promisify(gzip);

/** Below this it costs more than it saves. */
export const MIN_COMPRESSED_BYTES = 8 * 1024;
/** Ids and commits do not shrink, so a higher level costs more time than it saves. */
const OPTIONS = { level: constants.Z_BEST_SPEED };
const TEXT = /^(application\/(json|.+\+json)|text\/(csv|plain))\b/;

/** Event streams are sent piece by piece; the page's files are kept compressed. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const isWhole = typeof payload === "string" || payload instanceof Uint8Array;
    if (!isWhole || payload.length < MIN_COMPRESSED_BYTES) return payload;
    if (reply.hasHeader("content-encoding") || !TEXT.test(String(reply.getHeader("content-type"))))
      return payload;
    reply.header("vary", "accept-encoding");
    if (!takesEncoding(request.headers["accept-encoding"], "gzip")) return payload;
    const packed = await pack(payload, OPTIONS);
    reply.header("content-encoding", "gzip").removeHeader("content-length");
    return packed;
  });
}
