/** `vice flow trunk`: when the default branch was red, and for how long. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import { type RedInterval, redIntervals, redShare } from "../../../domain/flow/trunk.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Command } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { pagesOf } from "../in-slices.ts";
import { sayUnknown, unknownFilters, unknownIn } from "../unknown-names.ts";

/** Where no `andon.trunk` is configured. */
const USUAL_TRUNK = ["main", "master", "trunk"];
const MOST = 20_000;
const DAY_MS = 86_400_000;
/** What broke the trunk may lie before the span. */
const BEFORE_MS = 14 * DAY_MS;

const input = z.object({
  service: z.string().optional(),
  team: z.string().optional(),
  days: z.int().min(1).max(3650).default(30),
});
const output = z.strictObject({
  days: z.int(),
  branches: z.array(z.string()),
  items: z.array(
    z.strictObject({
      service: z.string().nullable(),
      pipeline: z.string(),
      from: z.string(),
      to: z.string().nullable().describe("null = red still"),
      ms: z.number().describe("Milliseconds, until now while it is red"),
      brokenBy: z.string().describe("Id of the run"),
      brokenBySha: z.string().nullable(),
      fixedBy: z.string().nullable(),
      failures: z.int(),
    }),
  ),
  redShare: z
    .number()
    .nullable()
    .describe("Share of these days with a red trunk, 0..1; null = no run is known"),
  runs: z.int(),
  sampled: z
    .boolean()
    .describe(`Whether only the newest ${MOST} pipelines or builds, of any branch, were looked at`),
  unknown: unknownFilters,
});

export const trunkStatus: Command<Services, typeof input, typeof output> = {
  id: "viz.flow-trunk",
  words: ["flow", "trunk"],
  part: "viz",
  summary: "Show when the default branch was red, for how long, and what broke and mended it.",
  examples: ["vice flow trunk shop", "vice flow trunk --days 90 --json"],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/flow/trunk" },
  run: async ({ service, team, days }, { services, now }) => {
    const nowMs = now();
    const fromMs = nowMs - days * DAY_MS;
    const branches = services.config.trunk.length > 0 ? [...services.config.trunk] : USUAL_TRUNK;
    const { runs, sampled } = await readRuns(
      services,
      { service, team, sinceMs: fromMs - BEFORE_MS },
      branches,
      nowMs,
    );
    const items = [...groupBy(runs, (run) => run.service ?? "")]
      .flatMap(([name, own]) => redOf(own, nowMs).map((each) => ({ service: name || null, ...each })))
      .filter(({ to }) => to === null || Date.parse(to) > fromMs)
      .sort((a, b) => (a.from < b.from ? 1 : -1));
    const unknown = unknownIn({ service, team }, runs, services);
    return {
      ...{ days, branches, items, runs: runs.length, sampled },
      redShare: runs.length === 0 ? null : redShare(items, fromMs, nowMs),
      ...(unknown === undefined ? {} : { unknown }),
    };
  },
  note: sayUnknown,
  text: ({ days, branches, items, redShare: share, runs, unknown }, style) => {
    if (runs === 0)
      return unknown === undefined
        ? `No pipeline of ${branches.join(" or ")} is known in the last ${days} days.`
        : "";
    if (items.length === 0) return `Green for ${days} days: ${count(runs, "run")}, none failed.`;
    const head = `Red ${((share ?? 0) * 100).toFixed(1)} % of the last ${days} days, ${count(items.length, "time")}.`;
    const rows = table(
      items,
      [
        { title: "red since", value: (row) => row.from.slice(0, 16).replace("T", " ") },
        { title: "for", value: (row) => sayDuration(row.ms), align: "right" },
        { title: "service", value: (row) => row.service ?? "-", flexible: true },
        { title: "pipeline", value: (row) => row.pipeline, flexible: true },
        { title: "broken by", value: (row) => row.brokenBySha?.slice(0, 8) ?? row.brokenBy.slice(0, 13) },
        {
          title: "",
          value: (row) => (row.to === null ? "✗ red still" : "✓ mended"),
          paint: (text, row) => style.color(row.to === null ? "red" : "green", text),
        },
      ],
      style,
    );
    return `${head}\n${rows}`;
  },
};

interface Asked {
  service: string | undefined;
  team: string | undefined;
  sinceMs: number;
}

async function readRuns(
  services: Services,
  asked: Asked,
  branches: readonly string[],
  nowMs: number,
): Promise<{ runs: Activity[]; sampled: boolean }> {
  const runs: Activity[] = [];
  let sampled = false;
  for (const kind of ["pipeline", "build"] as const) {
    let looked = 0;
    for await (const { items, isLast } of pagesOf(services, { kind, ...asked }, nowMs)) {
      runs.push(...items.filter(({ ref }) => ref !== null && branches.includes(branchOf(ref))));
      looked += items.length;
      if (looked < MOST) continue;
      // Of either kind: that the other was read to its end makes it no whole.
      sampled ||= !isLast;
      break;
    }
  }
  return { runs, sampled };
}

const branchOf = (ref: string): string => ref.replace(/^(refs\/heads\/|origin\/)/, "");

const redOf = (runs: readonly Activity[], nowMs: number): RedInterval[] =>
  redIntervals(
    runs.map((run) => {
      const { id, status, finishedAt, commitSha, url } = run;
      return { id, pipeline: nameOf(run), status, finishedAt, commitSha, url };
    }),
    nowMs,
  );

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const list = groups.get(key(item));
    if (list === undefined) groups.set(key(item), [item]);
    else list.push(item);
  }
  return groups;
}
