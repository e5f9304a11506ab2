/** Recomputes the hash chain of the log and the hashes of the delivery bodies that it covers. */
import type { LogEvent } from "../../../domain/event.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { LogHead, VerifyResult } from "../../../ports/event-log.ts";
import { chain, GENESIS } from "./append.ts";
import type { Connection } from "./connection.ts";

const CHUNK = 2000;

/** @param expect a head kept elsewhere: the log must still contain exactly it */
export async function verifyChain(
  db: Connection,
  expect: LogHead | null,
  progress: (share: number) => void,
): Promise<VerifyResult> {
  let head: LogHead = { seq: 0, hash: GENESIS };
  let events = 0;
  const total = Number(db.get("SELECT max(seq) AS seq FROM event")?.["seq"] ?? 0);
  const fail = (seq: number, problem: string): VerifyResult => ({ ok: false, seq, problem, events, head });
  for (;;) {
    const rows = db.all(
      "SELECT seq, body, hash FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
      head.seq,
      CHUNK,
    );
    if (rows.length === 0) break;
    for (const row of rows) {
      const seq = row["seq"] as number;
      if (seq !== head.seq + 1) return fail(head.seq + 1, `event ${head.seq + 1} is missing`);
      const body = row["body"] as string;
      const hash = chain(head.hash, body);
      if (hash !== Buffer.from(row["hash"] as Uint8Array).toString("hex"))
        return fail(seq, `event ${seq} was altered`);
      const problem = checkBody(db, seq, body);
      if (problem !== null) return fail(seq, problem);
      head = { seq, hash };
      events += 1;
      if (expect?.seq === seq && expect.hash !== hash) {
        return fail(seq, `event ${seq} has hash ${hash}, but the head kept elsewhere says ${expect.hash}`);
      }
    }
    progress(total === 0 ? 1 : head.seq / total);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (expect !== null && expect.seq > head.seq) {
    return fail(head.seq + 1, `the log ends at ${head.seq}, but the head kept elsewhere is ${expect.seq}`);
  }
  return { ok: true, events, head };
}

/** The envelope must be about this place in the log, and the delivery it came with must be the one it names. */
function checkBody(db: Connection, seq: number, body: string): string | null {
  const event = JSON.parse(body) as LogEvent;
  if (event.seq !== seq) return `event ${seq} says it is ${event.seq}`;
  if (event.delivery === null) return null;
  const delivery = db.get("SELECT sha256, body FROM delivery WHERE id = ?", event.delivery.id);
  if (delivery === undefined) return `delivery ${event.delivery.id} of event ${seq} is missing`;
  if (Buffer.from(delivery["sha256"] as Uint8Array).toString("hex") !== event.delivery.sha256) {
    return `delivery ${event.delivery.id} of event ${seq} was altered`;
  }
  const raw = delivery["body"];
  if (raw !== null && raw !== undefined && sha256Hex(raw as Uint8Array) !== event.delivery.sha256) {
    return `the body of delivery ${event.delivery.id} of event ${seq} was altered`;
  }
  return null;
}
