/** The event stream: what changed, as it changes, resumable. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ViceError } from "../../../kit/errors.ts";
import { MAX_STREAMS } from "../amounts.ts";
import type { Guard } from "../auth/guard.ts";
import type { Door } from "../door.ts";
import { streamHubOf } from "../stream-hub.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // nginx holds answers back otherwise.
  "x-accel-buffering": "no",
};

export function streamRoute(app: FastifyInstance, door: Door, guard: Guard): void {
  const hub = streamHubOf(door);
  app.get("/v1/stream", { config: { access: "read" } }, async (request, reply) => {
    if (hub.size >= MAX_STREAMS)
      throw new ViceError("rate.limited", { who: "this server: too many streams are open" });
    const after = lastEventId(request);
    reply.headers(HEADERS);
    reply.hijack();
    reply.raw.writeHead(200, headersOf(reply.getHeaders()));
    reply.raw.write("retry: 1000\n\n");
    const allowed = (): boolean => guard.identify(request).principal !== null;
    await hub.join({ response: reply.raw, allowed }, after);
  });
}

function headersOf(
  headers: Readonly<Record<string, number | string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** From the header that a browser sends when it reconnects, or `?after=` for other clients. */
function lastEventId(request: FastifyRequest): number | null {
  const { after } = request.query as { after?: string };
  const text = request.headers["last-event-id"] ?? after;
  if (typeof text !== "string" || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
