/** Reads the reports of tests back from the checks that they became, newest first. */
import { type KeptTests, keptOf } from "../../../domain/verify/kept-tests.ts";
import type { PlacedReport } from "../../../domain/verify/test-figures.ts";
import { testReportSchema } from "../../../domain/verify/test-report.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import type { Span } from "./usual-input.ts";

/** The newest are enough to see what is slow or flaky. */
const MOST = 500;
const PAGE = 50;
/** So much is read at most: marks of 50,000 cases are 260 KiB. */
const MOST_CASES = 10_000_000;

export interface FoundReport extends PlacedReport {
  /** The check that it became. */
  id: string;
}

export interface FoundReports {
  reports: FoundReport[];
  /** Whether only the newest were looked at. */
  sampled: boolean;
  /** Reports of before vice kept cases by themselves, whose raw body is dropped. */
  withoutCases: number;
}

/** In small pieces: others have their turn between them. */
export async function testReports(
  { store }: Pick<Services, "store">,
  scope: Pick<ActivityFilter, "service" | "team" | "environment" | "tier">,
  { fromMs, toMs }: Span,
  nowMs: number,
): Promise<FoundReports> {
  const found: FoundReports = { reports: [], sampled: false, withoutCases: 0 };
  const filter = { ...scope, kind: "check" as const, source: "tests", sinceMs: fromMs, untilMs: toMs };
  let cases = 0;
  let cursor: string | null = null;
  do {
    const page: ReturnType<typeof store.read.activities> = store.read.activities(filter, PAGE, cursor, nowMs);
    for (const { id, service, environment, commitSha, occurredAt: at } of page.items) {
      if (found.reports.length >= MOST || cases >= MOST_CASES) return { ...found, sampled: true };
      const report = store.testReports.kept(id) ?? fromBody(store, id, nowMs);
      if (report === null) found.withoutCases += 1;
      else found.reports.push({ id, service, environment, commitSha, at, report });
      cases += report === null ? 0 : report.passed + report.failed;
    }
    cursor = page.next;
    await new Promise((resolve) => setImmediate(resolve));
  } while (cursor !== null);
  return found;
}

/** What came before vice kept cases stands in the raw body alone. */
function fromBody({ read }: Services["store"], id: string, nowMs: number): KeptTests | null {
  const body = read.detail(id, nowMs)?.deliveries[0]?.body ?? null;
  if (body === null) return null;
  try {
    const { data } = testReportSchema.safeParse(JSON.parse(Buffer.from(body).toString("utf8")));
    return data === undefined ? null : keptOf(data);
  } catch {
    return null; // kept by another version, or cut: the check itself stays
  }
}
