/** Finds queries that are kept by name: those that people saved go before those that are built in. */
import { BUILT_IN_QUERIES } from "../../../domain/query/built-in.ts";
import type { SavedQuery } from "../../../domain/query/saved-query.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";

export interface FoundQuery extends SavedQuery {
  /** When it was saved (ISO 8601), and by whom; `null` = built in. */
  at: string | null;
  by: string | null;
}

/** By name. */
export function allQueries({ store }: Pick<Services, "store">): FoundQuery[] {
  const saved = store.standing.list("query").map(({ data, at, actor }) => ({ ...data, at, by: actor }));
  const names = new Set(saved.map(({ name }) => name));
  const builtIn = BUILT_IN_QUERIES.filter(({ name }) => !names.has(name));
  return [...saved, ...builtIn.map((each) => ({ ...each, at: null, by: null }))].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** @throws ViceError `not-found` with the nearest name */
export function findQuery(services: Pick<Services, "store">, name: string): FoundQuery {
  const all = allQueries(services);
  const found = all.find((each) => each.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  throw new ViceError("not-found", {
    ...{ what: "saved query", name, nearest: nearest(name, names) },
    hint: `There are: ${names.map((each) => `@${each}`).join(", ")}. List them: vice query list`,
  });
}
