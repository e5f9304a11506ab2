/**
 * `vice can-deploy` on the store of this machine, quickly. Every pipeline calls it, and loading all of vice takes many
 * times as long as the answer. So it is a bundle of its own, without schemas and commands: the same rules, asked of the
 * same rows, said in the same words. Whatever is not quite usual is left to the ordinary way, and so is every error.
 */

import { existsSync, fstatSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { openReader } from "../adapters/store/sqlite/reader.ts";
import { WHOLE_SHA } from "../domain/commits/sha.ts";
import type { Env } from "../doors/cli/cli-options.ts";
import { jsonText } from "../doors/cli/output/json-text.ts";
import { columnsOf, paintFor } from "../doors/cli/output/paint.ts";
import { localPrincipal } from "../doors/cli/place/local-principal.ts";
import { viceHome } from "../doors/cli/wrapper/home.ts";
import { answer, exitOf, type Question } from "../parts/deploy/rules/answer.ts";
import { sayVerdict } from "../parts/deploy/rules/say-verdict.ts";

export interface QuickAnswer {
  code: number;
  /** For standard output, without the last line break. */
  text: string;
}

const STDOUT = 1;

/** What knows terminals takes two milliseconds to load, and in a pipeline there is none. */
const isOutTerminal = (): boolean =>
  fstatSync(STDOUT).isCharacterDevice() && process.getBuiltinModule("node:tty").isatty(STDOUT);

/** What holds for the rules where no file says otherwise. */
export const WITHOUT_FILE = { rules: [], roles: [], environmentOrder: [], abandonAfterMs: 86_400_000 };

/**
 * @param words behind `can-deploy`
 * @param isTerminal whether standard output is one: it has colours, a pager and a person who does not mind
 * @returns `null` = the ordinary way has to answer
 */
export function quickCanDeploy(
  words: readonly string[],
  env: Env,
  isTerminal?: boolean,
  now: () => number = Date.now,
): QuickAnswer | null {
  try {
    const asked = (isTerminal ?? isOutTerminal()) ? null : readWords(words);
    const home = viceHome(env);
    return asked === null || !isUsual(env, home) ? null : ask(asked, home, env, now);
  } catch {
    return null; // the ordinary way says what is wrong
  }
}

function ask({ question, flags }: Words, home: string, env: Env, now: () => number): QuickAnswer | null {
  const store = openReader(join(home, "vice.db"), WITHOUT_FILE);
  if (store === null) return null;
  try {
    const services = { store, config: WITHOUT_FILE };
    const verdict = answer({ services, now, principal: localPrincipal() }, question);
    const pipe = { isTTY: false };
    const color = paintFor(pipe, env, !flags.has("no-color"));
    const text = flags.has("json")
      ? jsonText(verdict)
      : sayVerdict(verdict, { nowMs: now(), columns: columnsOf(pipe, env), color });
    return { code: exitOf(verdict), text: text.replace(/\n$/, "") };
  } finally {
    store.close();
  }
}

/** Any of these and there is a server to ask or a configuration to read. */
const ASKS_MORE = /^VICE_(SERVER|CONFIG|PORT|PUBLIC_URL|HOOK_SECRET_.*_FILE)$/;
const FILES = ["server.json", "vice.server.yaml", "secrets.json"];

function isUsual(env: Env, home: string): boolean {
  if (Object.entries(env).some(([name, value]) => value && ASKS_MORE.test(name))) return false;
  const files = [resolve("vice.server.yaml"), ...FILES.map((name) => join(home, name))];
  return !files.some((file) => existsSync(file)) && isEmpty(join(home, "spool"));
}

/** What waits there is taken in first, by the ordinary way. */
const isEmpty = (spool: string): boolean =>
  !existsSync(spool) || !readdirSync(spool).some((name) => name.endsWith(".ndjson"));

interface Words {
  question: Question;
  flags: ReadonlySet<string>;
}

const SWITCHES = ["json", "new", "quiet", "no-color"];
/** As the schema of the command takes them. */
const VALUES: Readonly<Record<string, RegExp>> = {
  version: /\S/,
  commit: WHOLE_SHA,
  commits: /^\d{1,9}$/,
  lines: /^\d{1,9}$/,
  holder: /\S/,
};

/** Only what is beyond doubt: two names, flags that are known, each once and each with a value. */
function readWords(words: readonly string[]): Words | null {
  const [names, flags, values]: [string[], Set<string>, Map<string, string>] = [[], new Set(), new Map()];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, flag = "", inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const fits = VALUES[flag];
    if (fits !== undefined && !values.has(flag)) {
      const value = inline ?? words[++at];
      if (value === undefined || value.startsWith("-") || !fits.test(value)) return null;
      values.set(flag, value.trim());
    } else if (SWITCHES.includes(flag) && inline === undefined) flags.add(flag);
    else if (/^[^-]/.test(word) && word.trim() !== "") names.push(word.trim());
    else return null;
  }
  const [service, environment, ...others] = names;
  if (service === undefined || environment === undefined || others.length > 0) return null;
  const numberOf = (flag: string): number | undefined => {
    const said = values.get(flag);
    return said === undefined ? undefined : Number(said);
  };
  const question: Question = {
    ...{ service, environment, new: flags.has("new"), holder: values.get("holder") },
    ...{ version: values.get("version"), commit: values.get("commit") },
    ...{ commits: numberOf("commits"), lines: numberOf("lines") },
  };
  return { question, flags };
}
