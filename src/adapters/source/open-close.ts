/** From things that are open or closed (changes, tickets) to transitions that heal themselves when a delivery is lost. */
import type { Facts, ObjectKey, Step, Transition } from "../../domain/transition.ts";

/** What one delivery says about a change or a ticket. Times are ISO 8601. */
export interface OpenClose {
  object: ObjectKey;
  /** The step of an open one: a change is being worked on (`running`), a ticket only stands there (`requested`). */
  open: Step;
  createdAt: string | null;
  updatedAt: string | null;
  /** How and when it was closed; `null` = it is open. */
  closed: { step: Step; at: string | null } | null;
  /** Everything the delivery knows, with `kind`. */
  facts: Facts;
}

/**
 * Opening and closing are told again by every delivery, with their own times and the same few facts, so that a repetition
 * is recognised and a lost one does no harm; the full facts stand at the time of the last change.
 */
export function openCloseTransitions(report: OpenClose): Transition[] {
  const { object, open, createdAt, updatedAt, closed, facts } = report;
  const { kind = null, service = null } = facts;
  const few: Facts = { kind, service, createdAt };
  const transitions: Transition[] = [];
  if (createdAt !== null && (closed !== null || createdAt !== updatedAt))
    transitions.push({ object, step: open, at: createdAt, reopens: true, facts: few });
  if (closed === null) {
    transitions.push({ object, step: open, at: updatedAt ?? createdAt, reopens: true, facts });
    return transitions;
  }
  transitions.push({ object, step: closed.step, at: closed.at, reopens: true, facts: few });
  transitions.push({ object, step: "observed", at: updatedAt ?? closed.at, reopens: true, facts });
  return transitions;
}
