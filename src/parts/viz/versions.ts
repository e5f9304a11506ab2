/** `vice versions`: which versions of a service are and were where, since when, and how they came there. */
import { z } from "zod";
import { type Activity, TIERS } from "../../domain/activity.ts";
import { activitySchema } from "../../domain/activity-schema.ts";
import { foldName } from "../../domain/fold-name.ts";
import { sayAgo } from "../../kit/ago.ts";
import type { Command, TextStyle } from "../../kit/command.ts";
import { printable, table } from "../../kit/table.ts";
import type { StatusItem } from "../../ports/read-models.ts";
import type { Services } from "../../ports/services.ts";
import { knownService } from "../data/index.ts";
import { sayRelease, shortId } from "./say.ts";
import { columnsOf, sayNote, statusItemSchema } from "./status.ts";

/** The newest successes that are looked at. */
const SAMPLE = 1000;

const input = z.object({
  service: z.string().describe("Service or project"),
  environment: z.string().optional(),
  ephemeral: z.boolean().default(false).describe("Preview environments too"),
  limit: z.int().min(1).max(SAMPLE).default(10).describe("Versions at most, newest first"),
});

const stay = z.strictObject({
  version: z.string().describe("The version, else the short commit, else the start of the digest"),
  commitSha: z.string().nullable(),
  environment: z.string().nullable(),
  tier: z.enum(TIERS).nullable(),
  tenant: z.string().nullable(),
  since: z.string(),
  until: z.string().nullable().describe("null = it runs there now"),
  deploymentKind: activitySchema.shape.deploymentKind.describe("How it came there"),
  source: z.string(),
  tool: z.string().nullable(),
  actor: z.string().nullable(),
  deployment: z.string().describe("Id of the deployment that brought it"),
});
type Stay = z.output<typeof stay>;

const output = z.strictObject({
  items: z.array(statusItemSchema).describe("What runs now, as in status"),
  environments: z.array(z.strictObject({ name: z.string(), tier: z.enum(TIERS).nullable() })),
  versions: z
    .array(stay)
    .describe("Each stay of a version in an environment: newest version first, in the order of arrival"),
  sampled: z.boolean().describe(`Whether only the newest ${SAMPLE} were looked at`),
});

export const versions: Command<Services, typeof input, typeof output> = {
  id: "viz.versions",
  words: ["versions"],
  part: "viz",
  summary: "Show which versions of a service are and were where, since when, and how they came there.",
  examples: ["vice versions shop", "vice versions shop --environment prod-eu", "vice versions shop --json"],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "versions",
  http: { method: "GET", path: "/v1/versions/:service" },
  run: ({ service, environment, ephemeral, limit }, { services, now }) => {
    const { read } = services.store;
    const items = read.status({ service, environment, ephemeral }, now());
    if (items.length === 0) knownService(services, service, now());
    const filter = { kind: "deployment", status: "succeeded", service, environment } as const;
    const page = read.activities(filter, SAMPLE, null, now());
    const shown = page.items.filter(
      ({ tier, primaryId }) => primaryId === null && (ephemeral || tier !== "ephemeral"),
    );
    return {
      items,
      environments: columnsOf(items, services.config.environmentOrder),
      versions: newestVersions(staysOf(shown), limit),
      sampled: page.next !== null,
    };
  },
  text: ({ items, versions: stays }, style) => {
    if (stays.length === 0) return "No successful deployment of it is known: vice deployments <service>";
    const notes = (items as StatusItem[]).map((item) => [placeOf(item), sayNote(item)]);
    const lines = notes.filter(([, note]) => note !== "").map(([place, note]) => `${place}: ${note}`);
    return [staysTable(stays, style), ...(lines.length === 0 ? [] : ["", ...lines.map(printable)])].join(
      "\n",
    );
  },
};

/** Where, as it is compared and as it is shown. */
const placeOf = ({ environment, tenant }: Pick<Stay, "environment" | "tenant">): string =>
  [environment ?? "unknown", tenant].filter(Boolean).join(" · ");

/** @param deployments successes, newest first; a version that was deployed again without another between stays since the first time */
function staysOf(deployments: readonly Activity[]): Stay[] {
  const stays: Stay[] = [];
  const here = new Map<string, Stay>();
  for (const each of deployments.toReversed()) {
    if (each.deploymentKind === "config") continue;
    const place = foldName(placeOf(each));
    const before = here.get(place);
    const version = sayRelease(each);
    if (each.deploymentKind !== "teardown" && before?.version === version) continue;
    if (before !== undefined) before.until = each.occurredAt;
    here.delete(place);
    if (each.deploymentKind === "teardown") continue;
    const came = stayOf(each, version);
    here.set(place, came);
    stays.push(came);
  }
  return stays;
}

const stayOf = (deployment: Activity, version: string): Stay => ({
  version,
  commitSha: deployment.commitSha,
  environment: deployment.environment,
  tier: deployment.tier,
  tenant: deployment.tenant,
  since: deployment.occurredAt,
  until: null,
  deploymentKind: deployment.deploymentKind,
  source: deployment.source,
  tool: deployment.tags["tool"] ?? null,
  actor: deployment.actor?.name ?? deployment.actor?.login ?? null,
  deployment: deployment.id,
});

/** What still runs somewhere is always among them. */
function newestVersions(stays: readonly Stay[], limit: number): Stay[] {
  const byVersion = [...Map.groupBy(stays, ({ version }) => version).values()].reverse();
  return byVersion.filter((group, at) => at < limit || group.some(({ until }) => until === null)).flat();
}

function staysTable(stays: readonly Stay[], style: TextStyle): string {
  return table(
    stays,
    [
      {
        title: "version",
        value: (row) => row.version,
        paint: (text, row) => (row.until === null ? style.color("bold", text) : text),
        flexible: true,
      },
      { title: "environment", value: placeOf, flexible: true },
      { title: "since", value: (row) => sayAgo(row.since, style.nowMs) },
      {
        title: "until",
        value: (row) => (row.until === null ? "runs" : sayAgo(row.until, style.nowMs)),
        paint: (text, row) => style.color(row.until === null ? "green" : "dim", text),
      },
      { title: "how", value: (row) => row.deploymentKind ?? "-" },
      { title: "by", value: (row) => row.actor ?? "-", flexible: true },
      { title: "tool", value: (row) => row.tool ?? row.source },
      { title: "id", value: (row) => shortId(row.deployment) },
    ],
    style,
  );
}
