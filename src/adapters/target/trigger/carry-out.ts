/** Carries out one action at a vendor: once for each key, whatever happens in between. */
import type { Outcome, Recovered } from "../../../domain/pipeline/decide.ts";
import type { TargetCall } from "../../../ports/target.ts";
import { type Begun, begin, findAgain } from "./begin.ts";
import { follow, unknown, whereIs } from "./follow.ts";
import { type Entry, type Journal, openJournal } from "./journal.ts";
import type { Pace } from "./pace.ts";
import type { Ask, Started } from "./vendor.ts";
import type { Work } from "./work.ts";

type Call = TargetCall<Readonly<Record<string, unknown>>>;

export interface Parts {
  home: string;
  pace: Pace;
  work: (verb: string, call: Call, entry?: Entry | null) => Work;
}

export const failed = (error: string): Outcome => ({ outcome: "failed", outputs: {}, error });
export const canceled: Outcome = {
  ...{ outcome: "canceled", outputs: {}, error: "it was canceled before anything was started" },
};

export async function carryOut(verb: "switch" | "rollback", call: Call, parts: Parts): Promise<Outcome> {
  const journal = openJournal(parts.home, call.place);
  const noted = journal.read(call.key);
  if (noted !== null && noted.outcome !== null) return noted.outcome;
  if (verb === "rollback" && call.former === null)
    return failed("nothing is known that ran there before, so there is nothing to go back to");
  const work = parts.work(verb, call, noted);
  if (noted === null && call.signal.aborted) return canceled;
  if (noted === null && work.problem !== null) return failed(work.mask(work.problem));
  return new Action(call, work, parts, journal, noted).run();
}

/** From the moment that the intent is on the disk, or that nobody can read there whether it is. */
export function mayBeStarted(home: string, { place, key }: Pick<Call, "place" | "key">): boolean {
  try {
    return openJournal(home, place).read(key) !== null;
  } catch {
    return true; // there is one
  }
}

/** After a crash: what the disk knows, and else the vendor. */
export async function recover(call: Call, { home, pace, work }: Parts): Promise<Recovered> {
  const journal = openJournal(home, call.place);
  const entry = journal.read(call.key);
  if (entry === null) return { what: "not-done" };
  if (entry.outcome !== null) return { what: "ended", outcome: entry.outcome };
  if (entry.started !== null) return { what: "goes-on" };
  const { mask, ...rest } = work("switch", call, entry);
  const { vendor } = rest;
  const found = await findAgain({ ...rest, mask, pace, signal: call.signal });
  if (found.what === "found") {
    journal.write({ ...entry, started: found.started });
    return { what: "goes-on" };
  }
  if (found.what === "none") {
    if (vendor.isPart?.(entry.refs) !== true) journal.remove(call.key);
    return { what: "not-done" };
  }
  const reason = found.what === "unknown" ? mask(found.reason) : "there was no time to look";
  return { what: "unknown", reason };
}

class Action {
  readonly #call: Call;
  readonly #work: Work;
  readonly #pace: Pace;
  readonly #journal: Journal;
  readonly #isNew: boolean;
  #entry: Entry;

  constructor(call: Call, work: Work, { pace }: Parts, journal: Journal, noted: Entry | null) {
    this.#call = call;
    this.#work = work;
    this.#pace = pace;
    this.#journal = journal;
    this.#isNew = noted === null;
    const { release, isRollback, intendedMs } = work.ask;
    this.#entry = noted ?? {
      ...{ key: call.key, vendor: work.vendor.name, release, isRollback },
      intendedAt: new Date(intendedMs).toISOString(),
      ...{ refs: {}, started: null, outcome: null, endedAt: null },
    };
  }

  async run(): Promise<Outcome> {
    const begun = this.#entry.started === null ? await this.#begin() : null;
    if (begun !== null && begun.what !== "started") return this.#notBegun(begun);
    const started = begun?.started ?? this.#entry.started;
    return started === null ? unknown("nobody knows what was started") : this.#follow(started);
  }

  async #begin(): Promise<Begun> {
    const { vendor } = this.#work;
    const doing = { ...this.#work, ask: this.#ask(), pace: this.#pace, signal: this.#call.signal };
    if (this.#isNew) this.#put({});
    else {
      const found = await findAgain(doing);
      if (found.what === "unknown") return found;
      if (found.what === "stopped") return { what: "stopped", isSent: true };
      if (found.what === "found") return this.#begun(found.started);
    }
    const begun = await begin(doing);
    if (begun.what !== "started") return begun;
    this.#call.log(`${vendor.title}: started ${whereIs(begun.started, vendor)}`);
    return this.#begun(begun.started);
  }

  #begun(started: Started): Begun {
    this.#put({ started });
    return { what: "started", started };
  }

  #notBegun(begun: Exclude<Begun, { what: "started" }>): Outcome {
    const { mask, vendor, ask } = this.#work;
    if (begun.what === "unknown") return unknown(mask(begun.reason));
    if (begun.what === "stopped" && this.#call.signal.reason === "stop")
      return unknown("vice was stopped while it began");
    const may = `it was canceled, and may have been started all the same: look at ${vendor.says(ask.spec)}`;
    if (begun.what === "stopped" && begun.isSent) return { ...canceled, error: may };
    if (vendor.isPart?.(this.#entry.refs) !== true) this.#journal.remove(this.#call.key);
    return begun.what === "refused" ? failed(mask(begun.error)) : canceled;
  }

  async #follow(started: Started): Promise<Outcome> {
    const { key, signal } = this.#call;
    const outcome = await follow(started, {
      ...{ ...this.#work, ask: this.#ask(), pace: this.#pace, signal, cursor: this.#journal.cursor(key) },
      onStarted: (now) => this.#put({ started: now }),
      onCursor: (cursor) => this.#journal.writeCursor(key, cursor),
    });
    if (outcome === null) return unknown("vice was stopped while it went on", this.#entry.started);
    if (outcome.outcome !== "unknown")
      this.#put({ outcome, endedAt: new Date(this.#pace.now()).toISOString() });
    return outcome;
  }

  /** Notes of the vendor are on the disk before it goes on. */
  #ask(): Ask {
    const ask: Ask = { ...this.#work.ask, refs: this.#entry.refs };
    ask.note = (refs) => {
      this.#put({ refs: { ...this.#entry.refs, ...refs } });
      ask.refs = this.#entry.refs;
    };
    return ask;
  }

  #put(more: Partial<Entry>): void {
    this.#entry = { ...this.#entry, ...more };
    this.#journal.write(this.#entry);
  }
}
