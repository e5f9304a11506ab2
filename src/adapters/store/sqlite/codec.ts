/** Between rows and the normal form: ids as 16 bytes, times as milliseconds, persons as ids. */
import { type Activity, isAbandoned } from "../../../domain/activity.ts";
import type { Row } from "./connection.ts";

export const idToBlob = (id: string): Uint8Array => Buffer.from(id.replaceAll("-", ""), "hex");

/** Does not copy the bytes: lists hold thousands of ids. */
export function blobToId(blob: unknown): string {
  const { buffer, byteOffset, byteLength } = blob as Uint8Array<ArrayBuffer>;
  const hex = Buffer.from(buffer, byteOffset, byteLength).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const ms = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));

/** What reading adds to a stored document. */
export interface ReadContext {
  nowMs: number;
  abandonAfterMs: number;
  person: (id: string) => { name: string | null; login: string | null } | null;
}

/** A document as it is stored, with what reading needs to show it. */
export interface Stored {
  activity: Activity;
  person: string | null;
  beganMs: number;
}

/** Everything that does not depend on the moment of reading. */
export function parseStored(row: Row): Stored {
  const activity = JSON.parse(row["doc"] as string) as Activity;
  if (row["primary_id"] !== null && row["primary_id"] !== undefined)
    activity.primaryId = blobToId(row["primary_id"]);
  activity.deploymentKind = (row["deployment_kind"] as Activity["deploymentKind"]) ?? null;
  const beganMs = (row["start_ms"] as number | null) ?? (row["occurred_ms"] as number);
  return { activity, person: typeof row["actor"] === "string" ? row["actor"] : null, beganMs };
}

/** As it is shown now: with the person's name, and `abandoned` when its time is over. */
export function shown({ activity, person, beganMs }: Stored, context: ReadContext): Activity {
  const actor = person === null ? activity.actor : context.person(person);
  return {
    ...activity,
    actor,
    status: isAbandoned(activity, beganMs, context) ? "abandoned" : activity.status,
  };
}

export const readActivity = (row: Row, context: ReadContext): Activity => shown(parseStored(row), context);

/** The columns that `readActivity` needs. */
export const ACTIVITY_COLUMNS = "n, id, doc, actor, primary_id, deployment_kind, start_ms, occurred_ms";
