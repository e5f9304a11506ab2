/** Keeps which services somebody watches: where nothing could have told of a failure, none being known says nothing. */
import { incidentOf } from "../../../../../domain/metrics/delivered.ts";
import { BITS } from "../../../../../domain/metrics/outcome.ts";
import type { Connection } from "../../connection.ts";
import type { Stood } from "../follower.ts";

/** What tells, or would have told, that a deployment failed. Facts: those that failed or repaired something. */
const SIGNALS = ["incidents", "facts", "checks"] as const;
type Signal = (typeof SIGNALS)[number];

interface Told {
  service: string;
  tier: string;
  counts: Record<Signal, number>;
}

const PUT = `INSERT INTO dora_watch VALUES (?, ?, ?, ?, ?) ON CONFLICT (service, tier) DO UPDATE SET
  ${SIGNALS.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`;
const CLEAN = `DELETE FROM dora_watch WHERE service = ? AND tier = ? AND ${SIGNALS.map((name) => `${name} = 0`).join(" AND ")}`;

/** Counts by service and tier; every number is a sum over what there is, so any order gives the same. */
export class Watch {
  readonly #told = new Map<string, Told>();

  /** An incident, or a check that looked at an environment. */
  activity(stood: Stood | null, sign: 1 | -1): void {
    if (stood === null || !stood.counted) return;
    const { kind, service, environment, tier } = stood.activity;
    if (service === null || service === "") return;
    if (kind === "check" && environment !== null) this.#add(service, tier ?? "", "checks", sign);
    const incident = incidentOf(stood.activity);
    // One that does not say where is in production, as it is linked.
    if (incident !== null)
      this.#add(service, incident.environment === "" ? "production" : (tier ?? ""), "incidents", sign);
  }

  fact(bits: number, { service, tier }: { service: string; tier: string }, sign: 1 | -1): void {
    if (service !== "" && (bits & (BITS.failed | BITS.rework)) !== 0) this.#add(service, tier, "facts", sign);
  }

  #add(service: string, tier: string, signal: Signal, sign: 1 | -1): void {
    const key = JSON.stringify([service, tier]);
    const told = this.#told.get(key) ?? { service, tier, counts: { incidents: 0, facts: 0, checks: 0 } };
    told.counts[signal] += sign;
    this.#told.set(key, told);
  }

  write(db: Connection): void {
    for (const { service, tier, counts } of this.#told.values()) {
      if (SIGNALS.every((name) => counts[name] === 0)) continue;
      db.run(PUT, service, tier, ...SIGNALS.map((name) => counts[name]));
      db.run(CLEAN, service, tier);
    }
    this.#told.clear();
  }
}
