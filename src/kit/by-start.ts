/** Finds a thing by its id or by the unique start of one, as people copy them from a table. */
import { ViceError } from "./errors.ts";

/** Fewer characters fit by chance. */
const SHORTEST = 6;
/** So many candidates an error names. */
export const NAMED = 5;

const bare = (id: string): string => id.trim().toLowerCase().replaceAll("-", "");

/** @returns `null` when none fits. @throws ViceError `input.invalid` with the candidates when several do */
export function byStart<T extends { id: string }>(given: string, list: readonly T[]): T | null {
  const start = bare(given);
  const whole = list.find(({ id }) => id === given || bare(id) === start);
  if (whole !== undefined || start.length < SHORTEST) return whole ?? null;
  const fitting = list.filter(({ id }) => bare(id).startsWith(start));
  if (fitting.length > 1)
    throw severalFit(
      given,
      fitting.map(({ id }) => id),
    );
  return fitting[0] ?? null;
}

/** @param ids those that fit, more than `NAMED` of them when there are more */
export function severalFit(given: string, ids: readonly string[]): ViceError {
  const candidates = ids.slice(0, NAMED);
  const more = ids.length > NAMED ? " and more" : "";
  return new ViceError("input.invalid", {
    message: `"${given}" is the start of several ids.`,
    hint: `Give more of it: ${candidates.join(", ")}${more}.`,
    candidates,
  });
}
