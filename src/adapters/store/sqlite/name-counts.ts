/** Keeps the table of names that tools used and what they stand for, summed up for one transaction: at any time what the activities say. */
import type { Connection } from "./connection.ts";

interface Named {
  source: string;
  instance: string;
  reported: string;
  service: string;
  dep: number;
  matched: number;
  occurredMs: number;
  excluded: string | null;
}

const WHERE = "source = ? AND instance = ? AND reported = ? AND service = ? AND dep = ? AND matched = ?";
const ADD = `INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count,
  last_ms = max(last_ms, excluded.last_ms)`;
const NONE_LEFT = `DELETE FROM name WHERE ${WHERE} AND count <= 0`;
const NEWEST_LEFT = `UPDATE name SET last_ms = (SELECT max(occurred_ms) FROM activity WHERE ${WHERE}
  AND (excluded IS NULL OR excluded NOT LIKE 'voided: %')) WHERE ${WHERE} AND last_ms = ?`;

interface Sum {
  key: Array<string | number>;
  by: number;
  /** Times that came (> 0) and went (< 0): what did both within the transaction was never there. */
  net: Map<number, number>;
}

export class NameCounts {
  readonly #db: Connection;
  readonly #sums = new Map<string, Sum>();

  constructor(db: Connection) {
    this.#db = db;
  }

  /** What a person voided (a mistake, a test) names nothing; what a rule leaves out does, so that the rule can be judged. */
  count(of: Named, by: 1 | -1): void {
    if (of.reported === "" || of.excluded?.startsWith("voided: ") === true) return;
    const sum = this.#sum(of);
    sum.by += by;
    sum.net.set(of.occurredMs, (sum.net.get(of.occurredMs) ?? 0) + by);
  }

  /** Writes the sums; call inside the transaction that counted, after the activities were written. */
  write(): void {
    for (const { key, by, net } of this.#sums.values()) {
      const [cameMs, wentMs] = [newest(net, 1), newest(net, -1)];
      this.#db.run(ADD, ...key, by, cameMs);
      if (by <= 0) this.#db.run(NONE_LEFT, ...key);
      if (wentMs > cameMs) this.#db.run(NEWEST_LEFT, ...key, ...key, wentMs);
    }
    this.#sums.clear();
  }

  clear(): void {
    this.#sums.clear();
  }

  #sum(of: Named): Sum {
    // As the database keeps them: half a surrogate pair becomes U+FFFD there, and is read back as that.
    const texts = [of.source, of.instance, of.reported, of.service].map((each) => each.toWellFormed());
    const key = [...texts, of.dep, of.matched];
    const text = JSON.stringify(key);
    let sum = this.#sums.get(text);
    if (sum === undefined) {
      sum = { key, by: 0, net: new Map() };
      this.#sums.set(text, sum);
    }
    return sum;
  }
}

/** The newest time with that sign; 0 = none. */
function newest(net: ReadonlyMap<number, number>, sign: 1 | -1): number {
  let found = 0;
  for (const [atMs, by] of net) if (by * sign > 0 && atMs > found) found = atMs;
  return found;
}
