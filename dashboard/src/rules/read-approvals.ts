/** From what was asked and agreed to the rows of the page: who asked, and whose approvals count. Pure. */
import type { Approval, Approvals, Asked, Subject } from "../api/rule-types.ts";

export interface AskedRow extends Asked {
  /** All who asked for this: their own approvals do not count. */
  requesters: ReadonlyArray<string | null>;
  /** Approvals that count now. */
  agreed: Approval[];
}

const fold = (name: string): string => name.trim().toLowerCase();

const samePlace = (a: Subject, b: Subject): boolean =>
  fold(a.service) === fold(b.service) && fold(a.environment) === fold(b.environment);

const sameSubject = (a: Subject, b: Subject): boolean => samePlace(a, b) && a.version === b.version;

export const isOver = ({ expiresAt }: Approval, nowMs: number): boolean =>
  expiresAt !== null && nowMs >= Date.parse(expiresAt);

/** @returns newest first, one row for what several asked for */
export function readAsked({ items, asked }: Approvals, nowMs: number): AskedRow[] {
  return asked
    .filter((row, at) => !asked.slice(at + 1).some((later) => sameSubject(later, row)))
    .map((row) => {
      const requesters = requestersOf(asked, row);
      return {
        ...row,
        requesters,
        agreed: items.filter(
          (each) =>
            samePlace(each, row) &&
            (each.version === null || each.version === row.version) &&
            !requesters.includes(each.by) &&
            !isOver(each, nowMs),
        ),
      };
    })
    .toReversed();
}

/** A wish without a version is about whatever comes. */
const requestersOf = (asked: readonly Asked[], about: Subject): Array<string | null> =>
  asked
    .filter(
      (each) =>
        samePlace(each, about) &&
        (each.version === null || about.version === null || each.version === about.version),
    )
    .map(({ by }) => by);

/** `shop v1.4.2 to prod-eu`, `the next version of shop to prod-eu`. */
export const saySubject = ({ service, environment, version }: Subject): string =>
  `${version === null ? `the next version of ${service}` : `${service} ${version}`} to ${environment}`;
