/** Queries that are kept by name: what one is, what it may be called, and which values it takes. Pure. */
import { withoutOpaque } from "./opaque.ts";

export interface SavedQuery {
  /** As it is typed after `@`. */
  name: string;
  about: string;
  sql: string;
}

/** Small letters, digits, `-`, `.` and `_`, so that no shell reads more than a word. */
export const QUERY_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Names of the values that it takes (`:days`), in the order of the text. What nobody gives is null, where the query says what to do then. */
export function parametersOf(sql: string): string[] {
  const bare = withoutOpaque(sql);
  return [...new Set([...bare.matchAll(/(?<![\w:])[:@$]([A-Za-z_]\w*)/g)].map(([, name = ""]) => name))];
}

/** Names of the values that it cannot do without: those it does not say itself what to take instead of (`coalesce(:days, 90)`). */
export function neededBy(sql: string): string[] {
  const bare = withoutOpaque(sql);
  return parametersOf(sql).filter((name) => {
    const value = `[:@$]${name}\\b`;
    return !new RegExp(
      `\\b(?:coalesce|ifnull)\\s*\\(\\s*${value}|${value}\\s+is\\s+(?:not\\s+)?null\\b`,
      "i",
    ).test(bare);
  });
}

/** `@sources` names a saved query; anything else is SQL. @returns the name, or `null` */
export const nameIn = (text: string): string | null => /^\s*@([^\s;]+)\s*$/.exec(text)?.[1] ?? null;
