/** From what was asked and agreed to the rows of the page: who asked last, and whose approvals count. Pure. */
import type { Approval, Approvals, Asked, Subject } from "../api/rule-types.ts";

export interface AskedRow extends Asked {
  /** Who asked last for this: his own approval does not count. */
  requester: string | null;
  /** Approvals that count now. */
  agreed: Approval[];
}

const fold = (name: string): string => name.trim().toLowerCase();

const samePlace = (a: Subject, b: Subject): boolean =>
  fold(a.service) === fold(b.service) && fold(a.environment) === fold(b.environment);

export const isOver = ({ expiresAt }: Approval, nowMs: number): boolean =>
  expiresAt !== null && nowMs >= Date.parse(expiresAt);

/** @returns newest first */
export function readAsked({ items, asked }: Approvals, nowMs: number): AskedRow[] {
  return asked
    .map((row) => {
      const requester = requesterOf(asked, row);
      return {
        ...row,
        requester,
        agreed: items.filter(
          (each) =>
            samePlace(each, row) &&
            (each.version === null || each.version === row.version) &&
            each.by !== requester &&
            !isOver(each, nowMs),
        ),
      };
    })
    .toReversed();
}

/** A wish without a version is about whatever comes. */
const requesterOf = (asked: readonly Asked[], about: Subject): string | null =>
  asked.findLast(
    (each) =>
      samePlace(each, about) &&
      (each.version === null || about.version === null || each.version === about.version),
  )?.by ?? null;

/** `shop v1.4.2 to prod-eu`, `the next version of shop to prod-eu`. */
export const saySubject = ({ service, environment, version }: Subject): string =>
  `${version === null ? `the next version of ${service}` : `${service} ${version}`} to ${environment}`;
