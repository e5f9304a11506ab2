/** Runs people's SQL or a saved query over the store as it is now, within limits. For every door and for whoever draws from it. */
import { nameIn, neededBy, parametersOf } from "../../../domain/query/saved-query.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { QueryResult } from "../../../ports/query.ts";
import type { Services } from "../../../ports/services.ts";
import { findQuery } from "./find-saved.ts";

/** `sql` in characters, `bytes` of the answer, `seconds` at most. */
export const LIMITS = { sql: 100_000, bytes: 16 * 1024 * 1024, rows: 100_000, seconds: 60 } as const;

export interface Asked {
  /** SQL, or `@name` of a saved query. */
  sql: string;
  params: Readonly<Record<string, string | number | boolean | null>>;
  /** Rows at most. */
  limit: number;
  /** Seconds. */
  timeout: number;
  explain?: boolean;
}

/** @throws ViceError `query.refused`, `query.timeout`, `rate.limited`, `not-found` */
export function runQuery(
  { services, now }: Pick<CommandContext<Services>, "services" | "now">,
  { sql, params, limit, timeout, explain = false }: Asked,
): Promise<QueryResult> {
  const { store, query, config } = services;
  store.maintenance.catchUp();
  const name = nameIn(sql);
  const text = name === null ? sql : findQuery(services, name).sql;
  const given = Object.fromEntries(
    Object.entries(params).map(([key, each]) => [key.replace(/^:/, ""), each]),
  );
  assertParameters(text, Object.keys(given));
  if (!explain) assertGiven(text, given);
  return query.run(store.maintenance.health().file, {
    ...{ sql: text, params: given, explain },
    limits: { timeoutMs: timeout * 1000, rows: limit, bytes: LIMITS.bytes },
    moment: { nowMs: now(), abandonAfterMs: config.abandonAfterMs },
  });
}

/** A question without its value would find nothing, and look like an answer. A null that is given is one. */
function assertGiven(sql: string, given: Readonly<Record<string, unknown>>): void {
  const missing = neededBy(sql).filter((name) => given[name] === undefined);
  if (missing.length === 0) return;
  const names = missing.map((name) => `:${name}`).join(", ");
  throw new ViceError("query.refused", {
    message: `The query needs a value for ${names}.`,
    hint: `Give it: ${missing.map((name) => `--param ${name}=...`).join(" ")} (a panel: params; null = coalesce(:${missing[0]}, ...) in the SQL).`,
    missing,
  });
}

/** A value that nothing asks for is a slip. */
function assertParameters(sql: string, given: readonly string[]): void {
  const known = parametersOf(sql);
  const foreign = given.find((name) => !known.includes(name));
  if (foreign === undefined) return;
  const near = nearest(foreign, known);
  const takes =
    known.length === 0 ? "It takes none." : `It takes: ${known.map((name) => `:${name}`).join(", ")}.`;
  throw new ViceError("query.refused", {
    message: `The query has no parameter ":${foreign}".`,
    hint: near === null ? takes : `Did you mean ":${near}"? ${takes}`,
  });
}
