/** Facts of delivery that overview, service and digest share: places by count, hours of the week, batches, intervals. */
import { z } from "zod";
import { quantile } from "../../../domain/quantile.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { ask, IN_SCOPE, numberIn, type Scope, scopeParams, textIn } from "./ask.ts";
import { DELIVERIES } from "./over-time.ts";
import type { Span } from "./usual-input.ts";

type Ctx = Pick<CommandContext<Services>, "services" | "now">;

export const placeCountSchema = z.strictObject({ service: z.string(), succeeded: z.int(), failed: z.int() });

export async function byService(
  ctx: Ctx,
  scope: Scope,
  span: Span,
): Promise<Array<z.output<typeof placeCountSchema>>> {
  const rows = await ask(
    ctx,
    `SELECT service, sum(status = 'succeeded') AS succeeded, sum(status = 'failed') AS failed FROM deployments
     WHERE status IN ('succeeded', 'failed') AND service IS NOT NULL AND ${DELIVERIES} AND ${IN_SCOPE}
     GROUP BY 1 ORDER BY count(*) DESC, 1`,
    scopeParams(scope, span, ctx.services),
  );
  return rows.map((row) => ({
    service: textIn(row, "service") ?? "",
    succeeded: numberIn(row, "succeeded") ?? 0,
    failed: numberIn(row, "failed") ?? 0,
  }));
}

/** Deployments by weekday (Monday first) and hour, in the hours of the zone. */
export async function byHour(ctx: Ctx, scope: Scope, span: Span): Promise<number[][]> {
  const rows = await ask(
    ctx,
    `SELECT time_bucket('1 hour', occurred_ms, :zone) AS at, count(*) AS count FROM deployments
     WHERE status IN ('succeeded', 'failed') AND ${DELIVERIES} AND ${IN_SCOPE} GROUP BY 1`,
    { ...scopeParams(scope, span, ctx.services), zone: span.zone },
  );
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  const format = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: span.zone, weekday: "short", hour: "2-digit", hourCycle: "h23" },
  });
  for (const row of rows) {
    const parts = format.formatToParts(Date.parse(String(row["at"])));
    const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
    const hours = week[DAYS.indexOf(part("weekday"))];
    const hour = Number(part("hour"));
    if (hours !== undefined) hours[hour] = (hours[hour] ?? 0) + (numberIn(row, "count") ?? 0);
  }
  return week;
}

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export const batchSchema = z.strictObject({
  id: z.string(),
  at: z.string(),
  service: z.string(),
  environment: z.string(),
  release: z.string(),
  commits: z.int().nullable().describe("Since what ran before; null = not known"),
  intervalMs: z
    .number()
    .nullable()
    .describe("Since the delivery before in the same place; null = the first one known"),
});
export type Batch = z.output<typeof batchSchema>;

/** The newest deliveries that are looked at one by one. */
const MOST = 500;

/**
 * Each delivery with its commits and the time since the one before in the same service, environment and tenant. Oldest first.
 * The one before may lie outside of the span.
 */
export async function batches(ctx: Ctx, scope: Scope, span: Span): Promise<Batch[]> {
  const rows = await ask(
    ctx,
    `SELECT id, service, environment, version, commit_sha, occurred_at, occurred_ms, former_ms, former_sha FROM (
       SELECT id, service, environment, version, commit_sha, occurred_at, occurred_ms, deployment_kind,
         lag(occurred_ms) OVER place AS former_ms, lag(commit_sha) OVER place AS former_sha
       FROM deployments WHERE status = 'succeeded' AND ${DELIVERIES} AND service IS NOT NULL AND environment IS NOT NULL
         AND ${IN_SCOPE.replace("occurred_ms >= :from", "occurred_ms >= :before")}
       WINDOW place AS (PARTITION BY service, lower(environment), tenant ORDER BY occurred_ms, id))
     WHERE occurred_ms >= :from AND deployment_kind IN ('deploy', 'rollback') ORDER BY occurred_ms DESC LIMIT ${MOST}`,
    { ...scopeParams(scope, span, ctx.services), before: span.fromMs - 90 * 86_400_000 },
  );
  const { commits } = ctx.services.store;
  return rows.reverse().map((row) => {
    const [sha, former] = [textIn(row, "commit_sha"), textIn(row, "former_sha")];
    const formerMs = numberIn(row, "former_ms");
    return {
      ...{ id: String(row["id"]), at: String(row["occurred_at"]), service: textIn(row, "service") ?? "" },
      environment: textIn(row, "environment") ?? "",
      release: textIn(row, "version") ?? sha?.slice(0, 8) ?? "unknown",
      commits: sha === null || former === null ? null : commits.count(former, sha),
      intervalMs: formerMs === null ? null : (numberIn(row, "occurred_ms") ?? 0) - formerMs,
    };
  });
}

export const spreadSchema = z.strictObject({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  most: z.number().nullable(),
  known: z.int().describe("Of how many it is known"),
});

export function spreadOf(values: ReadonlyArray<number | null>): z.output<typeof spreadSchema> {
  const known = values.filter((value) => value !== null);
  const most = known.length === 0 ? null : Math.max(...known);
  return { p50: quantile(known, 0.5), p95: quantile(known, 0.95), most, known: known.length };
}
