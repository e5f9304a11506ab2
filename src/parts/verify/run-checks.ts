/** Runs checks: lanes side by side, each check until it is settled. Every one is one activity in the log. */
import { setTimeout as pause } from "node:timers/promises";
import type { Actor } from "../../domain/activity.ts";
import { fill, mapTexts } from "../../domain/pipeline/template.ts";
import { shortened } from "../../domain/verify/expect.ts";
import type { CommonSpec } from "../../domain/verify/forms.ts";
import { type CheckResult, reportOf, type VerifyReport } from "../../domain/verify/report.ts";
import { ViceError } from "../../kit/errors.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { CheckAnswer, Checkers, Cookies } from "../../ports/check.ts";
import type { LogWriter } from "../../ports/services.ts";
import { hide } from "./hide.ts";
import { type ReadCheck, readChecks } from "./read-checks.ts";
import { checkEvents } from "./record-checks.ts";

export interface CheckContext {
  /** Folder that paths of checks are seen from. */
  cwd: string;
  /** Values and secrets of the application. */
  env: Readonly<Record<string, string>>;
  /** Texts that never stand in a result. */
  secrets: readonly string[];
  service: string | null;
  environment: string | null;
  /** What should run there. */
  version: string | null;
  commitSha: string | null;
  /** Where it runs. */
  url: string | null;
  signal: AbortSignal;
  /** A line for people, now and then. */
  log?: (line: string) => void;
  /** The activity that they belong to, and its trace. */
  parentId?: string | null;
  traceId?: string | null;
  /** Who asked: the identity, and the person. */
  by?: { id: string; actor: Actor } | null;
}

export interface CheckDeps {
  checks: Checkers;
  /** `null` = nothing is recorded. */
  log: Pick<LogWriter, "append"> | null;
  now: () => number;
}

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
  const running = new Running(context, deps, run);
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

interface Chain {
  cookies: Cookies;
  captures: Record<string, string>;
  /** Where it is in the whole, for the names of files. */
  place: string;
}

interface Attempt {
  answer: CheckAnswer;
  /** It would be the same the next time. */
  isFinal: boolean;
}

class Running {
  readonly #context: CheckContext;
  readonly #deps: CheckDeps;
  readonly #run: string;

  constructor(context: CheckContext, deps: CheckDeps, run: string) {
    this.#context = context;
    this.#deps = deps;
    this.#run = run;
  }

  async lane(checks: readonly ReadCheck[], at: number): Promise<CheckResult[]> {
    const cookies = this.#deps.checks.cookies();
    const captures: Record<string, string> = {};
    const results: CheckResult[] = [];
    let reason: string | null = null;
    for (const [step, check] of checks.entries()) {
      if (this.#context.signal.aborted) reason ??= "it was stopped before it began";
      const chain = { cookies, captures, place: `${at + 1}.${step + 1}` };
      const result: CheckResult = reason === null ? await this.#one(check, chain) : this.#left(check, reason);
      results.push(result);
      if (result.status === "failed") reason = `"${result.name}" failed before it`;
    }
    return results;
  }

  #left({ name, checker, spec }: ReadCheck, error: string): CheckResult {
    const { severity } = spec;
    const startedAt = new Date(this.#deps.now()).toISOString();
    const none = { startedAt, durationMs: 0, attempts: 0 };
    return { name, kind: checker.kind, severity, status: "skipped", ...none, error };
  }

  async #one(check: ReadCheck, chain: Chain): Promise<CheckResult> {
    const { name, checker, spec } = check;
    const startedAt = new Date(this.#deps.now()).toISOString();
    const begun = performance.now();
    const { answer, attempts } = await this.#settled(check, chain, begun);
    Object.assign(chain.captures, answer.captures);
    const { error, expected, actual } = answer;
    const status = error === null ? "passed" : spec.severity === "warn" ? "warned" : "failed";
    const result: CheckResult = {
      ...{ name, kind: checker.kind, severity: spec.severity, status, startedAt },
      ...{ durationMs: Math.round(performance.now() - begun), attempts, error },
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
    };
    this.#context.log?.(sayResult(result));
    return result;
  }

  /** Tries until it passed often enough in a row, or until the time for that is over. */
  async #settled(
    check: ReadCheck,
    chain: Chain,
    begun: number,
  ): Promise<{ answer: CheckAnswer; attempts: number }> {
    const { settle, every, stable } = check.spec;
    const { signal } = this.#context;
    let inRow = 0;
    for (let attempts = 1; ; attempts += 1) {
      const { answer, isFinal } = await this.#attempt(check, chain, attempts);
      inRow = answer.error === null ? inRow + 1 : 0;
      const isOver = performance.now() - begun + every > settle;
      if (isFinal || inRow >= stable || (inRow === 0 && isOver) || signal.aborted)
        return { answer, attempts };
      await pause(every, undefined, { signal }).catch(() => {});
    }
  }

  async #attempt({ checker, given, spec }: ReadCheck, chain: Chain, attempt: number): Promise<Attempt> {
    const failed = (error: string): Attempt => ({ answer: { error, captures: {} }, isFinal: true });
    const { values, missing } = this.#secretsOf(spec);
    if (missing !== null) return failed(`the variable ${missing} is not set where vice runs`);
    const secrets = [...this.#context.secrets, ...Object.values(values)];
    const { filled, unknown } = this.#filled(given, values, chain.captures);
    if (unknown !== null) return failed(sayUnknown(unknown));
    const parsed = checker.schema.safeParse(filled);
    if (!parsed.success)
      return failed(hide(`filled in, it is not right: ${parsed.error.issues[0]?.message}`, secrets));
    const { cwd, version, commitSha, env, signal } = this.#context;
    const late = AbortSignal.timeout(spec.timeout);
    const answer = await checker
      .run({
        ...{ spec: parsed.data, cwd, version, commitSha, secrets, cookies: chain.cookies },
        env: { ...env, ...values },
        ...{ run: this.#run, step: `${chain.place}.${attempt}` },
        signal: AbortSignal.any([late, signal]),
      })
      .catch((error: unknown): CheckAnswer => {
        const said = error instanceof Error ? error.message : String(error);
        return { error: said, captures: {} };
      });
    const told = this.#stopped(answer, late, spec);
    return { answer: masked(told, secrets), isFinal: false };
  }

  #stopped(answer: CheckAnswer, late: AbortSignal, { timeout }: CommonSpec): CheckAnswer {
    if (answer.error === null) return answer;
    if (this.#context.signal.aborted) return { ...answer, error: "it was stopped" };
    return late.aborted ? { ...answer, error: `it did not answer within ${timeout} ms` } : answer;
  }

  #secretsOf({ secrets }: CommonSpec): { values: Record<string, string>; missing: string | null } {
    const found = secrets.map(
      (name) => [name, this.#context.env[name] ?? this.#deps.checks.secret(name)] as const,
    );
    const missing = found.find(([, value]) => value === null)?.[0] ?? null;
    return { values: Object.fromEntries(found.map(([name, value]) => [name, value ?? ""])), missing };
  }

  #filled(
    given: unknown,
    secrets: Readonly<Record<string, string>>,
    captures: Readonly<Record<string, string>>,
  ): { filled: unknown; unknown: string | null } {
    const { env, version, commitSha, url, service, environment } = this.#context;
    const plain: Readonly<Record<string, string | null>> = {
      version,
      commit: commitSha,
      url,
      service,
      environment,
    };
    const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      env: { ...env, ...secrets },
      captures,
    };
    let unknown: string | null = null;
    const change = (text: string): string =>
      fill(text, ([root = "", name = ""]) => {
        const of = known[root];
        const value = of === undefined ? plain[root] : Object.hasOwn(of, name) ? of[name] : undefined;
        if (value === undefined || value === null) unknown ??= name === "" ? root : `${root}.${name}`;
        return value ?? "";
      });
    return { filled: mapTexts(given, change), unknown };
  }
}

const HINTS: Readonly<Record<string, string>> = {
  url: "say where it runs: --url, or the target of the deployment",
  version: "say it: --version",
  commit: "say it: --commit",
  environment: "name the environment",
  service: "name the service",
};

const sayUnknown = (place: string): string => {
  const hint = place.startsWith("env.")
    ? "it is no value of the application; name a variable of vice's own under secrets"
    : (HINTS[place] ?? "the check that captures it gave none");
  return `\${{ ${place} }} is not known: ${hint}`;
};

function masked(answer: CheckAnswer, secrets: readonly string[]): CheckAnswer {
  const { error, expected, actual, captures } = answer;
  return {
    error: error === null ? null : hide(error, secrets),
    ...(expected === undefined ? {} : { expected: hide(expected, secrets) }),
    ...(actual === undefined ? {} : { actual: shortened(hide(actual, secrets)) }),
    captures,
  };
}

export function sayResult({ name, status, error, attempts }: CheckResult): string {
  const often = attempts > 1 ? ` after ${attempts} attempts` : "";
  return `${name}: ${status}${often}${error === null ? "" : `: ${error}`}`;
}
