/** Answers what runs where: now from what is kept in memory, for a past moment by index seeks, filtered either way. */
import { foldName } from "../../../domain/fold-name.ts";
import type { StatusFilter, StatusItem } from "../../../ports/read-models.ts";
import type { ReadContext } from "./codec.ts";
import type { Connection } from "./connection.ts";
import type { StatusNow } from "./status-now.ts";
import { statusAt } from "./status-past.ts";

/** One item for each place that fits the filter, ordered by service, promotion and tenant. */
export function readStatus(
  db: Connection,
  now: StatusNow,
  filter: StatusFilter,
  context: ReadContext,
  environmentOrder: readonly string[],
): StatusItem[] {
  const { service, atMs } = filter;
  const items =
    atMs === undefined
      ? now.items(service, environmentOrder, context)
      : statusAt(db, atMs, service, environmentOrder, context);
  return items.filter((item) => fits(item, filter));
}

function fits(item: StatusItem, filter: StatusFilter): boolean {
  if (
    filter.tier !== undefined
      ? item.tier !== filter.tier
      : item.tier === "ephemeral" && filter.ephemeral !== true
  ) {
    return false;
  }
  if (filter.team !== undefined && item.team !== filter.team) return false;
  return filter.environment === undefined || foldName(item.environment) === foldName(filter.environment);
}
