/** How far an exporter has come and how it does: kept in the store, so that it goes on after a restart where it was. */
import { z } from "zod";
import type { Exporter } from "../../../ports/exporter.ts";
import type { Services } from "../../../ports/services.ts";

const SCOPE = "export";

const failing = z.object({
  sinceMs: z.number(),
  /** Attempts without success, one after the other. */
  attempts: z.number(),
  problem: z.string(),
  /** When it is tried again (milliseconds since 1970). */
  dueMs: z.number(),
});

const stateSchema = z.object({
  /** The last event that was seen to: whatever came of it is with the other side, or is none of what is sent. */
  seq: z.number(),
  /** The head of the log when it began: what is older is history. */
  begunSeq: z.number().default(0),
  /** Spans that were taken, those that came twice included. */
  spans: z.number(),
  /** Of those, how many the other side said it did not want. */
  rejected: z.number(),
  /** Activities that it refused for good. */
  dropped: z.number(),
  /** What it said of those that it did not want. */
  lastSaid: z.string().nullable(),
  lastSentMs: z.number().nullable(),
  failing: failing.nullable(),
});
export type ExportState = z.output<typeof stateSchema>;

type Parts = Pick<Services, "store">;

/** What runs here may be ahead of what is written: nothing is written while nothing is sent. */
const liveOf = new WeakMap<object, Map<string, ExportState>>();

/** `null` = it never ran. */
export function readState({ store }: Parts, name: string): ExportState | null {
  const live = liveOf.get(store)?.get(name);
  if (live !== undefined) return live;
  const { data } = stateSchema.safeParse(store.state.get(SCOPE, name)?.value);
  return data ?? null;
}

/** @param isDurable `false` = only those who ask this process hear of it */
export function noteState(
  { store }: Parts,
  name: string,
  state: ExportState,
  { nowMs, isDurable }: { nowMs: number; isDurable: boolean },
): void {
  const live = liveOf.get(store) ?? new Map<string, ExportState>();
  liveOf.set(store, live.set(name, state));
  if (isDurable) store.state.set(SCOPE, name, state, nowMs);
}

export const FRESH: Omit<ExportState, "seq" | "begunSeq"> = {
  ...{ spans: 0, rejected: 0, dropped: 0, lastSaid: null, lastSentMs: null, failing: null },
};

/** One exporter as commands, doctor and metrics show it. */
export interface ExporterView extends Omit<ExportState, "seq" | "begunSeq"> {
  name: string;
  where: string;
  /** Why nothing can be sent; `null` = it can. */
  problem: string | null;
  /** Events in the log that it has not seen to; `null` = it never ran. */
  lagEvents: number | null;
  /** How long the first of them has been waiting; 0 = none does. */
  lagMs: number | null;
}

export function exporterViews(
  { exporters, store }: Pick<Services, "exporters" | "store">,
  nowMs: number,
): ExporterView[] {
  return exporters
    .list()
    .map((exporter) => viewOf(exporter, readState({ store }, exporter.name), store, nowMs));
}

function viewOf(
  { name, where, problem }: Exporter,
  state: ExportState | null,
  store: Services["store"],
  nowMs: number,
): ExporterView {
  if (state === null) return { ...FRESH, name, where, problem, lagEvents: null, lagMs: null };
  const { seq, begunSeq: _, ...rest } = state;
  const [first] = store.log.events(seq, 1);
  const lagMs = first === undefined ? 0 : Math.max(0, nowMs - Date.parse(first.receivedAt));
  return { ...rest, name, where, problem, lagEvents: store.log.head().seq - seq, lagMs };
}
