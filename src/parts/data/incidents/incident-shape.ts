/** What an incident looks like in every answer, with the deployment that metrics link it to. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import { incidentOf } from "../../../domain/metrics/delivered.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";

export type Context = CommandContext<Services>;

export const incidentSchema = z.strictObject({
  id: z.string(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  title: z.string().nullable(),
  severity: z.string().nullable(),
  status: z.enum(["open", "closed"]),
  source: z.string(),
  since: z.string(),
  until: z.string().nullable(),
  durationMs: z.number().nullable().describe("Until it was closed; null while it is open"),
  deployment: z
    .strictObject({ id: z.string(), version: z.string().nullable(), environment: z.string().nullable() })
    .nullable()
    .describe("What it is linked to: what is said, else what ran in that service when it began"),
  url: z.string().nullable(),
});
type Incident = z.output<typeof incidentSchema>;

/** What an incident is, with the deployment that metrics link it to. */
export function shown(activity: Activity, { services, now }: Context): Incident {
  const found = incidentOf(activity);
  const link = services.store.dora.linkedTo(activity.id);
  const deployment = link === null ? null : services.store.read.activity(link, now());
  const beganMs = found?.beganMs ?? Date.parse(activity.startedAt ?? activity.occurredAt);
  const endedMs = found?.endedMs ?? null;
  return {
    id: activity.id,
    ...{ service: activity.service, environment: activity.environment, source: activity.source },
    title: activity.tags["title"] ?? activity.tags["name"] ?? null,
    severity: activity.tags["severity"] ?? null,
    status: endedMs === null ? "open" : "closed",
    since: new Date(beganMs).toISOString(),
    until: endedMs === null ? null : new Date(endedMs).toISOString(),
    durationMs: endedMs === null ? null : endedMs - beganMs,
    deployment:
      deployment === null
        ? null
        : { id: deployment.id, version: deployment.version, environment: deployment.environment },
    url: activity.url,
  };
}
