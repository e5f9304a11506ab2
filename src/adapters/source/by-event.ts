/** The frame that most webhook sources share: which event it is, who reads it, and what is said when nobody does. */
import type { Transition } from "../../domain/transition.ts";
import type { Normalised, Reading } from "../../ports/source.ts";

/** Transitions, or the name of what the body lacks, or another answer. */
export type Readout = Transition[] | string | Normalised;
export type Reader = (reading: Reading) => Readout;

export interface EventTable {
  /** `circleci`, and `CircleCI` for people. */
  name: string;
  title: string;
  /** What names the event, for people: `type`. */
  field: string;
  /** `null` = the body names none. */
  eventOf(reading: Reading): string | null;
  /** By the vendor's word; one that ends in `*` stands for all that begin so. */
  readers: Readonly<Record<string, Reader>>;
}

/** What an adapter's `normalise` is made of. */
export function byEvent(table: EventTable): (reading: Reading) => Normalised {
  const { name, title, field, eventOf, readers } = table;
  const prefixes = Object.keys(readers).filter((word) => word.endsWith("*"));
  const readerOf = (event: string): Reader | undefined => {
    if (Object.hasOwn(readers, event)) return readers[event];
    const prefix = prefixes.find((word) => event.startsWith(word.slice(0, -1)));
    return prefix === undefined ? undefined : readers[prefix];
  };
  return (reading) => {
    const event = eventOf(reading)?.slice(0, 100) ?? null;
    if (event === null) return { outcome: "unmapped", reason: `no ${title} delivery: ${field} is missing` };
    const read = readerOf(event);
    if (read === undefined) return { outcome: "ignored", reason: `${name} event "${event}" is not used` };
    return answerOf(read(reading), `no ${title} ${event}`);
  };
}

/** @param what it would have been: `no CircleCI job-completed` */
function answerOf(readout: Readout, what: string): Normalised {
  if (typeof readout === "string") return { outcome: "unmapped", reason: `${what}: ${readout} is missing` };
  return Array.isArray(readout) ? { outcome: "accepted", transitions: readout } : readout;
}

export const ignored = (reason: string): Normalised => ({ outcome: "ignored", reason });
