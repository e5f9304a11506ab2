/**
 * What is kept of a report of tests for good, also when its raw body is dropped: counts, the names of what failed, the
 * slowest cases with their times, and of each case that passed a mark of 32 bits, by which a failure elsewhere on the same
 * commit is known as flaky. Errors of cases are not in it. Pure.
 */
import type { TestFormat, TestKind, TestReport } from "./test-report.ts";

/** What `vice.tests.reported.v1` carries; at most about 400 KiB, for 50,000 cases. */
export interface KeptTests {
  /** The suite; `null` = nobody said. */
  name: string | null;
  kind: TestKind | null;
  format: TestFormat;
  /** As it was said: `10m`. */
  budget: string | null;
  passed: number;
  failed: number;
  skipped: number;
  /** Sum of all cases; `null` = none says. */
  durationMs: number | null;
  /** At most `MOST_FAILED`; `failed` has the number of all. */
  failures: string[];
  /** The `MOST_SLOW` that took longest, longest first; those that were skipped or do not say are not among them. */
  slowest: Array<[name: string, durationMs: number]>;
  /** `marksOf` the names that passed, in base64: 4 bytes each. */
  passedMarks: string;
}

export const MOST_FAILED = 500;
export const MOST_SLOW = 100;
const MOST_NAME = 300;

export function keptOf(report: TestReport): KeptTests {
  const { name = null, kind = null, format, budget = null, cases } = report;
  const of = (status: TestReport["cases"][number]["status"]): string[] =>
    cases.filter((each) => each.status === status).map((each) => each.name);
  const [passed, failed] = [of("passed"), of("failed")];
  const timed = cases.flatMap(({ name: said, status, durationMs }) =>
    status === "skipped" || durationMs === null ? [] : [[shortened(said), durationMs] as [string, number]],
  );
  const known = cases.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  return {
    ...{ name, kind, format, budget },
    ...{ passed: passed.length, failed: failed.length },
    skipped: cases.length - passed.length - failed.length,
    durationMs: known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0),
    failures: [...new Set(failed.map(shortened))].slice(0, MOST_FAILED),
    slowest: timed.sort((a, b) => b[1] - a[1]).slice(0, MOST_SLOW),
    passedMarks: marksOf(passed.map(shortened)),
  };
}

/** Long names keep both ends: what tells cases of one suite apart stands mostly at the end. */
const shortened = (name: string): string =>
  name.length <= MOST_NAME ? name : `${name.slice(0, MOST_NAME / 2)}…${name.slice(-MOST_NAME / 2)}`;

/** FNV-1a, and the last step of MurmurHash3 that spreads it over all 32 bits. */
function markOf(name: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01_00_01_93);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The characters of one call stay few: each is an argument of a function. */
const CHUNK = 8192;

function marksOf(names: readonly string[]): string {
  const bytes = new Uint8Array(names.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, name] of names.entries()) view.setUint32(at * 4, markOf(name));
  const chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, nth) =>
    String.fromCharCode(...bytes.subarray(nth * CHUNK, (nth + 1) * CHUNK)),
  );
  return btoa(chunks.join(""));
}

/**
 * Which of these names a report says that passed. A name that did not is taken for one that did in n of 2^32 cases, n being
 * the passed cases of the report: once in 86,000 for a report of 50,000.
 */
export function passedAmong({ passedMarks }: KeptTests, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const bytes = atob(passedMarks);
  const wanted = new Map(names.map((name) => [markOf(name), name]));
  const found = new Set<string>();
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const name = wanted.get(markAt(bytes, at));
    if (name !== undefined) found.add(name);
  }
  return [...found];
}

const markAt = (bytes: string, at: number): number =>
  ((bytes.charCodeAt(at) << 24) |
    (bytes.charCodeAt(at + 1) << 16) |
    (bytes.charCodeAt(at + 2) << 8) |
    bytes.charCodeAt(at + 3)) >>>
  0;
