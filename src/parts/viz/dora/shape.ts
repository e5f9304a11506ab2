/** What the answer of `GET /v1/metrics/dora` looks like (CONTRACT section 3, extended). */
import { z } from "zod";
import { BUCKETS } from "../../../domain/metrics/buckets.ts";
import { DORA_METRICS, DORA_RULES, type DoraMetric, UNITS } from "../../../domain/metrics/dora.ts";
import { BANDS } from "../../../domain/metrics/score.ts";

const plain = {
  value: z.number().nullable(),
  unit: z.enum(["per_day", "seconds", "ratio"]),
  count: z.int().describe("How many deployments, commits or failures it was made from"),
  reason: z.string().nullable().describe("Why there is no value, or how it should be read"),
  rows: z.string().describe("Where the deployments behind it are listed"),
  p90: z.number().nullable().optional().describe("Nine of ten took no longer"),
  open: z.int().optional().describe("Failures that are not repaired yet, and so not in the value"),
  error: z.number().optional().describe("The value may be off by this share; exact without it"),
  days: z
    .number()
    .optional()
    .describe("Where deployments are known of fewer days than asked: those that the value is over"),
  services: z
    .strictObject({ all: z.int(), watched: z.int() })
    .optional()
    .describe(
      "Where nobody watches some of the services: how many are in the value; the others are left out",
    ),
};
const figure = z.strictObject(plain);
const judged = z.strictObject({
  ...plain,
  band: z
    .strictObject({ name: z.enum(BANDS), year: z.int() })
    .nullable()
    .describe("Of the DORA report of that year"),
  score: z.number().nullable().describe("0 to 10, as the DORA quick check counts"),
  trend: z.strictObject({
    previous: z.number().nullable().describe("The same in the equal period before"),
    direction: z.enum(["better", "worse", "same"]).nullable(),
  }),
});

const each = <T extends z.ZodType>(type: T) =>
  z.strictObject(Object.fromEntries(DORA_METRICS.map((name) => [name, type])) as Record<DoraMetric, T>);

const times = z.number().nullable();

export const doraOutput = z.strictObject({
  from: z.string(),
  to: z.string(),
  tz: z.string(),
  bucket: z.enum(BUCKETS),
  rule: z.enum(DORA_RULES),
  scope: z.strictObject({
    service: z.string().nullable(),
    team: z.string().nullable(),
    environment: z.string().nullable(),
    tier: z.string().nullable(),
  }),
  metrics: each(judged),
  score: z.number().nullable().describe("The plain mean of the scores that there are"),
  buckets: z.array(z.strictObject({ from: z.string(), to: z.string(), metrics: each(figure) })),
  services: z
    .array(z.strictObject({ service: z.string(), metrics: each(figure) }))
    .optional()
    .describe("With by=service: each by itself, those with the most deployments first"),
  more: z.strictObject({
    succeeded: z.int().describe("Attempts that ended well, redeployments too"),
    failedAttempts: z.int().describe("Attempts that never went live"),
    canceled: z.int(),
    successRate: times.describe("succeeded / (succeeded + failedAttempts)"),
    intervalSeconds: z
      .strictObject({ p50: times, p90: times, count: z.int() })
      .describe("From one deployment of a place to the next"),
    timeToRestore: z
      .strictObject({ meanSeconds: times, medianSeconds: times, count: z.int(), open: z.int() })
      .describe("Of the incidents that began in the period, whatever caused them (MTTR)"),
    timeToDetect: z
      .strictObject({
        medianSeconds: times,
        toldMedianSeconds: times.describe("Until it was told, of those incidents whose tool says when"),
        count: z.int(),
        told: z.int(),
        reason: z.string().nullable(),
        rows: z.string().describe("Where the incidents behind it are listed, by deployment"),
      })
      .describe("From the end of a deployment to the beginning of the incident that is linked to it"),
  }),
  counting: z.boolean().describe("Whether older deployments are still being counted (after a rebuild)"),
});
export type DoraOutput = z.output<typeof doraOutput>;
export type Judged = z.output<typeof judged>;
export { UNITS };
