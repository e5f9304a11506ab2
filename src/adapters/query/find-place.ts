/** Finds the place in people's SQL that SQLite complains about: Node does not hand SQLite's own offset on. */
import type { DatabaseSync } from "node:sqlite";
import { withoutOpaque } from "../../domain/query/opaque.ts";

/** From 1. */
export interface Place {
  line: number;
  column: number;
}

const NEAR = /^near "(.+)": syntax error$/s;
const NAMED =
  /no such (?:column|table|function|view): (?:[\w]+\.)?("?[\w ]+"?)|^ambiguous column name: (?:\w+\.)?(\w+)/i;

/** @returns `null` where the words of SQLite name no place */
export function findPlace(db: DatabaseSync | null, sql: string, problem: string): Place | null {
  const near = NEAR.exec(problem)?.[1];
  if (near !== undefined && db !== null) return placeOf(sql, syntaxOffset(db, sql, near));
  const named = NAMED.exec(problem);
  const word = named?.[1] ?? named?.[2];
  if (word === undefined) return /^incomplete input/.test(problem) ? placeOf(sql, sql.length) : null;
  return placeOf(sql, offsetsOf(withoutOpaque(sql), word)[0] ?? null);
}

/** The parser stops at the first word that does not fit: cut off behind it, the statement has the same fault. */
function syntaxOffset(db: DatabaseSync, sql: string, word: string): number | null {
  const offsets = offsetsOf(sql, word);
  if (offsets.length < 2) return offsets[0] ?? null;
  return (
    offsets.find((at) => problemOf(db, sql.slice(0, at + word.length)) === `near "${word}": syntax error`) ??
    null
  );
}

function problemOf(db: DatabaseSync, sql: string): string {
  try {
    db.prepare(sql);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where a word stands alone, without regard to case. */
function offsetsOf(sql: string, word: string): number[] {
  const bare = word.replace(/^"(.*)"$/, "$1").toLowerCase();
  const text = sql.toLowerCase();
  const found: number[] = [];
  for (let at = text.indexOf(bare); at >= 0; at = text.indexOf(bare, at + 1)) {
    const isWord = /^\w/.test(bare);
    const touches = isWord && (/\w/.test(text[at - 1] ?? "") || /\w/.test(text[at + bare.length] ?? ""));
    if (!touches) found.push(at);
  }
  return found;
}

function placeOf(sql: string, offset: number | null): Place | null {
  if (offset === null) return null;
  const before = sql.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
