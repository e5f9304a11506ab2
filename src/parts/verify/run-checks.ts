/** Runs checks: lanes side by side, each check until it is settled. Every one is one activity in the log. */
import { setTimeout as pause } from "node:timers/promises";
import { type CheckResult, reportOf, type VerifyReport } from "../../domain/verify/report.ts";
import { ViceError } from "../../kit/errors.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { CheckAnswer } from "../../ports/check.ts";
import { attempt, type Chain, type Frame, STOPPED } from "./attempt.ts";
import type { CheckContext, CheckDeps } from "./check-context.ts";
import { type ReadCheck, readChecks } from "./read-checks.ts";
import { checkEvents } from "./record-checks.ts";

const AT_ONCE = 8;

/** @throws ViceError `data.invalid` when the checks are not right, `store.unavailable` when they cannot be recorded */
export async function runChecks(
  checks: unknown,
  context: CheckContext,
  deps: CheckDeps,
): Promise<VerifyReport> {
  const { lanes, problems } = readChecks(checks, deps.checks);
  const [wrong] = problems;
  if (wrong !== undefined)
    throw new ViceError("data.invalid", {
      message: `The checks are not right: verify.${wrong.path.join(".")}: ${wrong.problem}.`,
      hint: "Say them right: vice project check",
    });
  const run = uuidv7(deps.now());
  const running = new Running({ context, checkers: deps.checks, run }, deps.now);
  const results = await limited(lanes, AT_ONCE, (lane, at) => running.lane(lane, at)).finally(() =>
    deps.checks.done(run),
  );
  const report = reportOf(results.flat(), context.signal.aborted);
  const events = checkEvents(report.results, context, deps.now);
  if (deps.log !== null && events.length > 0) await deps.log.append({ delivery: null, events });
  return report;
}

/** In the order of the items, so many of them at once. */
async function limited<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results.set(at, await work(item, at));
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return items.flatMap((_, at) => results.get(at) ?? []);
}

class Running {
  readonly #frame: Frame;
  readonly #now: () => number;

  constructor(frame: Frame, now: () => number) {
    this.#frame = frame;
    this.#now = now;
  }

  /** What comes after a gate that failed is left. */
  async lane(checks: readonly ReadCheck[], at: number): Promise<CheckResult[]> {
    const { context, checkers } = this.#frame;
    const shared = { cookies: checkers.cookies(), captures: {} };
    const results: CheckResult[] = [];
    let reason: string | null = null;
    for (const [step, check] of checks.entries()) {
      if (context.signal.aborted) reason ??= "it was stopped before it began";
      const chain = { ...shared, place: `${at + 1}.${step + 1}` };
      const result: CheckResult = reason === null ? await this.#one(check, chain) : this.#left(check, reason);
      results.push(result);
      if (result.status === "failed") reason = `"${result.name}" failed before it`;
    }
    return results;
  }

  #left({ name, checker, spec }: ReadCheck, error: string): CheckResult {
    const { severity } = spec;
    const none = { startedAt: this.#time(), durationMs: 0, attempts: 0 };
    return { name, kind: checker.kind, severity, status: "skipped", ...none, error };
  }

  async #one(check: ReadCheck, chain: Chain): Promise<CheckResult> {
    const { name, checker, spec } = check;
    const startedAt = this.#time();
    const begun = performance.now();
    const { answer, attempts } = await this.#settled(check, chain, begun);
    Object.assign(chain.captures, answer.captures);
    const { error, expected, actual } = answer;
    // What was stopped says nothing about what runs there.
    const isStopped = error === STOPPED && this.#frame.context.signal.aborted;
    const wrong = spec.severity === "warn" ? "warned" : "failed";
    const status = error === null ? "passed" : isStopped ? "skipped" : wrong;
    const result: CheckResult = {
      ...{ name, kind: checker.kind, severity: spec.severity, status, startedAt },
      ...{ durationMs: Math.round(performance.now() - begun), attempts, error },
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
    };
    this.#frame.context.log?.(sayResult(result));
    return result;
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }

  /** Tries until it passed often enough in a row, or until the time for that is over. */
  async #settled(
    check: ReadCheck,
    chain: Chain,
    begun: number,
  ): Promise<{ answer: CheckAnswer; attempts: number }> {
    const { settle, every, stable } = check.spec;
    const { signal } = this.#frame.context;
    let inRow = 0;
    for (let attempts = 1; ; attempts += 1) {
      const { answer, isFinal } = await attempt(check, chain, attempts, this.#frame);
      inRow = answer.error === null ? inRow + 1 : 0;
      const isOver = performance.now() - begun + every > settle;
      if (isFinal || inRow >= stable || (inRow === 0 && isOver)) return { answer, attempts };
      await pause(every, undefined, { signal }).catch(() => {});
      // A success that was to last proves nothing when it was not looked at again.
      if (signal.aborted) return { answer: { ...answer, error: STOPPED }, attempts };
    }
  }
}

function sayResult({ name, status, error, attempts }: CheckResult): string {
  const often = attempts > 1 ? ` after ${attempts} attempts` : "";
  return `${name}: ${status}${often}${error === null ? "" : `: ${error}`}`;
}
