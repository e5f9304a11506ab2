/** Port: kinds of checks. One adapter for each kind; it looks once, and says whether it was as it should be. */
import type { z } from "zod";
import type { CommonSpec } from "../domain/verify/forms.ts";
import type { ProcessRunner } from "./process-runner.ts";

/** What a check is told. Texts of the specification are filled in. */
export interface CheckCall<Spec = CommonSpec> {
  spec: Spec;
  /** Folder that paths are seen from. */
  cwd: string;
  /** Values and secrets for commands. Never in arguments, never in results. */
  env: Readonly<Record<string, string>>;
  /** Texts that never stand in a log. */
  secrets: readonly string[];
  /** What is expected to run there; `null` = nobody said. */
  version: string | null;
  commitSha: string | null;
  /** Of the chain: what one check was given the next one sends. */
  cookies: Cookies;
  /** Names the files of commands: the run, and this attempt in it. */
  run: string;
  step: string;
  /** Aborted at the end of its time, and when all is stopped. */
  signal: AbortSignal;
}

export interface Cookies {
  /** Takes `Set-Cookie` lines of an answer. */
  take(url: URL, lines: readonly string[]): void;
  /** The `Cookie` header for a request; `null` = none. */
  for(url: URL): string | null;
  all(): Readonly<Record<string, string>>;
}

export interface CheckAnswer {
  /** `null` = all is as it should be; else what is wrong. */
  error: string | null;
  expected?: string;
  actual?: string;
  /** Values for later checks of the chain. */
  captures: Readonly<Record<string, string>>;
}

export interface Checker<Spec extends CommonSpec = CommonSpec> {
  /** `type:` in the file. */
  kind: string;
  /** One line for the documents. */
  about: string;
  schema: z.ZodType<Spec>;
  /** What is checked, for its name: an address, a command. Of the form as it was read, with places not filled in. */
  subject(spec: Spec): string;
  /** Looks once. What goes wrong is an answer too: rejects only for a bug. */
  run(call: CheckCall<Spec>): Promise<CheckAnswer>;
}

export interface Checkers {
  kinds(): readonly string[];
  /** `null` = there is none. */
  get(kind: string): Checker | null;
  /** A variable of vice's own environment that a check names as its secret; `null` = not set, or not for checks. */
  secret(name: string): string | null;
  /** Cookies of one chain. */
  cookies(): Cookies;
  /** Takes secrets out of a text, in whatever form they stand there. */
  mask(text: string, secrets: readonly string[]): string;
  /** All checks of a run have ended: the files of its commands go. */
  done(run: string): Promise<void>;
}

/** What kinds of checks are made from. */
export interface CheckerParts {
  processes: ProcessRunner;
}
