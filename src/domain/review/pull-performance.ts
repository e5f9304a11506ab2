/**
 * Performance of code review, as `vsperformancereport` of ValueStream counts it: one row for each change, and aggregates by
 * interval and repository (founding-systems.md 1.7). What is not known stays unknown: nothing is divided by 0, and no line or
 * comment that nobody reported counts as 0. Pure.
 */
import { type Bucket, bucketsOf } from "../metrics/buckets.ts";
import { quantile } from "../quantile.ts";

/** A change that was merged or closed. Times in milliseconds since 1970. */
export interface Change {
  owner: string;
  repo: string;
  createdMs: number;
  merged: boolean;
  /** When it was merged, else closed. */
  endedMs: number;
  updatedMs: number | null;
  comments: number | null;
  additions: number | null;
  deletions: number | null;
  author: string | null;
  url: string | null;
  title: string | null;
  reviewers: string | null;
}

/** The columns of the CSV, in this order and spelling. Durations in seconds. */
export const RAW_COLUMNS = [
  ...[
    "owner",
    "repo",
    "created_at",
    "merged",
    "duration",
    "comments",
    "additions",
    "deletions",
    "total_changes",
  ],
  ...["duration_per_comment", "duration_per_line", "merged_at", "closed_at", "updated_at", "author", "url"],
  ...["title", "Reviewers"],
] as const;
export type RawRow = Record<string, string | number | boolean | null>;

export const AGGREGATE_COLUMNS = [
  ...["Key", "Interval", "UnixTime", "Owner", "Repo", "TotalPullRequests", "NumMerged", "MergeRatio"],
  ...[
    "AvgTotalLinesChanged",
    "AvgDurationHours",
    "AvgDurationSecondsPerLine",
    "AvgDurationSecondsPerComment",
  ],
  ...["AvgNumberOfComments", "DurationP50RunningHours", "DurationP95RunningHours", "DurationP99RunningHours"],
] as const;

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const secondsOf = ({ createdMs, endedMs }: Change): number => (endedMs - createdMs) / 1000;
const linesOf = ({ additions, deletions }: Change): number | null =>
  additions === null || deletions === null ? null : additions + deletions;
/** Of nothing there is no share. */
const per = (seconds: number, count: number | null): number | null =>
  count === null || count === 0 ? null : seconds / count;

export function rawRow(change: Change): RawRow {
  const { owner, repo, merged, comments, additions, deletions, author, url, title } = change;
  const seconds = secondsOf(change);
  return {
    ...{ owner, repo, created_at: iso(change.createdMs), merged, duration: seconds },
    ...{ comments, additions, deletions, total_changes: linesOf(change) },
    duration_per_comment: per(seconds, comments),
    duration_per_line: per(seconds, linesOf(change)),
    merged_at: merged ? iso(change.endedMs) : null,
    closed_at: iso(change.endedMs),
    updated_at: iso(change.updatedMs),
    ...{ author, url, title, Reviewers: change.reviewers },
  };
}

/**
 * By the interval in which a change was opened, oldest first; weeks from Monday. The running percentiles are those of all
 * changes of the repository up to the end of the interval. Rounded to one digit, the merge ratio to two.
 */
export function aggregate(changes: readonly Change[], window: Bucket, zone: string): RawRow[] {
  const byRepo = Map.groupBy(changes, ({ owner, repo }) => `${owner}|${repo}`);
  return [...byRepo]
    .flatMap(([key, own]) => aggregateOne(key, own, window, zone))
    .sort(
      (a, b) =>
        Number(a["UnixTime"]) - Number(b["UnixTime"]) || (String(a["Key"]) < String(b["Key"]) ? -1 : 1),
    );
}

function aggregateOne(name: string, own: readonly Change[], window: Bucket, zone: string): RawRow[] {
  const sorted = [...own].sort((a, b) => a.createdMs - b.createdMs);
  const running: number[] = [];
  return [...Map.groupBy(sorted, ({ createdMs }) => startOf(createdMs, window, zone))].map(
    ([startMs, group]) => {
      running.push(...group.map((change) => secondsOf(change) / 3600));
      const interval = dateOf(startMs, zone);
      const [first] = group;
      const mergedCount = group.filter(({ merged }) => merged).length;
      const mean = (value: (change: Change) => number | null): number | null =>
        rounded(meanOf(group.map(value)), 1);
      return {
        ...{ Key: `${interval}_${name}`, Interval: interval, UnixTime: Math.floor(startMs / 1000) },
        ...{ Owner: first?.owner ?? "", Repo: first?.repo ?? "", TotalPullRequests: group.length },
        ...{ NumMerged: mergedCount, MergeRatio: rounded(mergedCount / group.length, 2) },
        AvgTotalLinesChanged: mean(linesOf),
        AvgDurationHours: mean((change) => secondsOf(change) / 3600),
        AvgDurationSecondsPerLine: mean((change) => per(secondsOf(change), linesOf(change))),
        AvgDurationSecondsPerComment: mean((change) => per(secondsOf(change), change.comments)),
        AvgNumberOfComments: mean(({ comments }) => comments),
        DurationP50RunningHours: rounded(quantile(running, 0.5), 1),
        DurationP95RunningHours: rounded(quantile(running, 0.95), 1),
        DurationP99RunningHours: rounded(quantile(running, 0.99), 1),
      };
    },
  );
}

/** Of what is known; `null` when nothing is. */
function meanOf(values: ReadonlyArray<number | null>): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Number(value.toFixed(digits));

/** The bucket that holds a moment begins where the one that ends after it does; buckets are cut to their period. */
function startOf(ms: number, window: Bucket, zone: string): number {
  const monthMs = 32 * 86_400_000;
  const around = bucketsOf({ fromMs: ms - monthMs, toMs: ms + 1 }, window, zone);
  return around.at(-1)?.fromMs ?? ms;
}

const dateOf = (ms: number, zone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(ms);
