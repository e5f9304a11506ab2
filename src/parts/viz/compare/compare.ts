/** `vice compare`: what differs between two environments, or between two moments. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { sayMoment } from "../../../domain/rules/say-moment.ts";
import type { Command, TextStyle } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { MOMENT_WORDS } from "../../../kit/moment.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { knownService } from "../../data/index.ts";
import { differencesOf } from "./differences.ts";
import { readSide, type Side } from "./side.ts";

const release = z.strictObject({
  version: z.string().describe("The version, else the short commit, else the start of the digest"),
  commitSha: z.string().nullable(),
  deployment: z.string().describe("Id of the deployment that brought it"),
  at: z.string().describe("Since when it ran"),
});

const side = z.strictObject({
  environment: z.string().nullable().describe("null = all"),
  at: z.string().nullable().describe("null = now"),
});

export const differenceSchema = z.strictObject({
  service: z.string().nullable(),
  team: z.string().nullable(),
  environment: z.string().nullable().describe("null = the two that are compared"),
  tenant: z.string().nullable(),
  change: z.enum(["same", "changed", "added", "removed"]),
  from: release.nullable(),
  to: release.nullable(),
  deployments: z
    .strictObject({ count: z.int(), ahead: z.enum(["from", "to"]) })
    .nullable()
    .describe("Deployments that succeeded between the two, and which side has had them; null = not known"),
  commits: z.int().nullable().describe("Commits between the two; null = not known"),
  reason: z.string().nullable().describe("Why something is not known"),
});

const input = z.object({
  from: z
    .string()
    .trim()
    .min(1)
    .describe(`An environment, a moment, or both as prod-eu@"2 weeks ago". Moments: ${MOMENT_WORDS}`),
  to: z.string().trim().min(1).optional().describe("The other side; without it the same now"),
  service: z.string().optional(),
  team: z.string().optional(),
  tier: z.enum(TIERS).optional(),
  all: z.boolean().default(false).describe("Also what is the same"),
});

const output = z.strictObject({
  from: side,
  to: side,
  items: z.array(differenceSchema),
  same: z.int().describe("Services that are the same on both sides"),
});
type Output = z.output<typeof output>;

export const compare: Command<Services, typeof input, typeof output> = {
  id: "viz.compare",
  words: ["compare"],
  part: "viz",
  summary: "Show what differs between two environments, or between two moments.",
  examples: [
    "vice compare prod-eu staging",
    'vice compare prod-eu@"2 weeks ago" prod-eu',
    "vice compare yesterday --team payments",
    "vice compare prod-eu@{2.weeks.ago} prod-eu@monday --json",
  ],
  effect: "read",
  positional: ["from", "to"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/compare" },
  run: ({ all, service, team, tier, ...sides }, { services, now }) => {
    const nowMs = now();
    const environments = services.store.names.environments().map(({ name }) => name);
    const from = readSide(sides.from, environments, nowMs);
    const to = otherSide(sides.to, from, environments, nowMs);
    const found = differencesOf(services, { from, to, nowMs, filter: { service, team, tier } });
    if (found.length === 0 && service !== undefined) knownService(services, service, nowMs);
    const different = found.filter(({ change }) => change !== "same");
    return {
      ...{ from: sideView(from), to: sideView(to) },
      items: all ? found : different,
      same: found.length - different.length,
    };
  },
  text: sayDifferences,
};

/** One side alone is compared with the present. */
function otherSide(
  said: string | undefined,
  from: Side,
  environments: readonly string[],
  nowMs: number,
): Side {
  const to = said === undefined ? { ...from, atMs: null } : readSide(said, environments, nowMs);
  if (from.environment !== to.environment && (from.environment === null || to.environment === null))
    // A moment alone on one side means the environment of the other one.
    return to.environment === null ? { ...to, environment: from.environment } : to;
  if (from.environment !== to.environment || from.atMs !== to.atMs) return to;
  throw new ViceError("usage", {
    message: "Both sides are the same.",
    hint: `Name another environment or a moment: vice compare ${from.environment ?? "prod-eu"} staging, vice compare ${from.environment ?? ""}@"2 weeks ago"`,
  });
}

const sideView = ({ environment, atMs }: Side): z.output<typeof side> => ({
  environment,
  at: atMs === null ? null : new Date(atMs).toISOString(),
});

const saySide = ({ environment, at }: Output["from"], nowMs: number): string =>
  `${environment ?? "everywhere"} ${at === null ? "now" : sayMoment(at, nowMs, zone())}`;

const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

type Row = Output["items"][number];

const SIGNS = { same: "=", changed: "≠", added: "+", removed: "-" } as const;

function sayDifferences({ from, to, items, same }: Output, style: TextStyle): string {
  const head = `${saySide(from, style.nowMs)} → ${saySide(to, style.nowMs)}`;
  const others =
    same === 0
      ? ""
      : `${same} ${same === 1 ? "is" : "are"} the same${items.length > 0 ? "" : ", nothing differs"}.`;
  if (items.length === 0) return `${head}\n${others || "Nothing is known that could be compared."}`;
  const withPlace = items.some(({ environment }) => environment !== null);
  const rows = table(
    items,
    [
      { title: "", value: (row) => SIGNS[row.change] },
      {
        title: "service",
        value: (row: Row) => [row.service ?? "unknown", row.tenant].filter(Boolean).join(" · "),
        flexible: true,
      },
      ...(withPlace
        ? [{ title: "environment", value: (row: Row) => row.environment ?? "-", flexible: true }]
        : []),
      { title: "from", value: (row) => row.from?.version ?? "nothing", flexible: true },
      {
        title: "to",
        value: (row) => row.to?.version ?? "nothing",
        paint: (text) => style.color("bold", text),
        flexible: true,
      },
      { title: "between", value: sayBetween, flexible: true },
    ],
    style,
  );
  const isShown = items.some(({ change }) => change === "same");
  return [head, "", rows, ...(others === "" || isShown ? [] : ["", `${others} Show them: --all`])].join("\n");
}

/** `3 deployments, 12 commits`; what is not known says so. */
function sayBetween({ change, deployments, commits, reason }: Row): string {
  if (change === "same") return "";
  const said = [
    ...(deployments === null
      ? []
      : [`${count(deployments.count, "deployment")}${deployments.ahead === "from" ? " back" : ""}`]),
    ...(commits === null ? [] : [count(commits, "commit")]),
  ];
  return said.length > 0 ? said.join(", ") : (reason ?? "not known");
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`;
