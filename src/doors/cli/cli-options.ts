/** What the terminal door is given, and what its own verbs look like. */
import type { z } from "zod";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** `process.stdout` and `process.stderr`, or anything that takes text. */
export interface OutputStream extends NodeJS.WritableStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** `process.stdin`, or anything that gives text. */
export interface InputStream extends NodeJS.ReadableStream {
  isTTY?: boolean | undefined;
}

/** The store of this home with everything that works on it. */
export interface LocalHouse {
  services: Services;
  close: () => Promise<void> | void;
}

/**
 * Opens the store of a home.
 * @param mode writers take the exclusive lock, readers open read-only; `none` opens no store, for commands that put one
 * in its place
 * @param options `home` is the folder; `waitMs` is how long a writer waits for the lock
 * @throws ViceError `store.busy`, `store.damaged`, `store.newer`, `config.invalid`
 */
export type OpenLocal = (
  mode: "read" | "write" | "none",
  options: { home: string; waitMs: number },
) => Promise<LocalHouse>;

/** What a verb of the terminal alone works with. */
export interface Terminal {
  /** The environment; `VICE_HOME`, `VICE_SERVER` and `VICE_TOKEN` already hold what the flags said. */
  env: Env;
  stdin: InputStream;
  stdout: OutputStream;
  stderr: OutputStream;
  json: boolean;
  quiet: boolean;
  version: string;
}

/** A verb that only the terminal has (`serve`, `flush`, `completion`): it prints by itself and answers with an exit code. */
export interface Builtin<Input extends z.ZodType = z.ZodType> {
  words: readonly string[];
  summary: string;
  examples: readonly string[];
  positional: readonly string[];
  input: Input;
  /** Help that is already written (the verbs of the wrapper); it takes the place of the generated one. */
  help?: string;
  /** Not shown in help and completion. */
  hidden?: boolean;
  /** @returns the exit code. @throws ViceError */
  run: (input: z.output<Input>, terminal: Terminal) => Promise<number> | number;
}

/** Gives a verb its types; the table holds verbs of all inputs, and what they get has gone through their schema. */
export const defineBuiltin = <Input extends z.ZodType>(builtin: Builtin<Input>): Builtin =>
  builtin as Builtin;

export interface CliOptions {
  /** Without the program: `["status", "--json"]`. */
  argv: readonly string[];
  env: Env;
  stdin: InputStream;
  stdout: OutputStream;
  stderr: OutputStream;
  commands: readonly Command<Services>[];
  /** Verbs of the terminal alone, from the composition root; `help`, `completion` and the wrapper's come by themselves. */
  builtins: readonly Builtin[];
  openLocal: OpenLocal;
  version: string;
  /** Milliseconds since 1970; tests set it. */
  now?: () => number;
}
