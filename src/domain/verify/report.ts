/** What a verification says: one result for each check, and whether all that must hold does. Pure. */

export type CheckStatus = "passed" | "failed" | "warned" | "skipped";
/** A gate that fails stops what comes after it; a warning is told. */
export type Severity = "gate" | "warn";

export interface CheckResult {
  name: string;
  kind: string;
  severity: Severity;
  status: CheckStatus;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  /** How often it was tried until it was settled; 0 = not at all. */
  attempts: number;
  /** What is wrong, in words. */
  error: string | null;
  expected?: string;
  actual?: string;
}

export interface VerifyReport {
  /** No gate failed. Without any check too. */
  passed: boolean;
  results: CheckResult[];
}

/** @param isStopped it was ended before all was asked: that proves nothing */
export const reportOf = (results: CheckResult[], isStopped = false): VerifyReport => ({
  passed: !isStopped && results.every(({ status }) => status !== "failed"),
  results,
});

/** `3 passed, 1 failed`, without what there is none of. */
export function sayCounts({ results }: Pick<VerifyReport, "results">): string {
  const counts = new Map<CheckStatus, number>();
  for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1);
  const order: readonly CheckStatus[] = ["passed", "failed", "warned", "skipped"];
  return order
    .flatMap((status) => (counts.has(status) ? [`${counts.get(status)} ${status}`] : []))
    .join(", ");
}
