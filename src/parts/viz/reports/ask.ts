/** Asks the documented views for a report: rows by column name, within limits, apart from the connection that writes. */
import type { CommandContext } from "../../../kit/command.ts";
import type { Cell } from "../../../ports/query.ts";
import type { Services } from "../../../ports/services.ts";
import { saidNames } from "../../data/index.ts";
import type { Span } from "./usual-input.ts";

export type Row = Readonly<Record<string, Cell>>;
type Params = Readonly<Record<string, string | number | boolean | null>>;

const LIMITS = { timeoutMs: 20_000, rows: 20_000, bytes: 32 * 1024 * 1024 } as const;

/** @throws ViceError `query.timeout` */
export async function ask(
  { services, now }: Pick<CommandContext<Services>, "services" | "now">,
  sql: string,
  params: Params,
): Promise<Row[]> {
  const { store, query, config } = services;
  store.maintenance.catchUp();
  const { columns, rows } = await query.run(store.maintenance.health().file, {
    ...{ sql, params, limits: LIMITS },
    moment: { nowMs: now(), abandonAfterMs: config.abandonAfterMs },
  });
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])));
}

export const numberIn = (row: Row | undefined, column: string): number | null => {
  const value = row?.[column];
  return typeof value === "number" ? value : null;
};
export const textIn = (row: Row | undefined, column: string): string | null => {
  const value = row?.[column];
  return value === null || value === undefined ? null : String(value);
};

export interface Scope {
  service?: string | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: string | undefined;
}

/** Stands behind WHERE; parameters by `scopeParams`. Names are compared without case. */
export const IN_SCOPE = `counted
  AND occurred_ms >= :from AND occurred_ms < :to
  AND (:service IS NULL OR lower(service) = lower(:service))
  AND (:team IS NULL OR lower(team) = lower(:team))
  AND (:environment IS NULL OR lower(environment) = lower(:environment))
  AND (:tier IS NULL OR tier = :tier)`;

/** A name is taken for what the rules make of it. */
export function scopeParams(scope: Scope, { fromMs, toMs }: Span, services: Services): Params {
  const names = saidNames(services);
  const service = scope.service === undefined ? null : (names.services(scope.service)[0] ?? scope.service);
  const environment =
    scope.environment === undefined
      ? null
      : (names.environments(scope.environment, service)[0] ?? scope.environment);
  return { service, environment, team: scope.team ?? null, tier: scope.tier ?? null, from: fromMs, to: toMs };
}

/** "of shop in prod-eu". */
export function sayScope({ service, team, environment, tier }: Scope): string {
  const parts = [
    service === undefined ? "" : ` of ${service}`,
    team === undefined ? "" : ` of team ${team}`,
    environment === undefined ? "" : ` in ${environment}`,
    tier === undefined ? "" : ` in ${tier}`,
  ];
  return parts.join("");
}
