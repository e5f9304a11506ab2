/** Schedules of registered projects, each with what is durable about it. */
import { z } from "zod";
import { type ScheduleSpec, scheduleForm } from "../../../domain/pipeline/schedule-form.ts";
import { parseLeavingOwnKeys } from "../../../kit/yaml-file.ts";
import type { Services } from "../../../ports/services.ts";
import { type RegisteredPipeline, registeredPipelines } from "../registered.ts";

export interface KnownSchedule {
  /** `shop/nightly`, of a service `shop/api/nightly`. */
  id: string;
  of: RegisteredPipeline;
  spec: ScheduleSpec;
}

type Kept = Pick<Services, "store">;

export function knownSchedules({ store }: Kept): KnownSchedule[] {
  return registeredPipelines(store.standing).flatMap((of) => {
    const given = (Object(of.pipeline) as { schedule?: unknown }).schedule;
    const { parsed } = parseLeavingOwnKeys(scheduleForm, given);
    // One that this vice cannot read is told when the project is registered or shown.
    if (!parsed.success) return [];
    const owner = of.service === null ? of.project : `${of.project}/${of.service}`;
    return parsed.data.map((spec) => ({ id: `${owner}/${spec.name}`, of, spec }));
  });
}

const stateSchema = z.object({
  /** Another one begins anew: what it would have done before is not missed. */
  cron: z.string(),
  timeZone: z.string(),
  /** Moments until then were looked at. */
  seenMs: z.number(),
  /** Moments whose run is still to be started, oldest first. */
  queue: z.array(z.number()),
  /** The newest run. */
  last: z.object({ runId: z.string(), momentMs: z.number() }).nullable(),
  /** The newest moment for which there is no run, and why. */
  left: z.object({ momentMs: z.number(), why: z.string() }).nullable(),
  paused: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
});
export type ScheduleState = z.output<typeof stateSchema>;

const SCOPE = "auto-schedule";

/** @returns `isKept`: whether it is durable as it is */
export function readState(
  { id, spec }: KnownSchedule,
  { store }: Kept,
  nowMs: number,
): { state: ScheduleState; isKept: boolean } {
  const { cron, timeZone } = spec;
  const kept = stateSchema.safeParse(store.state.get(SCOPE, id)?.value).data;
  const fresh = { cron, timeZone, seenMs: nowMs, queue: [] };
  if (kept === undefined) return { state: { ...fresh, last: null, left: null, paused: null }, isKept: false };
  const isSame = kept.cron === cron && kept.timeZone === timeZone;
  return { state: isSame ? kept : { ...kept, ...fresh }, isKept: isSame };
}

export const stateOf = (schedule: KnownSchedule, kept: Kept, nowMs: number): ScheduleState =>
  readState(schedule, kept, nowMs).state;

export const keepState = (id: string, state: ScheduleState, { store }: Kept, nowMs: number): void =>
  store.state.set(SCOPE, id, state, nowMs);

/** A schedule that comes back later begins anew. */
export function forgetOthers(known: readonly KnownSchedule[], { store }: Kept): void {
  const ids = new Set(known.map(({ id }) => id));
  for (const { key } of store.state.list(SCOPE)) if (!ids.has(key)) store.state.delete(SCOPE, key);
}
