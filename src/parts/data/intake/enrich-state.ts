/** What enrichment remembers across restarts: answers for a while, and the questions that are still open. */
import { z } from "zod";
import type { ObjectKey } from "../../../domain/transition.ts";
import type { State } from "../../../ports/state.ts";

/** One question. There is one for a key, however many objects wait for its answer. */
export interface Pending {
  source: string;
  instance: string | null;
  key: string;
  attempts: number;
  /** When to ask (again), milliseconds since 1970. */
  dueMs: number;
  /** When something last wanted the answer. */
  sinceMs: number;
}

const ANSWERS = "enrich";
const OPEN = "enrich.open";
const ABOUT = "enrich.about";
/** "There is none" is an answer like any other: an app may join a pipeline tomorrow. */
const ANSWER_TTL_MS = 24 * 3_600_000;
/** Objects that wait, of all questions together. */
const MOST_WAITING = 100_000;
/** Objects in a row: a row is written again for each object that joins it, and an answer is appended row by row. */
const ROW = 50;

export type Question = Pick<Pending, "source" | "instance" | "key">;
const idOf = ({ source, instance, key }: Question): string => `${source}/${instance ?? ""}/${key}`;

export interface Answers {
  /** `null` = not asked, or too long ago. */
  get(question: Question, nowMs: number): { answer: unknown; atMs: number } | null;
  set(question: Question, answer: unknown, nowMs: number): void;
}

export function answersOf(state: State): Answers {
  return {
    get: (question, nowMs) => {
      const found = state.get(ANSWERS, idOf(question));
      return found === null || nowMs - found.atMs > ANSWER_TTL_MS
        ? null
        : { answer: found.value, atMs: found.atMs };
    },
    set: (question, answer, nowMs) => state.set(ANSWERS, idOf(question), answer ?? null, nowMs),
  };
}

const questionSchema = z.object({
  source: z.string(),
  instance: z.string().nullable(),
  key: z.string(),
  attempts: z.int(),
  dueMs: z.number(),
});
const rowSchema = z.object({
  question: z.string(),
  about: z.array(
    z.object({
      identityKind: z.string(),
      source: z.string(),
      instance: z.string(),
      externalId: z.string(),
      attempt: z.int(),
    }),
  ),
});

/** Some of what waits for one answer. */
export interface Row {
  key: string;
  about: ObjectKey[];
}

interface Open {
  item: Pending;
  /** Oldest first. */
  rows: Row[];
  /** The newest row, while more may join it. */
  filling: Row | null;
  /** What waits, so that the second delivery of a release adds nothing. */
  waiting: Set<string>;
}

export interface PendingList {
  /** Lets these objects wait for the answer; opens the question when it is not open yet. */
  add(question: Question, about: readonly ObjectKey[], nowMs: number): void;
  /** Notes that it was asked in vain. */
  failed(id: string, attempts: number, dueMs: number): void;
  /** Puts it off, for this process only. */
  later(id: string, dueMs: number): void;
  /** The oldest row of what waits; what joins from now on is in another one. `null` = nothing waits */
  nextRow(id: string): Row | null;
  /** This row has its answer. */
  rowDone(id: string, row: Row): void;
  /** Closes the question, with all that still waits for it. */
  remove(id: string): void;
  /** Oldest first. */
  list(): Array<{ id: string; item: Pending }>;
}

/** Kept in memory too, so that intake does not read it; the state is what survives. */
export function pendingOf(state: State, mostWaiting = MOST_WAITING): PendingList {
  const open = readOpen(state);
  let total = [...open.values()].reduce((sum, { waiting }) => sum + waiting.size, 0);

  const write = (id: string, { item: { sinceMs, ...item } }: Open): void =>
    state.set(OPEN, id, item, sinceMs);

  const begin = (question: Question, nowMs: number): Open => {
    const { source, instance, key } = question;
    const item = { source, instance, key, attempts: 0, dueMs: nowMs, sinceMs: nowMs };
    const one: Open = { item, rows: [], filling: null, waiting: new Set() };
    open.set(idOf(question), one);
    write(idOf(question), one);
    return one;
  };

  const rowFor = (id: string, one: Open): Row => {
    if (one.filling !== null && one.filling.about.length < ROW) return one.filling;
    const last = Number(one.rows.at(-1)?.key.split("#").at(-1) ?? 0);
    const row: Row = { key: `${id}#${String(last + 1).padStart(8, "0")}`, about: [] };
    one.rows.push(row);
    one.filling = row;
    return row;
  };

  const join = (id: string, one: Open, object: ObjectKey, nowMs: number): void => {
    if (one.waiting.has(nameOf(object)) || total >= mostWaiting) return;
    const row = rowFor(id, one);
    row.about.push(object);
    one.waiting.add(nameOf(object));
    one.item.sinceMs = nowMs;
    total += 1;
    state.set(ABOUT, row.key, { question: id, about: row.about }, nowMs);
  };

  const rowDone = (id: string, row: Row): void => {
    const one = open.get(id);
    if (one === undefined) return;
    state.delete(ABOUT, row.key);
    one.rows = one.rows.filter((each) => each !== row);
    for (const object of row.about) one.waiting.delete(nameOf(object));
    total -= row.about.length;
  };

  return {
    add: (question, about, nowMs) => {
      const id = idOf(question);
      if (total >= mostWaiting) return;
      const one = open.get(id) ?? begin(question, nowMs);
      for (const object of about) join(id, one, object, nowMs);
    },
    failed: (id, attempts, dueMs) => {
      const one = open.get(id);
      if (one === undefined) return;
      one.item = { ...one.item, attempts, dueMs };
      write(id, one);
    },
    later: (id, dueMs) => {
      const one = open.get(id);
      if (one !== undefined) one.item = { ...one.item, dueMs };
    },
    nextRow: (id) => {
      const one = open.get(id);
      const row = one?.rows[0] ?? null;
      if (one !== undefined && one.filling === row) one.filling = null;
      return row;
    },
    rowDone,
    remove: (id) => {
      for (const row of open.get(id)?.rows ?? []) rowDone(id, row);
      open.delete(id);
      state.delete(OPEN, id);
    },
    list: () =>
      [...open].map(([id, { item }]) => ({ id, item })).sort((a, b) => a.item.sinceMs - b.item.sinceMs),
  };
}

const nameOf = ({ identityKind, instance, externalId, attempt }: ObjectKey): string =>
  `${identityKind} ${instance} ${externalId} ${attempt}`;

/** What was never asked is due at once: the connection that was missing may be there since this start. */
function readOpen(state: State): Map<string, Open> {
  const open = new Map<string, Open>();
  for (const { key, value, atMs } of state.list(OPEN)) {
    const item = questionSchema.safeParse(value).data;
    if (item === undefined || idOf(item) !== key) state.delete(OPEN, key);
    else
      open.set(key, {
        item: { ...item, dueMs: item.attempts === 0 ? 0 : item.dueMs, sinceMs: atMs },
        rows: [],
        filling: null,
        waiting: new Set(),
      });
  }
  for (const { key, value, atMs } of state.list(ABOUT)) {
    const row = rowSchema.safeParse(value).data;
    const one = open.get(row?.question ?? "");
    if (row === undefined || one === undefined) {
      state.delete(ABOUT, key);
      continue;
    }
    one.rows.push({ key, about: row.about });
    for (const object of row.about) one.waiting.add(nameOf(object));
    one.item.sinceMs = Math.max(one.item.sinceMs, atMs);
  }
  return open;
}
