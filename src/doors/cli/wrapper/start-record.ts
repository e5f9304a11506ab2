/** Builds the start record that `run` and `event start` share. */
import type { SpoolStart } from "../../../domain/spool.ts";
import type { Environment } from "./home.ts";
import { maskText } from "./mask.ts";
import { type CommandLine, lastOf } from "./options.ts";
import type { TraceContext } from "./trace-context.ts";
import { actorOf, kindOf, readTags } from "./words.ts";

export interface Common {
  readonly line: CommandLine;
  readonly env: Environment;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly context: TraceContext;
}

/**
 * @param type what the command line calls it, if anything
 * @param otherwise the kind when there is neither a type nor `--env`
 */
export function startRecord(
  { line, env, id, now, context }: Common,
  type: string | null,
  otherwise: string,
): SpoolStart {
  const environment = lastOf(line, "env", "environment");
  const { kind, tags: typeTags } = kindOf(type ?? (environment === null ? otherwise : "deployment"));
  const tags = { ...typeTags, ...maskedTags(line) };
  return {
    v: 1,
    op: "start",
    id,
    at: new Date(now).toISOString(),
    kind,
    name: lastOf(line, "name"),
    service: lastOf(line, "service") ?? (tags.service || null),
    environment: environment ?? (tags.env || tags.environment || null),
    version: lastOf(line, "version"),
    parentId: context.parentId,
    traceId: context.traceId,
    actor: actorOf(env),
    tags,
  };
}

function maskedTags(line: CommandLine): Record<string, string> {
  const tags = readTags(line.values.get("tag") ?? []);
  for (const [key, value] of Object.entries(tags)) tags[key] = maskText(value);
  return tags;
}
