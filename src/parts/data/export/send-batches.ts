/** Hands batches to an exporter, the next one being made while one is on its way, and notes what became of each. */
import type { Exported, Exporter } from "../../../ports/exporter.ts";
import type { Services } from "../../../ports/services.ts";
import { type ExportState, FRESH, noteState, readState } from "./export-state.ts";
import { type Batch, batchesAfter } from "./find-batches.ts";

export interface SendParts {
  services: Pick<Services, "store">;
  now: () => number;
  /** Breaks off what is on its way. */
  signal: AbortSignal;
  /** 0..1 */
  chance?: () => number;
  /** Hears of what the other side does not want, or refused for good. */
  onRefused?: (told: { exporter: string; spans: number; problem: string }) => void;
}

export interface Sender {
  /** Sends what there is until the log ends or the other side does not take it. */
  send(exporter: Exporter): Promise<void>;
}

/** Activities in one request: some hundred kilobytes before they are compressed. */
const SIZE = 500;
/** Whether the other side is back is asked with a few: to make more would be work for nothing. */
const PROBE = 5;
const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** The place in the log is written so often at most: what was sent after it is sent again after a crash. */
const WRITE_EVERY_MS = 5000;
/** One after the other refused for good: then it is not the spans that are wrong. */
const MOST_REFUSED = 3;
/** Two of a batch at most are held: one that is on its way, and the next. */
const NOTHING: Exported = { taken: true, rejected: 0, said: null };

/** What is remembered between two looks, for one exporter. */
interface Memory {
  size: number;
  refused: number;
  writtenMs: number;
}

type Ended = "go on" | "stop";

export function createSender(parts: SendParts): Sender {
  const { services, now, signal } = parts;
  const memories = new Map<string, Memory>();
  return {
    send: async (exporter) => {
      const memory = memories.get(exporter.name) ?? { size: SIZE, refused: 0, writtenMs: 0 };
      memories.set(exporter.name, memory);
      const state = readState(services, exporter.name) ?? begin(exporter, parts);
      if (state.failing !== null && state.failing.dueMs > now()) return;
      if (state.failing !== null) memory.size = Math.min(memory.size, PROBE);
      const settle = (batch: Batch, exported: Exported): Ended =>
        settleOne(exporter, batch, exported, memory, parts);
      let before: { batch: Batch; done: Promise<Exported> } | null = null;
      for await (const batch of batchesAfter(state.seq, () => memory.size, exporter, { services, now })) {
        const done: Promise<Exported> =
          batch.items.length === 0 ? Promise.resolve(NOTHING) : exporter.send(batch.items, signal);
        if (before !== null && settle(before.batch, await before.done) === "stop") {
          await done; // it comes again with the one before it: they are told in order
          return;
        }
        // Waited for after the next batch is made: what goes wrong until then is nobody's yet, and no end of the server.
        done.catch(() => {});
        before = { batch, done };
        if (signal.aborted) break;
      }
      if (before === null) return;
      if (before.batch.items.length > 0) memory.writtenMs = 0; // the last one for now: written at once
      settle(before.batch, await before.done);
    },
  };
}

/** What is told from its first start on; what was there before only by wish. */
function begin({ name, history }: Exporter, { services, now }: SendParts): ExportState {
  const begunSeq = services.store.log.head().seq;
  const state = { ...FRESH, seq: history ? 0 : begunSeq, begunSeq };
  noteState(services, name, state, { nowMs: now(), isDurable: true });
  return state;
}

function settleOne(
  exporter: Exporter,
  batch: Batch,
  exported: Exported,
  memory: Memory,
  parts: SendParts,
): Ended {
  const { services, now, signal } = parts;
  const state = readState(services, exporter.name) ?? begin(exporter, parts);
  const nowMs = now();
  if (exported.taken) {
    noteTaken(exporter, batch, exported, { state, memory, parts });
    return "go on";
  }
  if (signal.aborted) return "stop"; // broken off by us: as if it had not been tried
  if (exported.next === "smaller" && batch.items.length > 1) {
    memory.size = Math.max(1, Math.floor(Math.min(memory.size, batch.items.length) / 2));
    return "stop";
  }
  if (exported.next === "never" && batch.items.length > 1) {
    memory.size = Math.max(1, Math.floor(batch.items.length / 2));
    return "stop";
  }
  if (exported.next !== "later" && memory.refused < MOST_REFUSED) {
    memory.refused += 1;
    const { problem } = exported;
    parts.onRefused?.({ exporter: exporter.name, spans: batch.items.length, problem });
    const dropped = state.dropped + batch.items.length;
    const after = { ...state, seq: batch.seq, dropped, lastSaid: problem, failing: null };
    noteState(services, exporter.name, after, { nowMs, isDurable: true });
    return "stop";
  }
  const afterMs = exported.next === "later" ? exported.afterMs : null;
  noteState(
    services,
    exporter.name,
    { ...state, failing: failedAgain(state, exported.problem, afterMs, parts) },
    {
      nowMs,
      isDurable: true,
    },
  );
  return "stop";
}

function noteTaken(
  { name }: Exporter,
  { items, seq }: Batch,
  { rejected, said }: Extract<Exported, { taken: true }>,
  { state, memory, parts }: { state: ExportState; memory: Memory; parts: SendParts },
): void {
  const nowMs = parts.now();
  const isSent = items.length > 0;
  if (isSent) {
    memory.refused = 0;
    memory.size = Math.min(SIZE, memory.size * 4);
  }
  if (rejected > 0 || said !== null)
    parts.onRefused?.({ exporter: name, spans: rejected, problem: said ?? "it did not say why" });
  const isDurable = nowMs - memory.writtenMs >= WRITE_EVERY_MS;
  if (isDurable) memory.writtenMs = nowMs;
  const after: ExportState = {
    ...{ seq, begunSeq: state.begunSeq, dropped: state.dropped, failing: isSent ? null : state.failing },
    spans: state.spans + items.length,
    rejected: state.rejected + rejected,
    lastSaid: said ?? state.lastSaid,
    lastSentMs: isSent ? nowMs : state.lastSentMs,
  };
  noteState(parts.services, name, after, { nowMs, isDurable });
}

function failedAgain(
  { failing }: ExportState,
  problem: string,
  afterMs: number | null,
  { now, chance = Math.random }: SendParts,
): NonNullable<ExportState["failing"]> {
  const attempts = (failing?.attempts ?? 0) + 1;
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  const pauseMs = Math.max(Math.round(step * (0.5 + chance() / 2)), afterMs ?? 0);
  return { sinceMs: failing?.sinceMs ?? now(), attempts, problem, dueMs: now() + pauseMs };
}
