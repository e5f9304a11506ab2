/** One deployment, two reporters: finds the reports that are about the same logical deployment. Pure. */

/** A report, with what the decision needs. Times in milliseconds since 1970. */
export interface Report {
  id: string;
  source: string;
  instance: string | null;
  version: string | null;
  commitSha: string | null;
  parentId: string | null;
  startMs: number;
  /** `null` = still running. */
  finishMs: number | null;
  /** Already known to be about another one, or left out by rule. */
  excluded: boolean;
}

/**
 * A running report counts as lasting this long at most, so that a lost end does not swallow later deployments; of one that
 * lasted longer the end of it counts. So whether two are one can be seen from what is near in time.
 */
export const REPORT_MS = 6 * 3_600_000;

/** How far apart two reports can be, from end to end, that are about one deployment. */
export const REACH_MS = 2 * REPORT_MS;

/** The wrapper runs inside itself: only there one reporter reports one deployment twice. */
const NESTS_ITSELF = new Set(["local", "vice"]);
export const nestsItself = (source: string): boolean => NESTS_ITSELF.has(source);

function spanOf({ startMs, finishMs }: Report): { fromMs: number; toMs: number } {
  const toMs = finishMs ?? startMs + REPORT_MS;
  return { fromMs: Math.min(Math.max(startMs, toMs - REPORT_MS), toMs), toMs };
}

/** Same release, overlapping in time, told by different reporters; or below one trace parent, not far apart. */
function sameDeployment(a: Report, b: Report): boolean {
  if (a.excluded || b.excluded || contradict(a, b)) return false;
  const gapMs = gapBetween(a, b);
  const nested = a.parentId === b.id || b.parentId === a.id;
  if (a.source === b.source && a.instance === b.instance)
    return nested && nestsItself(a.source) && gapMs <= REPORT_MS;
  const related = nested || (a.parentId !== null && a.parentId === b.parentId);
  return related ? gapMs <= REPORT_MS : gapMs <= 0 && sameRelease(a, b);
}

/** Time between the end of one and the start of the other; at most 0 when they overlap. */
function gapBetween(a: Report, b: Report): number {
  const [one, other] = [spanOf(a), spanOf(b)];
  return Math.max(one.fromMs - other.toMs, other.fromMs - one.toMs);
}

function sameRelease(a: Report, b: Report): boolean {
  const sha = a.commitSha !== null && a.commitSha === b.commitSha;
  const version = a.version !== null && a.version === b.version;
  return sha || version;
}

/** Two known and different commits are two deployments, whatever else agrees. */
function contradict(a: Report, b: Report): boolean {
  return a.commitSha !== null && b.commitSha !== null && a.commitSha !== b.commitSha;
}

/** More reports than this are never one deployment: a source repeats itself. */
const MOST = 200;

/**
 * The reports connected with `start`, directly or through others; `start` included. Which of them one starts from makes
 * no difference.
 * @param near gives the reports that are near enough in time to one, itself included or not
 */
export function connectedReports<R extends Report>(start: R, near: (report: R) => readonly R[]): R[] {
  const found = new Map([[start.id, start]]);
  for (const current of found.values()) {
    if (found.size >= MOST) break;
    for (const other of current.excluded ? [] : near(current)) {
      if (!found.has(other.id) && sameDeployment(current, other)) found.set(other.id, other);
    }
  }
  return [...found.values()];
}

/**
 * The report that counts: by configured order of sources, then the earliest start, then the id.
 * @param order source names, most trusted first; sources that are not named come after them
 */
export function primaryOf(group: readonly Report[], order: readonly string[]): Report | null {
  const rank = (report: Report): number => {
    const at = order.indexOf(report.source);
    return at === -1 ? order.length : at;
  };
  return (
    [...group].sort((a, b) => rank(a) - rank(b) || a.startMs - b.startMs || (a.id < b.id ? -1 : 1))[0] ?? null
  );
}

/** Deployment systems before build systems before what was typed on a laptop. */
export const DEFAULT_SOURCE_ORDER: readonly string[] = [
  "vice",
  "octopus",
  "heroku",
  "gitlab",
  "github",
  "cloudevents",
  "devlake",
  "teamcity",
  "jenkins",
  "valuestream",
  "local",
];
