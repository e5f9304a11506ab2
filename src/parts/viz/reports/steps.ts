/** Which steps are slowest, fail most or are flaky, and what they say when they fail. */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { STEP_KINDS } from "../../../domain/durations/step.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { count } from "../../../kit/count.ts";
import { failuresOf } from "../durations/failures.ts";
import { type Group, groupSchema, groupsOf, periodOfDays } from "../durations/groups.ts";
import { durationInput, groupTable } from "./durations.ts";
import { reportKind } from "./kind.ts";

const TOP = 10;
/** Fewer runs say little about how often something fails. */
const ENOUGH = 5;

const input = z.object({ ...durationInput });
const output = z.strictObject({
  service: z.string().nullable(),
  days: z.int(),
  slowest: z.array(groupSchema).describe("By p95"),
  failing: z.array(groupSchema).describe(`By failure rate, of those with at least ${ENOUGH} runs`),
  flaky: z.array(
    z.strictObject({
      kind: z.enum(STEP_KINDS),
      name: z.string(),
      service: z.string().nullable(),
      commits: z.int().describe("Commits on which it both failed and succeeded"),
      failures: z.int(),
      lastAt: z.string(),
      example: z.string().describe("Id of the newest such failure"),
    }),
  ),
  errors: z.array(
    z.strictObject({
      pattern: z.string().describe("Numbers, ids, paths, addresses and times replaced"),
      count: z.int(),
      example: z.strictObject({ id: z.string(), text: z.string(), at: z.string() }),
      firstAt: z.string(),
      lastAt: z.string(),
    }),
  ),
  failures: z.int().describe("Failures that were looked at"),
  sampled: z.boolean().describe("Whether only the newest were"),
});
type Data = z.output<typeof output>;

export const stepsReport = reportKind({
  name: "steps",
  about: "Slowest, most failing and flaky steps, and what they say when they fail",
  input,
  output,
  data: async ({ service, days, stepKind }, { services, now }) => {
    const nowMs = now();
    const groups = groupsOf(services, { by: "step", service, kind: stepKind, days }, nowMs);
    const sinceMs = periodOfDays(services, days, nowMs).fromMs;
    const { flaky, errors, failures, sampled } = await failuresOf(services, { service, sinceMs }, nowMs);
    const by = (pick: (group: Group) => number): Group[] =>
      [...groups].sort((a, b) => pick(b) - pick(a) || (a.name < b.name ? -1 : 1));
    return {
      ...{ service: service ?? null, days },
      slowest: by(({ p95 }) => p95 ?? -1)
        .filter(({ p95 }) => p95 !== null)
        .slice(0, TOP),
      failing: by(({ failureRate }) => failureRate ?? 0)
        .filter(({ failed, runs }) => failed > 0 && runs >= ENOUGH)
        .slice(0, TOP),
      flaky: flaky.filter(({ kind }) => stepKind === undefined || kind === stepKind).slice(0, 50),
      errors: errors.slice(0, 20),
      ...{ failures, sampled },
    };
  },
  render: (data, { nowMs }) => ({
    title: titleOf(data),
    summary: `Last ${data.days} days${data.service === null ? "" : ` of ${data.service}`}, ${count(data.failures, "failure")}${data.sampled ? " (the newest)" : ""}.`,
    blocks: [
      ...groupBlock("Slowest", data.slowest, "No duration is known."),
      ...groupBlock("Fail most", data.failing, `No step with at least ${ENOUGH} runs failed.`),
      flakyBlock(data, nowMs),
      errorBlock(data, nowMs),
    ],
  }),
});

function titleOf({ flaky: [first], failing: [worst], slowest: [slow] }: Data): string {
  if (first !== undefined)
    return `${first.name} is flaky: it failed and succeeded on ${count(first.commits, "commit")}`;
  if (worst !== undefined)
    return `${worst.name} fails ${Math.round((worst.failureRate ?? 0) * 100)} % of the time`;
  return slow === undefined ? "No ended step is known" : `${slow.name} is the slowest step; none fails often`;
}

const groupBlock = (title: string, groups: readonly Group[], empty: string): Block[] => [
  { kind: "table", title, table: groupTable(groups), empty },
];

const flakyBlock = ({ flaky }: Data, nowMs: number): Block => ({
  kind: "table",
  title: "Flaky: failed and succeeded on the same commit",
  empty: "None is known.",
  table: {
    columns: [
      ...["step", "kind", "service"].map((title) => ({ title })),
      ...["commits", "failures"].map((title) => ({ title, align: "right" as const })),
      { title: "last" },
    ],
    rows: flaky.map((each) => [
      ...[each.name, each.kind, each.service ?? "–", String(each.commits), String(each.failures)],
      sayAgo(each.lastAt, nowMs),
    ]),
  },
});

const errorBlock = ({ errors }: Data, nowMs: number): Block => ({
  kind: "table",
  title: "What they say",
  empty: "No failure came with a text.",
  table: {
    columns: [
      { title: "times", align: "right" },
      { title: "error" },
      { title: "last" },
      { title: "for example" },
    ],
    rows: errors.map((each) => [
      ...[String(each.count), each.pattern, sayAgo(each.lastAt, nowMs), each.example.id.slice(0, 13)],
    ]),
  },
});
