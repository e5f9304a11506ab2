/** Filters that name what nobody ever reported: an empty list says so, with the name that was probably meant. */
import { z } from "zod";
import { foldName } from "../../domain/fold-name.ts";
import { nearest } from "../../kit/nearest.ts";
import { printable } from "../../kit/table.ts";
import type { Services } from "../../ports/services.ts";

const FILTERS = ["service", "team", "environment", "source"] as const;
type Filter = (typeof FILTERS)[number];

/** Beside an empty list only. */
export const unknownFilters = z
  .array(
    z.strictObject({
      filter: z.enum(FILTERS),
      name: z.string(),
      nearest: z.string().nullable(),
      said: z.string().describe("The same as a sentence"),
    }),
  )
  .optional()
  .describe("Filters of an empty list that name nothing known");
export type UnknownFilters = z.output<typeof unknownFilters>;

type Given = Partial<Record<Filter, string | undefined>>;

/** @returns `undefined` when something was found, or when all names are known */
export function unknownIn(
  given: Given,
  items: readonly unknown[],
  { store, sources }: Services,
): UnknownFilters {
  if (items.length > 0) return undefined;
  const reported = store.names.reported();
  const known: Record<Filter, () => Array<string | null>> = {
    service: () => reported.map((each) => each.service),
    team: () => store.names.teams().map((each) => each.team),
    environment: () => store.names.environments().map((each) => each.name),
    source: () => [...reported.map((each) => each.source), ...sources.names()],
  };
  const unknown = FILTERS.flatMap((filter) => {
    const name = given[filter];
    if (name === undefined) return [];
    const names = [...new Set(known[filter]().filter((each) => each !== null))];
    if (names.some((each) => foldName(each) === foldName(name))) return [];
    const near = nearest(name, names);
    return [{ filter, name, nearest: near, said: sentence(filter, name, near) }];
  });
  return unknown.length === 0 ? undefined : unknown;
}

const sentence = (filter: Filter, name: string, near: string | null): string =>
  `Nothing is known under the ${filter} "${name}".${near === null ? "" : ` Did you mean "${near}"?`}`;

export const sayUnknown = ({ unknown = [] }: { unknown?: UnknownFilters | undefined }): string =>
  unknown.map(({ said }) => printable(said)).join("\n");

/** What an empty list says; beside a name that nobody knows it would only lead astray. */
export const sayEmpty = (answer: { unknown?: UnknownFilters | undefined }, otherwise: string): string =>
  answer.unknown === undefined ? otherwise : "";
