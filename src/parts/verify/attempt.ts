/** One look of one check: its texts filled in, its time limited, and no secret in what it says. */
import { fill, mapTexts } from "../../domain/pipeline/template.ts";
import { shortened } from "../../domain/verify/expect.ts";
import type { CommonSpec } from "../../domain/verify/forms.ts";
import { sayDuration } from "../../kit/duration.ts";
import type { CheckAnswer, Checkers, Cookies } from "../../ports/check.ts";
import type { CheckContext } from "./check-context.ts";
import type { ReadCheck } from "./read-checks.ts";

/** The chain that a check is in. */
export interface Chain {
  cookies: Cookies;
  captures: Record<string, string>;
  /** Where it is in the whole, for the names of files. */
  place: string;
}

export interface Attempt {
  answer: CheckAnswer;
  /** It would be the same the next time. */
  isFinal: boolean;
}

export interface Frame {
  context: CheckContext;
  checkers: Checkers;
  /** Names the files of commands. */
  run: string;
}

const never = (error: string): Attempt => ({ answer: { error, captures: {} }, isFinal: true });

export async function attempt(
  { checker, given, spec }: ReadCheck,
  chain: Chain,
  number: number,
  { context, checkers, run }: Frame,
): Promise<Attempt> {
  const { cwd, version, commitSha, env, signal } = context;
  const { values, missing } = secretsOf(spec, context, checkers);
  if (missing !== null) return never(`the variable ${missing} is not set where vice runs`);
  const { filled, unknown } = filledIn(given, values, chain.captures, context);
  if (unknown !== null) return never(sayUnknown(unknown));
  const secrets = [...context.secrets, ...Object.values(values)];
  const hide = (text: string): string => checkers.mask(text, secrets);
  const parsed = checker.schema.safeParse(filled);
  if (!parsed.success) return never(hide(`filled in, it is not right: ${parsed.error.issues[0]?.message}`));
  const late = AbortSignal.timeout(spec.timeout);
  const call = {
    ...{ spec: parsed.data, cwd, version, commitSha, secrets, cookies: chain.cookies },
    env: { ...env, ...values },
    ...{ run, step: `${chain.place}.${number}`, signal: AbortSignal.any([late, signal]) },
  };
  const answer = await checker.run(call).catch((error: unknown): CheckAnswer => {
    const said = error instanceof Error ? error.message : String(error);
    return { error: said, captures: {} };
  });
  return { answer: masked(stopped(answer, signal, late, spec), hide), isFinal: false };
}

/** Why it failed matters less than that its time was over. */
function stopped(
  answer: CheckAnswer,
  signal: AbortSignal,
  late: AbortSignal,
  { timeout }: CommonSpec,
): CheckAnswer {
  if (answer.error === null) return answer;
  if (signal.aborted) return { ...answer, error: STOPPED };
  return late.aborted ? { ...answer, error: `it did not answer within ${sayDuration(timeout)}` } : answer;
}

export const STOPPED = "it was stopped";

/** Of the application, else of vice's own environment. */
function secretsOf(
  { secrets }: CommonSpec,
  { env }: CheckContext,
  checkers: Checkers,
): { values: Record<string, string>; missing: string | null } {
  const found = secrets.map((name) => [name, env[name] ?? checkers.secret(name)] as const);
  const missing = found.find(([, value]) => value === null)?.[0] ?? null;
  return { values: Object.fromEntries(found.map(([name, value]) => [name, value ?? ""])), missing };
}

const ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/|\$\{\{\s*(?:url|env\.\w+|captures\.\w+)\s*\}\}[/?])/i;

/** @returns the first place that means nothing now, or `null` */
function filledIn(
  given: unknown,
  secrets: Readonly<Record<string, string>>,
  captures: Readonly<Record<string, string>>,
  { env, version, commitSha, url, service, environment }: CheckContext,
): { filled: unknown; unknown: string | null } {
  const plain = new Map(Object.entries({ version, commit: commitSha, url, service, environment }));
  const named = new Map(Object.entries({ env: { ...env, ...secrets }, captures }));
  let unknown: string | null = null;
  const change = (text: string): string => {
    const isAddress = ADDRESS.test(text);
    return fill(text, ([root = "", name = ""]) => {
      const of = named.get(root);
      const value = of === undefined ? plain.get(root) : Object.hasOwn(of, name) ? of[name] : null;
      if (value === undefined || value === null) unknown ??= of === undefined ? root : `${root}.${name}`;
      // A version is said by anybody, and is one part of an address at most.
      return isAddress && root === "version" ? encodeURIComponent(value ?? "") : (value ?? "");
    });
  };
  return { filled: mapTexts(given, change), unknown };
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

function masked(answer: CheckAnswer, hide: (text: string) => string): CheckAnswer {
  const { error, expected, actual, captures } = answer;
  return {
    error: error === null ? null : hide(error),
    ...(expected === undefined ? {} : { expected: hide(expected) }),
    ...(actual === undefined ? {} : { actual: shortened(hide(actual)) }),
    captures,
  };
}
