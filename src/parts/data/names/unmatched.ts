/** Names that stand alone: reported by one tool, named by no rule; with the service that each most probably is. Pure. */
import { looksAlike } from "../../../domain/names.ts";
import type { ReportedName } from "../../../ports/names.ts";

export interface UnmatchedName {
  source: string;
  instance: string;
  name: string;
  count: number;
  lastAt: string;
  /** A service that other tools know by a name that looks alike. */
  suggestion: string | null;
}

/** Most recent first, as `names` come. */
export function unmatchedNames(names: readonly ReportedName[]): UnmatchedName[] {
  const deployed = new Set(names.filter((each) => each.deployments).map((each) => each.service));
  const byService = Map.groupBy(
    names.filter((each) => each.service !== null),
    (each) => each.service ?? "",
  );
  const alone = [...byService].flatMap(([service, reported]) => {
    const [only] = reported;
    const stands = reported.length === 1 && only !== undefined && !only.matched && deployed.has(service);
    return stands ? [only] : [];
  });
  const order = new Map(names.map((each, at) => [each, at]));
  alone.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const shared = [...byService].map(
    ([service, reported]): Candidate => ({
      service,
      names: reported.length,
      ruled: reported.some((each) => each.matched),
    }),
  );
  return alone.map(({ source, instance, name, count, lastAt }) => ({
    source,
    instance,
    name,
    count,
    lastAt,
    suggestion: suggest(name, shared),
  }));
}

interface Candidate {
  service: string;
  names: number;
  ruled: boolean;
}

/** Of two names that stand alone the shorter one is offered for the longer, never both for each other. */
function suggest(name: string, candidates: readonly Candidate[]): string | null {
  const alike = candidates.filter(({ service }) => service !== name && looksAlike(service, name));
  const better = alike.filter((each) => each.ruled || each.names > 1 || isPlainer(each.service, name));
  better.sort(
    (a, b) =>
      Number(b.ruled) - Number(a.ruled) || b.names - a.names || (isPlainer(a.service, b.service) ? -1 : 1),
  );
  return better[0]?.service ?? null;
}

const isPlainer = (a: string, b: string): boolean => a.length < b.length || (a.length === b.length && a < b);
