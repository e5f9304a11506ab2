/** History: `vice deployments` and `vice activities`, lists and single ones. */
import { z } from "zod";
import { KINDS, STATUSES, TIERS } from "../../domain/activity.ts";
import { activitySchema } from "../../domain/activity-schema.ts";
import { sayAgo } from "../../kit/ago.ts";
import type { Command, TextStyle } from "../../kit/command.ts";
import { sayDuration } from "../../kit/duration.ts";
import { MOMENT_WORDS, readMoment } from "../../kit/moment.ts";
import { table } from "../../kit/table.ts";
import type { ActivityFilter } from "../../ports/read-models.ts";
import type { Services } from "../../ports/services.ts";
import { hasRelease, paintStatus, sayActor, sayRelease, sayStatus, sayTool, shortId } from "./say.ts";
import { sayEmpty, sayUnknown, unknownFilters, unknownIn } from "./unknown-names.ts";

const filters = {
  service: z.string().optional(),
  team: z.string().optional(),
  environment: z.string().optional(),
  tier: z.enum(TIERS).optional(),
  source: z.string().optional(),
  instance: z.string().optional(),
  status: z.enum(STATUSES).optional(),
  actor: z.string().optional().describe("Login or name"),
  since: z.string().optional().describe(`Included; ${MOMENT_WORDS}`),
  until: z.string().optional().describe("Not included"),
  limit: z
    .int()
    .default(50)
    .transform((limit) => Math.min(Math.max(limit, 1), 1000))
    .describe("1 to 1000; what is less or more counts as that"),
  cursor: z.string().optional().describe("Where the page before ended"),
  excluded: z.boolean().default(false).describe("Also what rules or people left out"),
};

const listOutput = z.strictObject({
  items: z.array(activitySchema),
  next: z.string().nullable().describe("Cursor of the next page"),
  unknown: unknownFilters,
});

const deploymentsInput = z.object({
  ...filters,
  kind: z.enum(["deployment"]).optional().describe("Only deployment; other kinds are among the activities"),
});
const activitiesInput = z.object({ ...filters, kind: z.enum(KINDS).optional() });

const at = (text: string | undefined, nowMs: number): number | undefined =>
  text === undefined ? undefined : readMoment(text, nowMs);

function list(
  input: z.output<typeof activitiesInput>,
  services: Services,
  nowMs: number,
): z.input<typeof listOutput> {
  const { service, team, environment, tier, source, instance, status, actor, kind, limit, cursor } = input;
  const filter: ActivityFilter = {
    ...{ service, team, environment, tier, source, instance, status, actor, kind },
    sinceMs: at(input.since, nowMs),
    untilMs: at(input.until, nowMs),
    includeExcluded: input.excluded,
  };
  const page = services.store.read.activities(filter, limit, cursor ?? null, nowMs);
  const unknown = unknownIn({ service, team, environment, source }, page.items, services);
  return unknown === undefined ? page : { ...page, unknown };
}

function listText(output: z.output<typeof listOutput>, style: TextStyle, withKind: boolean): string {
  const { items, next } = output;
  if (items.length === 0)
    return sayEmpty(
      output,
      "Nothing is known that fits. Take a filter away, or see what reports: vice source list",
    );
  const rows = table(
    items,
    [
      { title: "when", value: (row) => sayAgo(row.occurredAt, style.nowMs) },
      ...(withKind ? [{ title: "kind", value: (row: (typeof items)[number]) => row.kind }] : []),
      { title: "service", value: (row) => row.service ?? row.tags["name"] ?? "-", flexible: true },
      { title: "environment", value: (row) => row.environment ?? "-", flexible: true },
      { title: "version", value: (row) => (hasRelease(row) ? sayRelease(row) : "-"), flexible: true },
      { title: "status", value: sayStatus, paint: (text, row) => paintStatus(text, row, style) },
      {
        title: "took",
        value: (row) => (row.durationMs === null ? "-" : sayDuration(row.durationMs)),
        align: "right",
      },
      { title: "by", value: sayActor, flexible: true },
      { title: "tool", value: sayTool },
      { title: "id", value: (row) => shortId(row.id) },
    ],
    style,
  );
  return next === null ? rows : `${rows}\n${style.color("dim", `More: --cursor ${next}`)}`;
}

export const deployments: Command<Services, typeof deploymentsInput, typeof listOutput> = {
  id: "viz.deployments",
  words: ["deployments"],
  part: "viz",
  summary: "List deployments, newest first.",
  examples: [
    "vice deployments",
    "vice deployments --service shop --environment production",
    "vice deployments --status failed --since 7d --csv",
  ],
  effect: "read",
  positional: ["service"],
  input: deploymentsInput,
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/deployments" },
  run: (input, { services, now }) => list({ ...input, kind: "deployment" }, services, now()),
  note: sayUnknown,
  text: (output, style) => listText(output, style, false),
};

export const activities: Command<Services, typeof activitiesInput, typeof listOutput> = {
  id: "viz.activities",
  words: ["activities"],
  part: "viz",
  summary:
    "List everything that was reported: builds, pipelines, changes, tickets, local actions, deployments.",
  examples: [
    "vice activities",
    "vice activities --kind action --source local",
    "vice activities --service shop --json",
  ],
  effect: "read",
  positional: ["service"],
  input: activitiesInput,
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/activities" },
  run: (input, { services, now }) => list(input, services, now()),
  note: sayUnknown,
  text: (output, style) => listText(output, style, true),
};
