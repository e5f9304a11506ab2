/** An activity id from what a person typed. */
import { NAMED, severalFit } from "../../../kit/by-start.ts";
import { ViceError } from "../../../kit/errors.ts";
import { blobToId } from "./codec.ts";
import type { Connection } from "./connection.ts";

/**
 * @param text the whole id, or the start of one that is unique
 * @throws ViceError `not-found`, `input.invalid` when several begin so
 */
export function findActivityId(db: Connection, text: string): string {
  const hex = text.trim().toLowerCase().replaceAll("-", "");
  const missing = { what: "activity", name: text, hint: "List them: vice deployments" };
  if (!/^[0-9a-f]{6,32}$/.test(hex)) throw new ViceError("not-found", missing);
  const low = Buffer.from(hex.padEnd(32, "0"), "hex");
  const high = Buffer.from(hex.padEnd(32, "f"), "hex");
  const rows = db.all("SELECT id FROM activity WHERE id BETWEEN ? AND ? LIMIT ?", low, high, NAMED + 1);
  if (rows.length === 0) throw new ViceError("not-found", missing);
  if (rows.length > 1)
    throw severalFit(
      text,
      rows.map((row) => blobToId(row["id"])),
    );
  return blobToId(rows[0]?.["id"]);
}
