/** Traces as a facet of the store. */
import type { Activity } from "../../../../domain/activity.ts";
import { toSpans } from "../../../../domain/trace/arrange.ts";
import { criticalPath } from "../../../../domain/trace/critical-path.ts";
import { layOut } from "../../../../domain/trace/layout.ts";
import type { Trace } from "../../../../domain/trace/span.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { Linked, Links, Traces } from "../../../../ports/traces.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { byName } from "./by-name.ts";
import { connectionsIn } from "./connections.ts";
import { Gathering } from "./gather.ts";
import { namedParentOf } from "./named-parents.ts";
import { ActivityReader, type Direction, linkedBy, withSaid } from "./neighbours.ts";
import { NodeReader } from "./nodes.ts";
import { saidOf } from "./said-links.ts";

/** Spans in one answer: more than a person can look through, and less than would make it slow. */
export const MOST_SPANS = 20_000;

interface Parts {
  db: Connection;
  context: (nowMs: number) => ReadContext;
  catchUp: () => void;
  resolveId: (text: string) => string;
}

export function tracesOf({ db, context, catchUp, resolveId }: Parts): Traces {
  const traceIdOf = (text: string, nodes: NodeReader): string => {
    const word = text.trim().toLowerCase();
    if (/^[0-9a-f]{32}$/.test(word) && nodes.hasTrace(word)) return word;
    const traceId = nodes.traceOf(byName(db, text) ?? activityIn(text, resolveId));
    if (traceId === null) throw unknownTrace(text);
    return traceId;
  };
  return {
    trace: (id, nowMs) => {
      catchUp();
      const traceId = traceIdOf(id, new NodeReader(db, context(nowMs)));
      const { nodes, links, truncated } = new Gathering(db, context(nowMs), MOST_SPANS).from(traceId);
      const spans = layOut(toSpans(nodes, links)).map(({ span }) => span);
      return { traceId, spans, criticalPath: criticalPath(spans, nowMs).ids, truncated } satisfies Trace;
    },
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
