/** `vice run -- command`: runs a command untouched and records its start, its facts and its end. */
import type { SpoolEnd, SpoolStart } from "../../../domain/spool.ts";
import type { ChildEnd } from "./child.ts";
import { flushOnCi } from "./ci-flush.ts";
import type { FactFinding } from "./facts.ts";
import { sayGaps } from "./gaps.ts";
import { type Environment, serverAddress, withServer } from "./home.ts";
import { readId, uuidv7 } from "./ids.ts";
import { maskedCommand } from "./mask.ts";
import { type CommandLine, lastOf, nearestOf, type OptionTable, readCommandLine } from "./options.ts";
import { record } from "./record.ts";
import { printError } from "./say.ts";
import { startRecord } from "./start-record.ts";
import { childEnvironment, contextOf } from "./trace-context.ts";
import { help, wrongUsage } from "./usage.ts";
import { KIND_WORDS, kindOf } from "./words.ts";

const OPTIONS: OptionTable = {
  kind: "value",
  type: "value",
  service: "value",
  env: "value",
  environment: "value",
  version: "value",
  name: "value",
  parent: "value",
  tag: "values",
  server: "value",
  token: "value",
  quiet: "nothing",
  q: "nothing",
  json: "nothing",
  help: "nothing",
  h: "nothing",
};

export async function run(argv: readonly string[], env: Environment): Promise<number> {
  const line = readCommandLine(argv, OPTIONS);
  if (typeof line === "string") return wrongUsage("run", `${line} (the command to run goes behind --)`);
  if (line.values.has("help") || line.values.has("h")) return help("run");
  if (line.rest !== null && line.words.length > 0) return wrongUsage("run", `what is "${line.words[0]}"?`);
  const [command, ...args] = line.rest ?? line.words;
  if (!command) return wrongUsage("run", "which command?");
  const kind = lastOf(line, "kind");
  if (kind !== null && !KIND_WORDS.includes(kind.toLowerCase())) return wrongUsage("run", strangeKind(kind));
  return runRecorded(line, command, args, env);
}

function strangeKind(kind: string): string {
  const near = nearestOf(kind.toLowerCase(), KIND_WORDS);
  const kinds = [...new Set(KIND_WORDS.map((word) => kindOf(word).kind))].join(", ");
  return `"${kind}" is no kind${near === null ? "" : `; did you mean ${near}?`} (kinds: ${kinds})`;
}

async function runRecorded(
  line: CommandLine,
  command: string,
  args: readonly string[],
  given: Environment,
): Promise<number> {
  const env = withServer(given, { server: lastOf(line, "server"), token: lastOf(line, "token") });
  const now = Date.now();
  const id = uuidv7(now);
  const context = contextOf(env, id, readId(lastOf(line, "parent") ?? ""));
  const start: SpoolStart = startRecord(
    { line, env, id, now, context },
    lastOf(line, "kind", "type"),
    "action",
  );
  start.name = start.name || baseName(command);
  start.tags = { ...start.tags, command: maskedCommand([command, ...args]) };
  if (!line.values.has("q") && !line.values.has("json")) sayGaps(line, start);
  const began = process.hrtime();
  const started = record(env, start);
  const { runChild } = await import("./child.ts");
  const child = runChild(command, args, childEnvironment(given, id, context));
  const facts = lookAround(env, start);
  const ended = await child;
  const durationMs = millisecondsSince(began);
  if (ended.problem !== null) printError(`vice: ${ended.problem}`);
  await (await facts)?.finish();
  const end = endRecord(id, ended, durationMs);
  const recorded = record(env, end) && started;
  const server = serverAddress(env);
  const arrived = await flushOnCi(env, server);
  if (!line.values.has("quiet") && !line.values.has("q")) {
    const { reportJson, reportText } = await import("./report.ts");
    const report = line.values.has("json") ? reportJson : reportText;
    printError(report(env, { start, end, recorded, server, arrived }));
  }
  return leave(ended);
}

/** Whatever goes wrong in there is no reason to leave the command alone. */
async function lookAround(env: Environment, { id, kind }: SpoolStart): Promise<FactFinding | null> {
  try {
    const { findFacts } = await import("./facts.ts");
    return findFacts(env, id, kind);
  } catch {
    return null;
  }
}

const baseName = (command: string): string => command.split(/[/\\]/).at(-1) || command;

function millisecondsSince(began: [number, number]): number {
  const [seconds, nanoseconds] = process.hrtime(began);
  return Math.round(seconds * 1000 + nanoseconds / 1e6);
}

function endRecord(id: string, ended: ChildEnd, durationMs: number): SpoolEnd {
  const { exitCode, signal, problem } = ended;
  const status = statusOf(ended);
  const error =
    status === "succeeded"
      ? null
      : (problem ?? (signal === null ? `exit code ${exitCode}` : `ended by ${signal}`));
  return { v: 1, op: "end", id, at: new Date().toISOString(), status, error, exitCode, durationMs };
}

const ENDED_BY_HAND: ReadonlySet<unknown> = new Set(["SIGINT", "SIGTERM"]);

/** Ended by INT or TERM is canceled, also when the command catches it and leaves with a code of its own. */
function statusOf({ exitCode, signal, asked, problem }: ChildEnd): SpoolEnd["status"] {
  if (exitCode === 0) return "succeeded";
  if (problem !== null) return "failed";
  if (signal !== null) return ENDED_BY_HAND.has(signal) ? "canceled" : "failed";
  return ENDED_BY_HAND.has(asked) || exitCode === 130 || exitCode === 143 ? "canceled" : "failed";
}

/**
 * A shell script stops at Ctrl-C only when it sees that the signal, and not a code, ended what it was waiting for.
 * Elsewhere the code says the same and is easier to read for whoever started us.
 */
async function leave({ exitCode, signal, asked }: ChildEnd): Promise<number> {
  if (signal === "SIGINT" && asked === "SIGINT") {
    const { inForeground } = await import("./child.ts");
    if (inForeground()) process.kill(process.pid, signal);
  }
  return exitCode;
}
