/** What fails: steps that failed and succeeded on the same commit, and error texts that are the same but for numbers. */
import { clusterErrors, type ErrorCluster, patternOf } from "../../../domain/durations/error-clusters.ts";
import { type Step, stepKey } from "../../../domain/durations/step.ts";
import type { Services } from "../../../ports/services.ts";
import { inSlices } from "../in-slices.ts";
import { readSteps, type StepRow } from "./rows-of-step.ts";

/** The newest failures that are looked at. */
const MOST = 5000;

export interface Flaky {
  kind: Step["kind"];
  name: string;
  service: string | null;
  /** Commits on which it failed and succeeded. */
  commits: number;
  /** Failures on those commits. */
  failures: number;
  lastAt: string;
  /** Id of the newest such failure. */
  example: string;
}

export async function failuresOf(
  services: Pick<Services, "store">,
  { service, sinceMs }: { service: string | undefined; sinceMs: number },
  nowMs: number,
): Promise<{ flaky: Flaky[]; errors: ErrorCluster[]; failures: number; sampled: boolean }> {
  const { rows, sampled } = await readSteps(
    services,
    { service, sinceMs, status: "failed" },
    () => true,
    nowMs,
    MOST,
  );
  const errors = rows.flatMap(({ activity: { id, error, occurredAt } }) =>
    error === null ? [] : [{ id, text: error, at: occurredAt }],
  );
  const flaky = await flakyOf(services, rows);
  const patterns = await inSlices(errors, ({ text }) => patternOf(text));
  return { flaky, errors: clusterErrors(errors, patterns), failures: rows.length, sampled };
}

/** @param rows newest first */
async function flakyOf({ store }: Pick<Services, "store">, rows: readonly StepRow[]): Promise<Flaky[]> {
  const commits = new Map<string, boolean>();
  const steps = new Map<string, Flaky & { seen: Set<string> }>();
  await inSlices(rows, ({ activity, step }) => {
    const { kind, name, service, commitSha } = step;
    if (commitSha === null) return;
    const key = JSON.stringify([service, stepKey(step)]);
    const onCommit = `${key} ${commitSha}`;
    const isFlaky = commits.get(onCommit) ?? store.durations.onCommit(step, commitSha).succeeded > 0;
    commits.set(onCommit, isFlaky);
    if (!isFlaky) return;
    const { id: example, occurredAt: lastAt } = activity;
    const found = steps.get(key) ?? {
      ...{ kind, name, service, commits: 0, failures: 0, lastAt, example, seen: new Set<string>() },
    };
    steps.set(key, found);
    found.seen.add(commitSha);
    found.commits = found.seen.size;
    found.failures += 1;
  });
  return [...steps.values()]
    .map(({ seen: _seen, ...flaky }) => flaky)
    .sort((a, b) => b.failures - a.failures || (a.lastAt < b.lastAt ? 1 : -1));
}
