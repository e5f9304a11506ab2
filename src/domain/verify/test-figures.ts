/** What reports of tests say together: the pyramid, what is slow, what is flaky, and how much people do by hand. Pure. */
import { quantile } from "../quantile.ts";
import { type KeptTests, MOST_SLOW, passedAmong } from "./kept-tests.ts";
import { TEST_KINDS, type TestKind } from "./test-report.ts";

/** A report with where and when it counts. */
export interface PlacedReport {
  service: string | null;
  environment: string | null;
  commitSha: string | null;
  /** ISO 8601. */
  at: string;
  report: KeptTests;
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
    const key = JSON.stringify([each.service, kind, name, each.environment]);
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
  for (const { report } of newestOf(reports))
    cases[report.kind ?? "unknown"] += report.passed + report.failed + report.skipped;
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

interface Case {
  name: string;
  service: string | null;
  kind: TestKind | null;
}

export interface SlowCase extends Case {
  /** Half of its runs take no longer. */
  p50Ms: number;
  runs: number;
}

export interface FlakyCase extends Case {
  /** On which it both passed and failed. */
  commits: string[];
  lastAt: string;
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** Reports whose cases of one name are the same case. */
const bySuite = (reports: readonly PlacedReport[]): PlacedReport[][] => [
  ...Map.groupBy(reports, ({ service, report }) => JSON.stringify([service, report.kind])).values(),
];

export const slowestCases = (reports: readonly PlacedReport[], most: number): SlowCase[] =>
  bySuite(reports)
    .flatMap((group) => slowestOf(group, most))
    .sort((a, b) => b.p50Ms - a.p50Ms || byName(a, b))
    .slice(0, most);

function slowestOf(group: readonly PlacedReport[], most: number): SlowCase[] {
  const found = new Map<string, number[]>();
  const add = (name: string, ms: number): void => {
    const durations = found.get(name);
    if (durations === undefined) found.set(name, [ms]);
    else durations.push(ms);
  };
  for (const { report } of group) for (const [name, ms] of report.slowest) add(name, ms);
  // What passed and is not among the slowest that are kept took no longer than the last of those.
  const told = [...found.keys()];
  for (const { report } of group) {
    const last = report.slowest.at(-1);
    if (last === undefined || report.slowest.length < MOST_SLOW) continue;
    const kept = new Set(report.slowest.map(([name]) => name));
    for (const name of passedAmong(report, told)) if (!kept.has(name)) add(name, last[1]);
  }
  const [first] = group;
  return [...found]
    .map(([name, durations]) => ({
      ...{ name, service: first?.service ?? null, kind: first?.report.kind ?? null },
      ...{ p50Ms: quantile(durations, 0.5) ?? 0, runs: durations.length },
    }))
    .sort((a, b) => b.p50Ms - a.p50Ms || byName(a, b))
    .slice(0, most);
}

/** Without a commit nobody knows whether the code was the same. */
export const flakyCases = (reports: readonly PlacedReport[]): FlakyCase[] =>
  bySuite(reports)
    .flatMap(flakyOf)
    .sort((a, b) => b.commits.length - a.commits.length || byName(a, b));

function flakyOf(group: readonly PlacedReport[]): FlakyCase[] {
  const found = new Map<string, FlakyCase>();
  for (const [commit, onIt] of Map.groupBy(group, ({ commitSha }) => commitSha)) {
    if (commit === null) continue;
    const failures = new Set(onIt.flatMap(({ report }) => report.failures));
    const passed = new Set(onIt.flatMap(({ report }) => passedAmong(report, [...failures])));
    const lastAt = onIt.reduce((last, { at }) => (at > last ? at : last), "");
    for (const name of passed) {
      const one = found.get(name);
      const { service = null, report } = group[0] ?? {};
      if (one === undefined)
        found.set(name, { name, service, kind: report?.kind ?? null, commits: [commit], lastAt });
      else
        Object.assign(one, {
          commits: [...one.commits, commit],
          lastAt: lastAt > one.lastAt ? lastAt : one.lastAt,
        });
    }
  }
  return [...found.values()];
}
