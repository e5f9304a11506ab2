/** Hears a refused sender out for a moment: a connection closed while it still sends is a reset there, not our answer. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

const MOST_MS = 2000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Holds back refusals until the body has arrived (it is thrown away), within limits of time and size. */
export function hearOut(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply) => {
    if (reply.statusCode < 400 || request.raw.complete) return;
    await discard(request.raw);
    if (!request.raw.complete) reply.header("connection", "close");
  });
}

function discard(body: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const done = (): void => {
      clearTimeout(timer);
      for (const event of ["end", "close", "error"]) body.off(event, done);
      body.off("data", count);
      resolve();
    };
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) done();
    };
    const timer = setTimeout(done, MOST_MS);
    for (const event of ["end", "close", "error"]) body.once(event, done);
    body.on("data", count).resume();
  });
}
