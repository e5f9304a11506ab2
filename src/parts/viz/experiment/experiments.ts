/** Experiments as they stand: started, maybe stopped, with what is looked at. */
import { z } from "zod";
import type { ExperimentStarted } from "../../../domain/series/experiment.ts";
import { type Judged, judgeExperiment, VERDICTS } from "../../../domain/series/verdict.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import { readMetric } from "../series/read-metric.ts";

export interface Experiment extends ExperimentStarted {
  /** When it ended (ISO 8601); `null` = it runs. */
  to: string | null;
  startedBy: string | null;
}

/** Newest start first. */
export function experiments({ store }: Pick<Services, "store">): Experiment[] {
  const stopped = new Map(store.standing.list("experiment-stopped").map((each) => [each.key, each]));
  return store.standing
    .list("experiment")
    .map(({ key, seq, actor, data }): Experiment => {
      const end = stopped.get(key);
      // Started again after it was stopped, it runs.
      const to = end !== undefined && end.seq > seq ? end.data.to : null;
      return { ...data, to, startedBy: actor };
    })
    .sort((a, b) => (a.from < b.from ? 1 : -1));
}

/** @throws ViceError `not-found` with the nearest name */
export function findExperiment(services: Pick<Services, "store">, name: string): Experiment {
  const all = experiments(services);
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new ViceError("not-found", {
    ...{ what: "experiment", name },
    nearest: nearest(
      name,
      all.map((each) => each.name),
    ),
    hint: "Start one: vice experiment start NAME --hypothesis TEXT --metric SERIES --expect up",
  });
}

export const experimentSchema = z.strictObject({
  name: z.string(),
  hypothesis: z.string(),
  metric: z.string(),
  direction: z.enum(["up", "down"]),
  by: z.number().describe("Smallest change that counts, as a share: 0.05 = 5 %"),
  service: z.string().nullable(),
  from: z.string(),
  to: z.string().nullable().describe("null = it runs"),
  startedBy: z.string().nullable(),
});

export const verdictSchema = z.strictObject({
  verdict: z.enum(VERDICTS),
  why: z.string(),
  before: z.number().nullable().describe("Level of the metric at the start, as the time before has it"),
  after: z.number().nullable(),
  change: z.number().nullable().describe("after / before - 1"),
  p: z.number().nullable(),
  points: z.strictObject({ before: z.int(), after: z.int() }),
  method: z.string(),
});

/** Whoever began it might ask for its metric, so whoever reads it may too. @throws ViceError as `readMetric` */
export async function judge(
  { metric, from, to, direction, by }: Experiment,
  services: Pick<Services, "store" | "config" | "outbound">,
  nowMs: number,
): Promise<z.output<typeof verdictSchema>> {
  const fromMs = Date.parse(from);
  const toMs = to === null ? nowMs : Date.parse(to);
  const { points } = await readMetric(metric, services, fromMs - (toMs - fromMs), toMs);
  return plain(
    judgeExperiment(points, fromMs, toMs, { direction, by }),
    points.filter(([ms]) => ms < fromMs).length,
    points.filter(([ms]) => ms >= fromMs).length,
  );
}

const plain = (
  { verdict, shift, why, method }: Judged,
  before: number,
  after: number,
): z.output<typeof verdictSchema> => ({
  ...{ verdict, why, method },
  before: shift?.before ?? null,
  after: shift?.after ?? null,
  change: shift?.change ?? null,
  p: shift?.p ?? null,
  points: { before, after },
});
