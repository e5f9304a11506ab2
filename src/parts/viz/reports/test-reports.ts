/** Reads the reports of tests back from the checks that they became, newest first. */
import type { PlacedReport } from "../../../domain/verify/test-figures.ts";
import { type TestReport, testReportSchema } from "../../../domain/verify/test-report.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import type { Span } from "./usual-input.ts";

/** The newest are enough to see what is slow or flaky. */
const MOST = 500;
const PAGE = 100;
/** So much is read at most: a report holds thousands of cases. */
const MOST_BYTES = 64 * 2 ** 20;

export interface FoundReport extends PlacedReport {
  /** The check that it became. */
  id: string;
}

export interface FoundReports {
  reports: FoundReport[];
  /** Whether only the newest were looked at. */
  sampled: boolean;
  /** Reports whose cases are no longer kept (retention of bodies). */
  withoutCases: number;
}

export function testReports(
  { store: { read } }: Pick<Services, "store">,
  scope: Pick<ActivityFilter, "service" | "team" | "environment" | "tier">,
  { fromMs, toMs }: Span,
  nowMs: number,
): FoundReports {
  const found: FoundReports = { reports: [], sampled: false, withoutCases: 0 };
  const filter = { ...scope, kind: "check" as const, source: "tests", sinceMs: fromMs, untilMs: toMs };
  let bytes = 0;
  let cursor: string | null = null;
  do {
    const page: ReturnType<typeof read.activities> = read.activities(filter, PAGE, cursor, nowMs);
    for (const { id, service, environment, commitSha, occurredAt: at } of page.items) {
      if (found.reports.length >= MOST || bytes >= MOST_BYTES) return { ...found, sampled: true };
      const body = read.detail(id, nowMs)?.deliveries[0]?.body ?? null;
      bytes += body?.length ?? 0;
      const report = body === null ? null : reportIn(body);
      if (report === null) found.withoutCases += 1;
      else found.reports.push({ id, service, environment, commitSha, at, report });
    }
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

function reportIn(body: Uint8Array): TestReport | null {
  try {
    return testReportSchema.safeParse(JSON.parse(Buffer.from(body).toString("utf8"))).data ?? null;
  } catch {
    return null; // kept by another version, or cut: the check itself stays
  }
}
