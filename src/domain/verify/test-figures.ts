/** What reports of tests say together: the pyramid, what is slow, what is flaky, and how much people do by hand. Pure. */
import { quantile } from "../quantile.ts";
import { TEST_KINDS, type TestKind, type TestReport } from "./test-report.ts";

/** A report with where and when it counts. */
export interface PlacedReport {
  service: string | null;
  environment: string | null;
  commitSha: string | null;
  /** ISO 8601. */
  at: string;
  report: TestReport;
}

export type Cases = Record<TestKind | "unknown", number>;

export interface Pyramid {
  cases: Cases;
  /** `null` = not known, and `reason` says why. */
  isInverted: boolean | null;
  reason: string | null;
}

const LEVELS = ["unit", "integration", "e2e"] as const;

/** The newest report of each suite: what was run again counts once. */
export function newestOf(reports: readonly PlacedReport[]): PlacedReport[] {
  const newest = new Map<string, PlacedReport>();
  for (const each of reports) {
    const { kind, name } = each.report;
    const key = JSON.stringify([each.service, kind ?? null, name ?? null, each.environment]);
    const known = newest.get(key);
    if (known === undefined || known.at < each.at) newest.set(key, each);
  }
  return [...newest.values()];
}

/**
 * Inverted: one level has more cases than the nearest one below it that has any; the lowest level always counts, so that no
 * unit tests at all stand on their head too. Tests that were left out are cases as well.
 */
export function pyramidOf(reports: readonly PlacedReport[]): Pyramid {
  const cases: Cases = { unit: 0, integration: 0, e2e: 0, infra: 0, manual: 0, unknown: 0 };
  for (const { report } of newestOf(reports)) cases[report.kind ?? "unknown"] += report.cases.length;
  const told = LEVELS.filter((level) => level === "unit" || cases[level] > 0);
  if (LEVELS.every((level) => cases[level] === 0))
    return { cases, isInverted: null, reason: "no report says that its tests are unit, integration or e2e" };
  const over = told.find((level, at) => cases[level] > cases[told[at - 1] ?? level]);
  const below = told[told.indexOf(over ?? "unit") - 1];
  const reason =
    over === undefined || below === undefined
      ? null
      : `more ${over} (${cases[over]}) than ${below} (${cases[below]}) tests`;
  return { cases, isInverted: over !== undefined, reason };
}

/** Of the newest report of each suite. @returns cases, and the share of them (0..1) that people carry out; `null` = no report */
export function manualShare({ cases }: Pyramid): { manual: number; all: number; share: number | null } {
  const all = [...TEST_KINDS, "unknown" as const].reduce((sum, kind) => sum + cases[kind], 0);
  return { manual: cases.manual, all, share: all === 0 ? null : cases.manual / all };
}

export interface SlowCase {
  name: string;
  service: string | null;
  kind: TestKind | null;
  /** Half of its runs take no longer. */
  p50Ms: number;
  runs: number;
}

export interface FlakyCase {
  name: string;
  service: string | null;
  kind: TestKind | null;
  /** On which it both passed and failed. */
  commits: string[];
  lastAt: string;
}

interface History {
  name: string;
  service: string | null;
  kind: TestKind | null;
  durations: number[];
  outcomes: Map<string, Set<string>>;
  lastAt: string;
}

function historiesOf(reports: readonly PlacedReport[]): History[] {
  const found = new Map<string, History>();
  for (const { service, commitSha, at, report } of reports) {
    const kind = report.kind ?? null;
    for (const { name, status, durationMs } of report.cases) {
      if (status === "skipped") continue;
      const key = JSON.stringify([service, kind, name]);
      const fresh: History = { name, service, kind, durations: [], outcomes: new Map(), lastAt: at };
      const one = found.get(key) ?? fresh;
      found.set(key, one);
      if (durationMs !== null) one.durations.push(durationMs);
      if (at > one.lastAt) one.lastAt = at;
      if (commitSha !== null)
        one.outcomes.set(commitSha, (one.outcomes.get(commitSha) ?? new Set<string>()).add(status));
    }
  }
  return [...found.values()];
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

export const slowestCases = (reports: readonly PlacedReport[], most: number): SlowCase[] =>
  historiesOf(reports)
    .flatMap(({ name, service, kind, durations }) => {
      const p50Ms = quantile(durations, 0.5);
      return p50Ms === null ? [] : [{ name, service, kind, p50Ms, runs: durations.length }];
    })
    .sort((a, b) => b.p50Ms - a.p50Ms || byName(a, b))
    .slice(0, most);

/** Without a commit nobody knows whether the code was the same. */
export const flakyCases = (reports: readonly PlacedReport[]): FlakyCase[] =>
  historiesOf(reports)
    .flatMap(({ name, service, kind, outcomes, lastAt }) => {
      const commits = [...outcomes].flatMap(([commit, said]) => (said.size > 1 ? [commit] : []));
      return commits.length === 0 ? [] : [{ name, service, kind, commits, lastAt }];
    })
    .sort((a, b) => b.commits.length - a.commits.length || byName(a, b));
