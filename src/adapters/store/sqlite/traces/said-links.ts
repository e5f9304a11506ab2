/** Links that persons made or cut: a read model of the log, so that the choice survives a rebuild. */
import { isEvent, type LogEvent } from "../../../../domain/event.ts";
import type { CutLink } from "../../../../ports/traces.ts";
import { blobToId, idToBlob } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";

/** A link in the words of the person who made it. */
export interface SaidLink {
  from: string;
  to: string;
  reason: string;
}

/** Takes in an event about a link; others it leaves alone. The newest word about two activities counts. */
export function applySaidLink(db: Connection, event: LogEvent): void {
  const cut = isEvent(event, "vice.link.cut.v1");
  if (!cut && !isEvent(event, "vice.link.made.v1")) return;
  const { from, to, reason } = event.data;
  db.run(
    "INSERT OR REPLACE INTO said_link VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[idToBlob(from), idToBlob(to), cut ? 1 : 0, reason, event.seq, event.time, event.actor],
  );
}

const toSaid = (row: Row): CutLink & { isCut: boolean } => ({
  from: blobToId(row["cause"]),
  to: blobToId(row["effect"]),
  reason: row["reason"] as string,
  at: row["at"] as string,
  actor: row["actor"] as string | null,
  isCut: row["cut"] === 1,
});

/** What was said of one activity, in both directions. */
export function saidOf(db: Connection, id: string): Array<CutLink & { isCut: boolean }> {
  const blob = idToBlob(id);
  return db.all("SELECT * FROM said_link WHERE cause = ? OR effect = ?", blob, blob).map(toSaid);
}

/** Those of whom something was said, as 32 hex in capitals: they are few, and of all others nothing need be asked. */
export function allSaidOf(db: Connection): ReadonlySet<string> {
  const rows = db.all("SELECT hex(cause) AS id FROM said_link UNION SELECT hex(effect) FROM said_link");
  return new Set(rows.map((row) => row["id"] as string));
}
