/** Liveness, readiness, figures, and what this server is. */
import type { FastifyInstance } from "fastify";
import { ViceError } from "../../../kit/errors.ts";
import { METRICS_CONTENT_TYPE } from "../../../kit/metrics.ts";
import type { Door } from "../door.ts";

const PUBLIC = { config: { access: "public" } } as const;
const READ = { config: { access: "read" } } as const;

/** Whose names the figures have. */
const NAMES: Readonly<Record<string, (door: Door) => string>> = {
  vice: ({ metrics, now }) => metrics.text(now()),
  valuestream: ({ metrics }) => metrics.valueStreamText(),
};

/** Below this a write may fail at any moment. */
const MIN_FREE_BYTES = 16 * 1024 * 1024;

export function healthRoutes(app: FastifyInstance, door: Door): void {
  app.get("/healthz", PUBLIC, async () => ({ status: "ok" }));
  app.get("/readyz", PUBLIC, async (_request, reply) => {
    const problem = problemOf(door);
    if (problem !== null) throw new ViceError("store.unavailable", { problem });
    reply.header("cache-control", "no-store");
    return { status: "ready" };
  });
  app.get<{ Querystring: { names?: string } }>("/metrics", READ, async (request, reply) => {
    reply.header("content-type", METRICS_CONTENT_TYPE).header("cache-control", "no-store");
    const { names = "vice" } = request.query;
    const text = NAMES[names]?.(door);
    if (text === undefined)
      throw new ViceError("input.invalid", {
        message: `There are no names "${names}".`,
        hint: `Possible: ${Object.keys(NAMES).join(", ")}.`,
      });
    return text;
  });
  app.get("/v1/about", READ, async () => {
    const { version, config, homeId, demo } = door.services;
    return { version, home: config.home, homeId, demo };
  });
}

function problemOf(door: Door): string | null {
  if (door.closing.aborted) return "the server is stopping";
  try {
    const { freeBytes } = door.services.store.maintenance.health();
    return freeBytes < MIN_FREE_BYTES ? "less than 16 MiB are free on the disk" : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
