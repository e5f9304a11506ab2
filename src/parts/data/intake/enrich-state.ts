/** What enrichment remembers across restarts: answers for a while, and the questions that are still open. */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Reading } from "../../../ports/source.ts";
import type { State } from "../../../ports/store.ts";

/** One question, with what the answer is for. */
export interface Pending {
  source: string;
  instance: string | null;
  key: string;
  attempts: number;
  /** When to ask (again), milliseconds since 1970. */
  dueMs: number;
  sinceMs: number;
  reading: Reading;
  transitions: readonly Transition[];
}

const ANSWERS = "enrich";
const OPEN = "enrich.open";
/** "There is none" is an answer like any other: an app may join a pipeline tomorrow. */
const ANSWER_TTL_MS = 24 * 3_600_000;
const MOST_OPEN = 20_000;

type Question = Pick<Pending, "source" | "instance" | "key">;
const keyOf = ({ source, instance, key }: Question): string => `${source}/${instance ?? ""}/${key}`;

export interface Answers {
  /** `null` = not asked, or too long ago. */
  get(question: Question, nowMs: number): { answer: unknown; atMs: number } | null;
  set(question: Question, answer: unknown, nowMs: number): void;
}

export function answersOf(state: State): Answers {
  return {
    get: (question, nowMs) => {
      const found = state.get(ANSWERS, keyOf(question));
      return found === null || nowMs - found.atMs > ANSWER_TTL_MS
        ? null
        : { answer: found.value, atMs: found.atMs };
    },
    set: (question, answer, nowMs) => state.set(ANSWERS, keyOf(question), answer ?? null, nowMs),
  };
}

const shape = z.object({
  source: z.string(),
  instance: z.string().nullable(),
  key: z.string(),
  attempts: z.int(),
  dueMs: z.number(),
  sinceMs: z.number(),
  reading: z.custom<Reading>((value) => typeof value === "object" && value !== null),
  transitions: z.custom<readonly Transition[]>((value) => Array.isArray(value)),
});

export interface PendingList {
  add(item: Pending): void;
  put(id: string, item: Pending): false;
  remove(id: string): true;
  /** Oldest first. */
  list(): Array<{ id: string; item: Pending }>;
}

/** Kept in memory too, so that intake does not read it; the state is what survives. */
export function pendingOf(state: State): PendingList {
  const open = new Map<string, Pending>();
  for (const { key, value } of state.list(OPEN)) {
    const parsed = shape.safeParse(value);
    if (parsed.success) open.set(key, parsed.data);
    else state.delete(OPEN, key);
  }
  const write = (id: string, item: Pending): void => {
    open.set(id, item);
    state.set(OPEN, id, item, item.sinceMs);
  };
  return {
    add: (item) => {
      const about = item.transitions.map(({ object }) => object);
      const id = `${keyOf(item)}/${sha256Hex(JSON.stringify(about)).slice(0, 16)}`;
      if (!open.has(id) && open.size < MOST_OPEN) write(id, item);
    },
    put: (id, item) => {
      write(id, item);
      return false;
    },
    remove: (id) => {
      open.delete(id);
      state.delete(OPEN, id);
      return true;
    },
    list: () => [...open].map(([id, item]) => ({ id, item })).sort((a, b) => a.item.sinceMs - b.item.sinceMs),
  };
}
