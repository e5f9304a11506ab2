/** Traces as a facet of the store. */
import type { Activity } from "../../../../domain/activity.ts";
import { pathThrough } from "../../../../domain/trace/critical-path.ts";
import { extentAt } from "../../../../domain/trace/extent.ts";
import { layOutBy } from "../../../../domain/trace/layout.ts";
import type { Trace } from "../../../../domain/trace/span.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { WrittenJson } from "../../../../kit/written-json.ts";
import type { Linked, Links, Traces } from "../../../../ports/traces.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { byName } from "./by-name.ts";
import { connectionsIn } from "./connections.ts";
import { Gathering } from "./gather.ts";
import { namedParentOf } from "./named-parents.ts";
import { ActivityReader, type Direction, linkedBy, withSaid } from "./neighbours.ts";
import { hasTrace, type TraceNode, traceOf } from "./nodes.ts";
import { saidOf } from "./said-links.ts";
import { writeTrace } from "./write-trace.ts";

/** Spans in one answer: more than a person can look through, and less than would make it slow. */
export const MOST_SPANS = 20_000;

interface Parts {
  db: Connection;
  context: (nowMs: number) => ReadContext;
  catchUp: () => void;
  resolveId: (text: string) => string;
}

export function tracesOf({ db, context, catchUp, resolveId }: Parts): Traces {
  const written = (id: string, nowMs: number): WrittenJson<Trace> => {
    catchUp();
    const traceId = traceIdOf(db, id, resolveId);
    const { nodes, truncated } = new Gathering(db, context(nowMs), traceId, MOST_SPANS).all();
    return writeTrace({
      ...{ traceId, truncated },
      nodes: layOutBy(nodes, placeOf).map(({ span }) => span),
      criticalPath: pathThrough(nodes, (node) => extentAt(node, nowMs)).ids,
    });
  };
  return {
    written,
    trace: (id, nowMs) => written(id, nowMs).toJSON(),
    links: (id, nowMs) => {
      catchUp();
      return linksOf(db, new ActivityReader(db, context(nowMs)), resolveId(id));
    },
    causes: (id, nowMs) => {
      catchUp();
      const read = new ActivityReader(db, context(nowMs));
      const here = read.byId(id)?.activity;
      return here === undefined ? [] : causesOf(db, read, here);
    },
    connections: (sinceMs, most) => {
      catchUp();
      return connectionsIn(db, sinceMs, most);
    },
  };
}

/** Whose place in time is known only by its end stands there. */
const placeOf = ({ startMs, finishMs, occurredMs }: TraceNode): number => startMs ?? finishMs ?? occurredMs;

function traceIdOf(db: Connection, text: string, resolveId: (text: string) => string): string {
  const word = text.trim().toLowerCase();
  if (/^[0-9a-f]{32}$/.test(word) && hasTrace(db, word)) return word;
  const traceId = traceOf(db, byName(db, text) ?? activityIn(text, resolveId));
  if (traceId === null) throw unknownTrace(text);
  return traceId;
}

/** What is asked for may have been meant as a ticket, a change or a trace: the answer leads to where those are listed. */
function activityIn(text: string, resolveId: (text: string) => string): string {
  try {
    return resolveId(text);
  } catch (problem) {
    throw problem instanceof ViceError && problem.code === "not-found" ? unknownTrace(text) : problem;
  }
}

const unknownTrace = (name: string): ViceError =>
  new ViceError("not-found", {
    what: "trace",
    name,
    hint: "Find it: vice traces; what tools told of, tickets and changes too: vice activities",
  });

const linkedOn = (db: Connection, read: ActivityReader, here: Activity, side: Direction): Linked[] =>
  withSaid(db, read, here.id, side, linkedBy(db, read, here, side).found).map(({ linked }) => linked);

function parentOf(db: Connection, read: ActivityReader, here: Activity) {
  const own = here.parentId === null ? null : read.byId(here.parentId);
  const named = own === null ? namedParentOf(db, here) : null;
  return named === null ? own : read.byId(named);
}

/** Its parent goes before what is found over other tools. */
function causesOf(db: Connection, read: ActivityReader, here: Activity): Linked[] {
  const causes = linkedOn(db, read, here, "causes");
  const parent = parentOf(db, read, here);
  if (parent === null) return causes;
  const link = { from: parent.activity.id, to: here.id, reason: "parent", words: "part of it" } as const;
  return [{ activity: parent.activity, link }, ...causes];
}

function linksOf(db: Connection, read: ActivityReader, id: string): Links {
  const here = read.byId(id)?.activity;
  if (here === undefined) throw new ViceError("not-found", { what: "activity", name: id });
  return {
    causes: causesOf(db, read, here),
    effects: linkedOn(db, read, here, "effects"),
    cut: saidOf(db, id).filter(({ isCut }) => isCut),
  };
}
