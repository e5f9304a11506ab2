/**
 * The parent of a span that another reporter told: `vice run` hands on a span id (TRACEPARENT), and what it started names
 * that as its parent, before or after the run itself is known. In the same trace the activity with that span id is meant.
 */
import type { Activity } from "../../../../domain/activity.ts";
import { spanIdOf, spanObject } from "../../../../domain/otlp/span-id.ts";
import { activityId } from "../../../../kit/ids.ts";
import { blobToId } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { hexOf, type TraceNode } from "./nodes.ts";

const SPANS = "otlp";

/** @param nodes all of one trace */
export function withNamedParents(nodes: readonly TraceNode[], traceId: string): readonly TraceNode[] {
  if (!nodes.some(({ source }) => source === SPANS)) return nodes;
  const ids = new Set(nodes.map(({ id }) => id));
  const isOrphan = ({ source, ownParent }: TraceNode): boolean =>
    source === SPANS && ownParent !== null && !ids.has(ownParent);
  if (!nodes.some(isOrphan)) return nodes;
  const others = nodes.filter(({ source }) => source !== SPANS);
  const byName = new Map(
    others.map(({ id }) => [hexOf(activityId(spanObject(traceId, spanIdOf(id.toLowerCase())))), id]),
  );
  return nodes.map((node) =>
    isOrphan(node) ? { ...node, ownParent: byName.get(node.ownParent ?? "") ?? node.ownParent } : node,
  );
}

const NAMED = `SELECT a.id FROM span s CROSS JOIN activity a ON a.n = s.n
  WHERE s.trace = unhex(?) AND a.source <> '${SPANS}' AND substr(a.id, 9) = unhex(?) LIMIT 1`;

/** @returns its id; `null` = it names none, or nothing is known of that one */
export function namedParentOf(db: Connection, { source, traceId, tags }: Activity): string | null {
  const spanId = tags["parentSpan"];
  if (source !== SPANS || spanId === undefined) return null;
  const row = db.get(NAMED, traceId, spanId);
  return row === undefined ? null : blobToId(row["id"]);
}
