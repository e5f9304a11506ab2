/** Services that may be one: their names differ in case only, or look alike, or they come from one repository. Pure. */
import { foldName } from "../../../domain/fold-name.ts";
import { looksAlike } from "../../../domain/names.ts";
import type { ReportedName } from "../../../ports/names.ts";

export const WHY_ALIKE = ["case", "name", "repository"] as const;

export interface AlikeService {
  service: string;
  /** The one that it may be. */
  into: string;
  /** `case`: the names differ in case only; `name`: they end alike; `repository`: both come from the same one. */
  why: (typeof WHY_ALIKE)[number];
}

interface Known {
  service: string;
  /** `tool/instance` of all that reports it. */
  tools: ReadonlySet<string>;
  names: number;
  isRuled: boolean;
  isDeployed: boolean;
  repository: string;
}

/**
 * A tool that reports two names keeps them apart, so those are two, unless they differ in case only; and so are two of which
 * somebody said by rules what they are.
 * @param repositoryOf where a service comes from; `null` = not known
 */
export function alikeServices(
  names: readonly ReportedName[],
  repositoryOf: (service: string) => string | null,
): AlikeService[] {
  const found: AlikeService[] = [];
  const kept: Known[] = [];
  for (const one of knownOf(names, repositoryOf).sort(better)) {
    const other = kept
      .flatMap((into) => {
        const why = whyAlike(one, into);
        return why === null ? [] : [{ into: into.service, why }];
      })
      .sort((a, b) => WHY_ALIKE.indexOf(a.why) - WHY_ALIKE.indexOf(b.why))[0];
    if (other === undefined) kept.push(one);
    else found.push({ service: one.service, ...other });
  }
  return found.sort((a, b) => (a.into === b.into ? compare(a.service, b.service) : compare(a.into, b.into)));
}

function knownOf(names: readonly ReportedName[], repositoryOf: (service: string) => string | null): Known[] {
  const byService = Map.groupBy(
    names.filter((each) => each.service !== null),
    (each) => each.service ?? "",
  );
  return [...byService].map(([service, reported]) => ({
    service,
    tools: new Set(reported.map(({ source, instance }) => `${source}/${instance}`)),
    names: reported.length,
    isRuled: reported.some(({ matched }) => matched),
    isDeployed: reported.some(({ deployments }) => deployments),
    repository: foldName(repositoryOf(service)),
  }));
}

/** What others are merged into stands first: said by a rule, deployed, known by many names, plain. */
const better = (a: Known, b: Known): number =>
  Number(b.isRuled) - Number(a.isRuled) ||
  Number(b.isDeployed) - Number(a.isDeployed) ||
  b.names - a.names ||
  a.service.length - b.service.length ||
  compare(a.service, b.service);

function whyAlike(a: Known, b: Known): AlikeService["why"] | null {
  if (foldName(a.service) === foldName(b.service)) return "case";
  if ((a.isRuled && b.isRuled) || !a.tools.isDisjointFrom(b.tools)) return null;
  if (looksAlike(a.service, b.service)) return "name";
  return a.repository !== "" && a.repository === b.repository ? "repository" : null;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
