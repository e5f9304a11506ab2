/**
 * Which of many series moved with which deployments? Each is tested as `impactOf` tests one; all tests of the question are
 * corrected together, by Holm (Holm 1979, "A simple sequentially rejective multiple test procedure"): the chance that
 * anything at all is named wrongly stays at alpha, however alike the series are to each other. Pure.
 */
import {
  DEFAULT_IMPACT,
  type Deployed,
  type Impact,
  type ImpactOptions,
  judged,
  type Tested,
} from "./impact.ts";

export const MOVED_METHOD = "all tests of the question corrected together by Holm";

/** What one series did at the deployments it was asked about. */
export interface Asked<D extends Deployed> {
  series: string;
  tested: readonly Tested<D>[];
}

export interface Moved<D extends Deployed = Deployed> extends Impact<D> {
  series: string;
}

/** @returns what moved first, the largest shift against its own scatter first; then the rest, by p */
export function movedOf<D extends Deployed>(
  asked: readonly Asked<D>[],
  options: ImpactOptions = DEFAULT_IMPACT,
): Moved<D>[] {
  const all = asked.flatMap(({ series, tested }) => tested.map((each) => ({ series, each })));
  const corrected = holm(all.map(({ each }) => each.shift?.p ?? null));
  return all
    .map(({ series, each }, at): Moved<D> => ({ series, ...judged(each, corrected[at] ?? null, options) }))
    .sort(byWeight);
}

/** The smallest p times their number, the next times one less, and so on; never smaller than the one before. */
export function holm(ps: ReadonlyArray<number | null>): Array<number | null> {
  const known = ps.flatMap((p, at) => (p === null ? [] : [{ p, at }])).sort((a, b) => a.p - b.p);
  const corrected: Array<number | null> = ps.map(() => null);
  let least = 0;
  for (const [rank, { p, at }] of known.entries()) {
    least = Math.max(least, Math.min(1, p * (known.length - rank)));
    corrected[at] = least;
  }
  return corrected;
}

const sizeOf = ({ shift }: Moved): number => Math.abs(shift?.sigmas ?? 0);

function byWeight(a: Moved, b: Moved): number {
  if (a.isCause !== b.isCause) return a.isCause ? -1 : 1;
  const byP = (a.p ?? 2) - (b.p ?? 2);
  const bySize = sizeOf(b) - sizeOf(a);
  return (a.isCause ? bySize || byP : byP || bySize) || (a.series < b.series ? -1 : 1);
}
