/** What stands now because somebody said so, read from the log; the facet of the store that the rules look at. */
import type { EventData } from "../domain/event.ts";
import type { Registered } from "../domain/rules/policy.ts";

/** The event behind each kind of row, and what was made of it. */
interface Kinds {
  andon: EventData["vice.andon.pulled.v1"];
  freeze: EventData["vice.freeze.declared.v1"];
  override: EventData["vice.freeze.overridden.v1"];
  "batch-override": EventData["vice.batch.overridden.v1"];
  lock: EventData["vice.lock.taken.v1"];
  "approval-asked": EventData["vice.approval.asked.v1"];
  approval: EventData["vice.approval.given.v1"];
  drift: EventData["vice.drift.found.v1"];
  experiment: EventData["vice.experiment.started.v1"];
  "experiment-stopped": EventData["vice.experiment.stopped.v1"];
  abnormal: EventData["vice.abnormal.found.v1"];
  query: EventData["vice.query.saved.v1"];
  dashboard: EventData["vice.dashboard.saved.v1"];
  project: EventData["vice.project.registered.v1"] & { asks: Registered };
}
export type StandingKind = keyof Kinds;

export interface Stands<K extends StandingKind> {
  key: string;
  /** Number of its event in the log: rises, and is never given twice. */
  seq: number;
  /** When it was said (ISO 8601). */
  at: string;
  /** Who said it: `local`, `token:<id>`, a person's id, or `null`. */
  actor: string | null;
  data: Kinds[K];
}

export interface Standing {
  /** Oldest first. What has an end of its own (an override, an approval, a lease) is listed after it too. */
  list<K extends StandingKind>(kind: K): Array<Stands<K>>;
  /** Events that it does not know yet: while the read models are built again, nobody can say what stands. */
  behind(): number;
}
