/** A command: one definition from which every door (terminal, HTTP, later chat) makes its own words. */
import type { z } from "zod";
import { ViceError } from "./errors.ts";
import { problemsOf } from "./say-issue.ts";
import { WrittenJson } from "./written-json.ts";

/** Problems of one input that are told. */
const MOST_ISSUES = 20;

export const SCOPES = ["read", "write", "deploy", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who runs a command. */
export interface Principal {
  /** For the audit log: `local`, `token:<id>`, `oidc:<subject>`. */
  id: string;
  name: string;
  scopes: readonly Scope[];
}

/** A part of long work that has parts, for doors that can show them one below the other. */
export interface ProgressPart {
  name: string;
  /** `held`: it has begun, and something stands in its way. */
  state: "waits" | "runs" | "asks" | "held" | "done" | "failed" | "left";
  /** Milliseconds since 1970. */
  startedMs: number | null;
  endedMs: number | null;
  /** What it said last, or why it is so; empty = nothing. */
  last: string;
}

/** What every command gets beside its input. */
export interface CommandContext<Services> {
  services: Services;
  principal: Principal;
  /** Milliseconds since 1970, passed in so that tests can set it. */
  now: () => number;
  /** Progress of long work, 0..1 or null when unknown, with a word on what is happening, its parts if it has some, and the run of a pipeline that it is. */
  progress: (share: number | null, what: string, parts?: readonly ProgressPart[], run?: string) => void;
  /** Its reason is `Canceled` when whoever asked wants it no more; else the door ends. */
  signal: AbortSignal;
}

export interface Command<
  Services,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  /** `part.verb`; the last segment of `POST /v1/commands/:id`. */
  id: string;
  /** Words on the command line, without the part: `["status"]`. `null` = only as `vice <part> <verb>`. */
  words: readonly string[] | null;
  part: Part;
  /** What the name of the part alone means: `vice deploy shop`, `vice pride shop`. One in each part. */
  isDefault?: true;
  summary: string;
  /** A few command lines, examples first in help. */
  examples: readonly string[];
  /** What else its help has to say: a title, and rows of a word and what it means. */
  topics?: ReadonlyArray<{ title: string; rows: ReadonlyArray<readonly [word: string, about: string]> }>;
  /** `danger`: chat asks first, the terminal asks on a TTY. */
  effect: "read" | "write" | "danger";
  /** For what only reads: which input a server notes all the same, because of what it gives away. */
  noted?: (input: z.output<Input>) => boolean;
  /** The scope it needs when it differs from the effect's own (read: read, write: write, danger: admin). */
  scope?: Scope;
  /** Input keys that may be given without a flag, in order; `...key` takes the rest. */
  positional: readonly string[];
  input: Input;
  output: Output;
  /** An extra REST route of the contract; input keys come from path, query and body. */
  http?: {
    method: "GET" | "POST";
    path: string;
    /** The same with every key in the query, for callers that cannot percent-encode a path. */
    queryPath?: string;
  };
  /**
   * `false`: runs on the machine of the home without its store, which may be missing or damaged (restoring one).
   * A function: does so for an input that brings all that is needed, such as the project file of this folder.
   */
  needsStore?: false | ((input: Readonly<Record<string, unknown>>) => boolean);
  /** Which key of the output is the list, for `--csv`. */
  list?: string;
  /** Returns data, never prints. */
  run: (
    input: z.output<Input>,
    ctx: CommandContext<Services>,
  ) => Promise<z.input<Output>> | z.input<Output> | WrittenJson<z.input<Output>>;
  /** What the terminal writes into a file where it is itself, which may be far from the server; `null` = nothing. */
  writes?: (input: z.output<Input>, result: z.output<Output>) => { path: string; text: string } | null;
  /** For what goes on (`--follow`): the input of the next call; `null` = that was all. Doors that cannot go on ignore it. */
  again?: (input: z.output<Input>, result: z.output<Output>) => z.input<Input> | null;
  /** Milliseconds before that call, in which nothing is held. */
  pauseMs?: (input: z.output<Input>) => number;
  /** One way to say it, for terminal and chat. */
  text: (result: z.output<Output>, style: TextStyle) => string;
  /** The exit code of the terminal when the answer itself says no; without it 0. */
  exit?: (result: z.output<Output>) => number;
  /** What a person should know beside it; goes to stderr, so that the text can be taken as it is. Empty = nothing. */
  note?: (result: z.output<Output>) => string;
}

/** How the terminal wants its words: widths, colours, the present moment. */
export interface TextStyle {
  nowMs: number;
  columns: number;
  color: (name: "bold" | "dim" | "red" | "green" | "yellow" | "cyan", text: string) => string;
}

export const PARTS = {
  deploy: "pride",
  config: "envy",
  verify: "wrath",
  notify: "lust",
  auto: "sloth",
  data: "greed",
  viz: "gluttony",
} as const;
/** The seven parts, and `vice` for what concerns the house itself (token, doctor). */
export type Part = keyof typeof PARTS | "vice";

/** All REST routes of a command; none, one, or two. */
export const routesOf = ({
  http,
}: Pick<Command<never>, "http">): Array<{ method: "GET" | "POST"; path: string }> =>
  http === undefined
    ? []
    : [http.path, http.queryPath].flatMap((path) =>
        path === undefined ? [] : [{ method: http.method, path }],
      );

/** Whether it works with the store, here or behind a server. */
export function needsStore(
  { needsStore: said }: Pick<Command<never>, "needsStore">,
  input: unknown,
): boolean {
  return typeof said === "function" ? said(Object(input)) : said !== false;
}

const EFFECT_SCOPE = { read: "read", write: "write", danger: "admin" } as const;

export const scopeOf = (command: Command<never>): Scope => command.scope ?? EFFECT_SCOPE[command.effect];

/** `admin` may do all, `write` and `deploy` may read. */
export function allows(scopes: readonly Scope[], wanted: Scope): boolean {
  if (scopes.includes("admin") || scopes.includes(wanted)) return true;
  return wanted === "read" && scopes.length > 0;
}

/**
 * Parses, checks permission, runs and checks the output: the one way any door runs any command.
 * @param written what is JSON already is read, or kept as it is and not checked
 */
export async function invoke<Services>(
  command: Command<Services>,
  rawInput: unknown,
  ctx: CommandContext<Services>,
  written: "read" | "kept" = "read",
): Promise<unknown> {
  const scope = scopeOf(command as Command<never>);
  if (!allows(ctx.principal.scopes, scope)) throw new ViceError("auth.forbidden", { scope });
  const input = command.input.safeParse(rawInput);
  if (!input.success) throw new ViceError("input.invalid", describeIssues(input.error, rawInput));
  const result = await command.run(input.data, ctx);
  if (!(result instanceof WrittenJson)) return command.output.parse(result);
  return written === "kept" ? result : command.output.parse(result.toJSON());
}

/** The first problem in words, all of them in the details. */
export function describeIssues(error: z.ZodError, given: unknown): Record<string, unknown> {
  const problems = problemsOf(error, given);
  const issues = problems.slice(0, MOST_ISSUES).map(({ path, problem, nearest }) => ({
    path: path.join("."),
    problem,
    ...(nearest === null ? {} : { nearest }),
  }));
  const [first] = issues;
  if (first === undefined) return { message: "The input is not right.", issues };
  const message = `${first.path ? `${first.path}: ` : ""}${first.problem}.`;
  if (first.nearest === undefined) return { message, issues };
  return { message, nearest: first.nearest, hint: `Did you mean "${first.nearest}"?`, issues };
}
