/** Counts what each source delivered, summed up for one transaction. */
import type { NewDelivery } from "../../../ports/deliveries.ts";
import type { Connection } from "./connection.ts";

const OUTCOMES = ["accepted", "duplicate", "ignored", "unmapped", "rejected"] as const;
type Outcome = (typeof OUTCOMES)[number];

interface Sum {
  source: string;
  instance: string;
  counts: Record<Outcome, number>;
  unverified: number;
  lastMs: number;
  lastOutcome: Outcome;
  rejected: string | null;
}

const UPSERT = `INSERT INTO source_stat (source, instance, accepted, duplicate, ignored, unmapped, rejected, unverified,
  last_ms, last_outcome, rejected_ms, rejected_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET accepted = accepted + excluded.accepted, duplicate = duplicate + excluded.duplicate,
  ignored = ignored + excluded.ignored, unmapped = unmapped + excluded.unmapped, rejected = rejected + excluded.rejected,
  unverified = unverified + excluded.unverified, last_ms = max(coalesce(last_ms, 0), excluded.last_ms),
  last_outcome = excluded.last_outcome, rejected_ms = coalesce(excluded.rejected_ms, rejected_ms),
  rejected_reason = coalesce(excluded.rejected_reason, rejected_reason)`;

export class SourceCounts {
  readonly #sums = new Map<string, Sum>();

  add(
    delivery: Pick<NewDelivery, "source" | "instance" | "verified" | "receivedAt">,
    outcome: Outcome,
    reason: string | null = null,
  ): void {
    const { source, instance, verified, receivedAt } = delivery;
    const sum = this.#sum(source, instance);
    sum.counts[outcome] += 1;
    if (!verified && outcome !== "rejected") sum.unverified += 1;
    sum.lastMs = Date.parse(receivedAt);
    sum.lastOutcome = outcome;
    if (outcome === "rejected") sum.rejected = reason;
  }

  /** Writes the sums; call inside a transaction. */
  write(db: Connection): void {
    for (const {
      source,
      instance,
      counts,
      unverified,
      lastMs,
      lastOutcome,
      rejected,
    } of this.#sums.values()) {
      const counted = OUTCOMES.map((outcome) => counts[outcome]);
      db.run(
        UPSERT,
        source,
        instance,
        ...counted,
        unverified,
        lastMs,
        lastOutcome,
        rejected === null ? null : lastMs,
        rejected,
      );
    }
    this.#sums.clear();
  }

  get size(): number {
    return this.#sums.size;
  }

  #sum(source: string, instance: string): Sum {
    const key = `${source}\n${instance}`;
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      const counts = { accepted: 0, duplicate: 0, ignored: 0, unmapped: 0, rejected: 0 };
      sum = { source, instance, counts, unverified: 0, lastMs: 0, lastOutcome: "accepted", rejected: null };
      this.#sums.set(key, sum);
    }
    return sum;
  }
}
