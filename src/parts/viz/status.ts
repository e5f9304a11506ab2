/** What runs where: `vice status`. */
import { z } from "zod";
import { TIERS } from "../../domain/activity.ts";
import { activitySchema } from "../../domain/activity-schema.ts";
import { compare, promotionRank } from "../../domain/promotion.ts";
import { sayAge, sayAgo } from "../../kit/ago.ts";
import type { Command } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { MOMENT_WORDS, readPast } from "../../kit/moment.ts";
import { type Column, table } from "../../kit/table.ts";
import type { StatusItem } from "../../ports/read-models.ts";
import type { Services } from "../../ports/services.ts";
import { knownService } from "../data/index.ts";
import { sayAbnormal } from "./abnormal/abnormal-command.ts";
import { sayActor, sayRelease, sayStatus, sayTool } from "./say.ts";
import { sayEmpty, sayUnknown, unknownFilters, unknownIn } from "./unknown-names.ts";

export const statusItemSchema = z.strictObject({
  service: z.string().nullable(),
  team: z.string().nullable(),
  environment: z.string().nullable(),
  tier: z.enum(TIERS).nullable(),
  tenant: z.string().nullable(),
  running: activitySchema
    .nullable()
    .describe("Newest success; null after a teardown or when nothing succeeded"),
  lastAttempt: activitySchema,
  behind: z
    .strictObject({ environment: z.string(), deployments: z.int(), ms: z.number() })
    .nullable()
    .describe("How far it is behind the environment before it"),
});

const statusInput = z.object({
  service: z.string().optional(),
  team: z.string().optional(),
  environment: z.string().optional(),
  tier: z.enum(TIERS).optional(),
  ephemeral: z.boolean().default(false).describe("Show preview environments too"),
  at: z.string().optional().describe(`A moment in the past: ${MOMENT_WORDS}`),
});

const statusOutput = z.strictObject({
  items: z.array(statusItemSchema),
  environments: z
    .array(z.strictObject({ name: z.string(), tier: z.enum(TIERS).nullable() }))
    .describe("In the order of promotion"),
  unknown: unknownFilters,
  at: z.string().exactOptional().describe("The moment that was asked for"),
  abnormal: z.int().optional().describe("Things that are not as usual now: vice abnormal; absent = none"),
  filtered: z.literal(true).optional().describe("Beside an empty list: other filters would show something"),
});

const NOTHING_YET = "No deployment is known here. Connect a tool: vice serve, then open the page's Sources.";
const NOTHING_FITS = "No deployment is known that fits. Take a filter away: vice status";

type StatusOutput = z.output<typeof statusOutput>;

export const status: Command<Services, typeof statusInput, typeof statusOutput> = {
  id: "viz.status",
  words: ["status"],
  part: "viz",
  summary: "Show what runs where.",
  examples: [
    "vice status",
    "vice status shop",
    "vice status --team payments --json",
    'vice status --at "2 weeks ago"',
  ],
  effect: "read",
  positional: ["service"],
  input: statusInput,
  output: statusOutput,
  list: "items",
  http: { method: "GET", path: "/v1/status" },
  run: ({ service, team, environment, tier, ephemeral, at }, { services, now }) => {
    const atMs = at === undefined ? undefined : readPast(at, now());
    const items = services.store.read.status({ service, team, environment, tier, ephemeral, atMs }, now());
    if (service !== undefined && items.length === 0) knownService(services, service, now());
    const answer = {
      items,
      environments: columnsOf(items, services.config.environmentOrder),
      ...(atMs === undefined ? {} : { at: new Date(atMs).toISOString() }),
      ...(atMs === undefined ? abnormalIn(services) : {}),
    };
    const unknown = unknownIn({ team, environment }, items, services);
    if (unknown !== undefined) return { ...answer, unknown };
    const filtered = items.length === 0 && services.store.read.status({ ephemeral: true }, now()).length > 0;
    return filtered ? { ...answer, filtered } : answer;
  },
  note: (output) =>
    [
      sayUnknown(output),
      output.at === undefined ? "" : `As of ${output.at}`,
      sayAbnormal(output.abnormal ?? 0),
    ]
      .filter(Boolean)
      .join("\n"),
  text: ({ items, filtered, unknown }, style) => {
    if (items.length === 0) return sayEmpty({ unknown }, filtered === true ? NOTHING_FITS : NOTHING_YET);
    const rows = items as StatusItem[];
    const isNarrow = style.columns < NARROW;
    return table(
      rows,
      [
        { title: "service", value: (row) => row.service ?? "unknown", flexible: true },
        {
          title: "environment",
          value: (row) => [row.environment ?? "unknown", row.tenant].filter(Boolean).join(" · "),
          flexible: true,
        },
        {
          title: "version",
          value: (row) => sayRelease(row.running),
          paint: (text) => style.color("bold", text),
          flexible: true,
        },
        {
          title: "since",
          value: (row) => (row.running === null ? "-" : sayAgo(row.running.occurredAt, style.nowMs)),
        },
        ...(isNarrow ? [] : REST),
        {
          title: "",
          value: isNarrow ? shortNote : sayNote,
          flexible: !isNarrow,
          paint: (text, row) => style.color(row.lastAttempt.status === "failed" ? "red" : "yellow", text),
        },
      ],
      style,
    );
  },
};

function abnormalIn({ store }: Services): { abnormal?: number } {
  const many = store.standing.list("abnormal").length;
  return many === 0 ? {} : { abnormal: many };
}

/** Below it there is no room for everything: what failed goes before who did it with which tool. */
const NARROW = 70;

const REST: ReadonlyArray<Column<StatusItem>> = [
  { title: "by", value: (row) => (row.running === null ? "-" : sayActor(row.running)), flexible: true },
  { title: "tool", value: (row) => sayTool(row.running ?? row.lastAttempt) },
];

/** `✗ v1.4.2`, else `3 behind` */
function shortNote({ running, lastAttempt, behind }: StatusItem): string {
  const isOpen = lastAttempt.id !== running?.id && lastAttempt.status !== "succeeded";
  if (isOpen) return `${sayStatus(lastAttempt).slice(0, 1)} ${sayRelease(lastAttempt)}`;
  return behind === null ? "" : `${behind.deployments} behind`;
}

/** What a reader must not overlook: a failed or running last attempt, and being behind. */
export function sayNote({ running, lastAttempt, behind }: StatusItem): string {
  const notes: string[] = [];
  if (lastAttempt.id !== running?.id && lastAttempt.status !== "succeeded") {
    notes.push(
      `${lastAttempt.status === "failed" ? "✗ failed" : (lastAttempt.status ?? "state not known")}: ${sayRelease(lastAttempt)}`,
    );
  }
  if (behind !== null)
    notes.push(`${behind.deployments} behind ${behind.environment} (${sayAge(behind.ms)})`);
  return notes.join(", ");
}

/** Environments in the order of promotion, each once. */
export function columnsOf(
  items: readonly StatusItem[],
  configured: readonly string[],
): StatusOutput["environments"] {
  const seen = new Map<string, StatusOutput["environments"][number]>();
  for (const { environment, tier } of items) {
    if (environment !== null && !seen.has(environment.toLowerCase()))
      seen.set(environment.toLowerCase(), { name: environment, tier });
  }
  const rank = promotionRank(configured);
  return [...seen.values()].sort(
    (a, b) => rank(a.name, a.tier) - rank(b.name, b.tier) || compare(a.name, b.name),
  );
}

const infoInput = z.object({ service: z.string(), environment: z.string() });
const infoOutput = z.strictObject({
  service: z.string(),
  environment: z.string(),
  version: z.string().nullable(),
  commitSha: z.string().nullable(),
  deployedAt: z.string().nullable(),
  lastModifiedOn: z.string().nullable(),
});

export const deploymentInfo: Command<Services, typeof infoInput, typeof infoOutput> = {
  id: "viz.deployment-info",
  words: null,
  part: "viz",
  summary: "Say which version of a service runs in one environment, as other tools read it.",
  examples: ["vice viz deployment-info shop production"],
  effect: "read",
  positional: ["service", "environment"],
  input: infoInput,
  output: infoOutput,
  http: { method: "GET", path: "/deployment-info/:service/:environment", queryPath: "/deployment-info" },
  run: ({ service, environment }, { services, now }) => {
    const items = services.store.read.status({ service, environment, ephemeral: true }, now());
    const item = items[0];
    if (item === undefined)
      throw new ViceError("not-found", { what: "deployment of", name: `${service} in ${environment}` });
    const { running } = item;
    return {
      service: item.service ?? service,
      environment: item.environment ?? environment,
      version: running?.version ?? null,
      commitSha: running?.commitSha ?? null,
      deployedAt: running?.occurredAt ?? null,
      lastModifiedOn: running?.occurredAt ?? null,
    };
  },
  text: ({ service, environment, version, commitSha, deployedAt }, style) =>
    `${service} in ${environment}: ${version ?? commitSha?.slice(0, 8) ?? "nothing"}${deployedAt === null ? "" : `, ${sayAgo(deployedAt, style.nowMs)}`}`,
};
