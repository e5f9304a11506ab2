/** One row of the audit list, and how a type of event tells its own. */
import type { EventData, EventType } from "../../../domain/event.ts";

/** One line for an auditor. `null` = not known. */
export interface AuditRow {
  seq: number;
  at: string;
  who: string | null;
  what: string;
  /** `service @ environment`, or what else was acted upon. */
  where: string | null;
  outcome: string | null;
  /** Version, reason, rule: what an auditor asks next. */
  detail: string | null;
  /** The activity or object concerned. */
  subject: string | null;
  source: string;
}

/** What an event says of itself; the rest of the row is the same for all. */
export type Told = Pick<AuditRow, "what"> &
  Partial<Pick<AuditRow, "where" | "outcome" | "detail" | "subject">>;

/** What is known now about the activity of an event: rules may have named it, later events may have told its kind. */
export interface Known {
  kind: string;
  who: string | null;
  where: string | null;
  what: string | null;
  version: string | null;
}

/** @returns `null` when an auditor does not ask for it */
export type Tell<T extends EventType> = (data: EventData[T], known: Known | null) => Told | null;

export const place = (service: unknown, environment: unknown): string | null =>
  service || environment ? `${service || "?"} @ ${environment || "?"}` : null;
