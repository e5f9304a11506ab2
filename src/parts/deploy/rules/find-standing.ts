/** Finds what stands by its id or the unique start of one, and names the person who said it. */
import { byStart } from "../../../kit/by-start.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import type { StandingKind, Stands } from "../../../ports/standing.ts";

/** @throws ViceError `not-found`, `input.invalid` when several ids begin so */
export function findStanding<K extends StandingKind>(
  { store }: Services,
  kind: K,
  id: string,
  names: { what: string; list: string },
): Stands<K> {
  const all = store.standing.list(kind);
  const found = byStart(
    id,
    all.map(({ key }) => ({ id: key })),
  );
  const row = found === null ? undefined : all.find(({ key }) => key === found.id);
  if (row === undefined)
    throw new ViceError("not-found", { what: names.what, name: id, hint: `List them: ${names.list}` });
  return row;
}
