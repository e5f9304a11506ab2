/** Makes pieces of work of the activities that some of them hold. */
import { setImmediate as breath } from "node:timers/promises";
import { summaryOf } from "../../../../domain/trace/summary.ts";
import { byPiece, reachOf } from "../../../../domain/trace/work.ts";
import type { WorkPiece } from "../../../../ports/work.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection } from "../connection.ts";
import type { TiedNode } from "./tied-nodes.ts";
import { Ties } from "./ties.ts";

/** A piece with the activities that belong to it, the head first. */
export interface Held {
  piece: WorkPiece;
  members: readonly TiedNode[];
}

/** Activities that are read for one question, and those of one piece. */
const MOST_READ = 60_000;
const MOST_HELD = 2000;

/** Pieces that hold one of these activities. */
export async function piecesOf(
  db: Connection,
  context: ReadContext,
  seeds: readonly number[],
): Promise<Held[]> {
  return inSlices(piecesFrom(db, context, seeds));
}

/** Longer than this nobody else waits, beside what one step takes. */
const SLICE_MS = 8;

/** Goes through a generator and lets others work between its steps. */
export async function inSlices<T>(steps: Generator<undefined, T>): Promise<T> {
  for (let began = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (done === true) return value as T;
    if (performance.now() - began < SLICE_MS) continue;
    await breath();
    began = performance.now();
  }
}

function* piecesFrom(
  db: Connection,
  context: ReadContext,
  seeds: readonly number[],
): Generator<undefined, Held[]> {
  const ties = new Ties(db, context, MOST_READ);
  const held: Held[] = [];
  for (const heads of byPiece(yield* ties.from(seeds))) {
    const [head] = heads;
    if (head === undefined) continue;
    const { traceId } = head;
    const reached = reachOf(
      heads.map(({ n }) => n),
      ties.nodes,
      ties.effects,
      MOST_HELD,
    );
    const members = [...reached].flatMap((n) => ties.nodes.get(n) ?? []);
    const truncated = ties.truncated || members.length >= MOST_HELD;
    held.push({ piece: { ...summaryOf(members), traceId, head: headOf(head), truncated }, members });
    if (held.length % 50 === 0) yield;
  }
  return held;
}

const headOf = ({ id, kind, name, status }: TiedNode): WorkPiece["head"] => ({
  id: dashed(id),
  kind,
  name,
  status,
});

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
