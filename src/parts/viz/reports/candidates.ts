/** What is worth improving first: time × frequency × failure. */
import { z } from "zod";
import { candidates } from "../../../domain/durations/candidates.ts";
import { fromStepKey, STEP_KINDS } from "../../../domain/durations/step.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { spanOfDays, toGroup } from "../durations/groups.ts";
import { durationInput } from "./durations.ts";
import { reportKind } from "./kind.ts";

const SHOWN = 20;
const CANDIDATE_FORMULA = "score = time of all runs × (failed + 1) / (runs + 2); canceled runs do not count";

const input = z.object({ ...durationInput });
const output = z.strictObject({
  service: z.string().nullable(),
  days: z.int(),
  formula: z.string(),
  items: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(STEP_KINDS),
      runs: z.int(),
      failed: z.int(),
      p50: z.number().nullable(),
      totalMs: z.number().describe("time × frequency, in milliseconds"),
      failure: z.number().describe("(failed + 1) / (runs + 2)"),
      score: z.number().describe("totalMs × failure, in milliseconds"),
    }),
  ),
});
type Data = z.output<typeof output>;

export const candidatesReport = reportKind({
  name: "candidates",
  about: "Steps worth improving first, ranked by time × frequency × failure",
  input,
  output,
  data: ({ service, days, stepKind }, { services, now }) => {
    const span = spanOfDays(services, days, now());
    const groups = services.store.durations.gathered("step", { ...span, service });
    const items = candidates(groups).map(({ group, totalMs, failure, score }) => ({
      ...fromStepKey(group.value),
      runs: group.succeeded + group.failed,
      failed: group.failed,
      p50: toGroup(group, undefined, "step").p50,
      ...{ totalMs, failure, score: Math.round(score) },
    }));
    const kept = items.filter(({ kind }) => stepKind === undefined || kind === stepKind);
    return { service: service ?? null, days, formula: CANDIDATE_FORMULA, items: kept };
  },
  render: ({ service, days, items, formula }) => ({
    title: titleOf(items),
    summary: `Last ${days} days${service === null ? "" : ` of ${service}`}; ${formula}.`,
    blocks: [
      {
        kind: "table",
        empty: "No ended step with a duration is known.",
        table: {
          columns: [
            { title: "step" },
            { title: "kind" },
            ...["runs", "failed", "usually", "together", "score"].map((title) => ({
              title,
              align: "right" as const,
            })),
          ],
          rows: items
            .slice(0, SHOWN)
            .map((each) => [
              ...[each.name, each.kind, String(each.runs), String(each.failed)],
              ...[each.p50 === null ? "–" : sayDuration(each.p50), sayDuration(each.totalMs)],
              sayDuration(each.score),
            ]),
        },
      },
    ],
  }),
});

const titleOf = ([first]: Data["items"]): string =>
  first === undefined
    ? "Nothing to improve is known yet"
    : `Improve ${first.name} first: ${count(first.runs, "run")} took ${sayDuration(first.totalMs)}, ${first.failed} failed`;
