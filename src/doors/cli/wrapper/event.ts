/** `vice event start|end`: records a start or an end that a script reports by itself, and prints the id. */
import type { SpoolEnd, SpoolStart } from "../../../domain/spool.ts";
import { flushOnCi } from "./ci-flush.ts";
import { sayGaps } from "./gaps.ts";
import { type Environment, serverAddress, withServer } from "./home.ts";
import { isStartOfId, readId, uuidv7 } from "./ids.ts";
import { maskText } from "./mask.ts";
import { type CommandLine, lastOf, type OptionTable, readCommandLine } from "./options.ts";
import { readFacts } from "./read-facts.ts";
import { record } from "./record.ts";
import { print } from "./say.ts";
import { type Common, startRecord } from "./start-record.ts";
import { contextOf } from "./trace-context.ts";
import { help, wrongUsage } from "./usage.ts";
import { readTags } from "./words.ts";

const OPTIONS: OptionTable = {
  tag: "values",
  type: "value",
  kind: "value",
  name: "value",
  service: "value",
  env: "value",
  environment: "value",
  version: "value",
  parent: "value",
  "parent-event-id": "value",
  "event-id": "value",
  status: "value",
  error: "value",
  server: "value",
  token: "value",
  json: "nothing",
  quiet: "nothing",
  help: "nothing",
  h: "nothing",
  // vscli has them; the address of vice is VICE_SERVER, and the key was never used there either
  "event-source-url": "value",
  "secret-key": "value",
};

/** What only the whole of vice can do: the id that begins so, or the exit code after it has said what is wrong. */
export type FindId = (start: string, flags: readonly string[]) => Promise<string | number>;

/** @param asVscli called by the name `vscli`, whose default type is a deployment */
export async function event(
  argv: readonly string[],
  given: Environment,
  asVscli: boolean,
  findId: FindId,
): Promise<number> {
  const line = readCommandLine(argv, OPTIONS);
  if (typeof line === "string") return wrongUsage("event", line);
  if (line.values.has("help") || line.values.has("h")) return help("event");
  const env = withServer(given, { server: lastOf(line, "server"), token: lastOf(line, "token") });
  const [verb, id, ...more] = line.words;
  if (verb === "start" && id === undefined) return start(line, env, asVscli);
  if (verb === "end" && more.length === 0) return end(line, env, id ?? null, findId);
  return wrongUsage("event", verb === undefined ? "start or end?" : `cannot do "${line.words.join(" ")}"`);
}

function start(line: CommandLine, env: Environment, asVscli: boolean): number {
  const parentText = lastOf(line, "parent", "parent-event-id");
  const parent = parentText === null ? null : readId(parentText);
  if (parentText !== null && parent === null)
    return wrongUsage("event", `"${parentText}" is not an id of vice`);
  const now = Date.now();
  const id = uuidv7(now);
  const common: Common = { line, env, id, now, context: contextOf(env, id, parent) };
  const entry: SpoolStart = startRecord(
    common,
    lastOf(line, "type", "kind"),
    asVscli ? "deployment" : "action",
  );
  record(env, entry);
  print(line.values.has("json") ? JSON.stringify({ id }) : id);
  record(env, readFacts(env, id).facts);
  sayGaps(line, entry);
  return 0;
}

async function end(
  line: CommandLine,
  env: Environment,
  word: string | null,
  findId: FindId,
): Promise<number> {
  const text = lastOf(line, "event-id") ?? word;
  if (text === null) return wrongUsage("event", "end needs --event-id, the id that start printed");
  const id = readId(text) ?? (isStartOfId(text) ? await findId(text, serverFlags(line)) : null);
  if (id === null) return wrongUsage("event", `"${text}" is not an id that vice printed`);
  if (typeof id === "number") return id;
  const error = lastOf(line, "error");
  const said = lastOf(line, "status");
  const status = said === null ? (error === null ? "succeeded" : "failed") : statusOf(said);
  if (status === null)
    return wrongUsage("event", `--status must be succeeded, failed or canceled, not "${said}"`);
  const entry: SpoolEnd = { v: 1, op: "end", id, at: new Date().toISOString(), status };
  if (said !== null && /^\d+$/.test(said)) entry.exitCode = Number(said);
  if (error !== null) entry.error = maskText(error);
  const tags = readTags(line.values.get("tag") ?? []);
  if (Object.keys(tags).length > 0) entry.tags = tags;
  record(env, entry);
  await flushOnCi(env, serverAddress(env));
  return 0;
}

const serverFlags = (line: CommandLine): string[] =>
  ["server", "token"].flatMap((name) => {
    const value = lastOf(line, name);
    return value === null ? [] : [`--${name}`, value];
  });

const STATUS_OF: Readonly<Record<string, SpoolEnd["status"]>> = {
  succeeded: "succeeded",
  success: "succeeded",
  ok: "succeeded",
  failed: "failed",
  failure: "failed",
  canceled: "canceled",
  cancelled: "canceled",
};

/** A number is an exit code, so that `--status $?` does what it looks like. */
function statusOf(word: string): SpoolEnd["status"] | null {
  if (/^\d+$/.test(word)) return statusOfExitCode(Number(word));
  const known = word.toLowerCase();
  return Object.hasOwn(STATUS_OF, known) ? (STATUS_OF[known] ?? null) : null;
}

/** 130 and 143 are what a shell says when INT or TERM ended something. */
export function statusOfExitCode(code: number): SpoolEnd["status"] {
  if (code === 0) return "succeeded";
  return code === 130 || code === 143 ? "canceled" : "failed";
}
