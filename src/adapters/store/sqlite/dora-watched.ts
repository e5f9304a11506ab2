/** Which services of a scope nobody watches, and what they deployed: none of that says whether it failed. */
import { foldName } from "../../../domain/fold-name.ts";
import type { DoraScope } from "../../../ports/dora.ts";

import type { Connection } from "./connection.ts";

/** Without a tier or an environment nothing is summed; see `dayRows`. */
function conditionsOf({ service, team, environment, tier }: DoraScope): Array<[sql: string, value: string]> {
  const place: [string, string] =
    environment === undefined ? ["s.tier = ?", tier ?? ""] : ["s.environment = ?", foldName(environment)];
  const asked = { service, team };
  const more = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [[`s.${name} = ?`, value] as [string, string]],
  );
  return [place, ...more];
}

/** @returns by name; `''` = deployments that name no service */
export function unwatchedIn(db: Connection, scope: DoraScope): Set<string> {
  const asked = conditionsOf(scope);
  const rows = db.all(
    `SELECT DISTINCT s.service FROM dora_scope s WHERE ${asked.map(([sql]) => sql).join(" AND ")}
     EXCEPT SELECT w.service FROM dora_watch w JOIN dora_scope s ON s.service = w.service AND s.tier = w.tier
       WHERE ${asked.map(([sql]) => sql).join(" AND ")}`,
    ...asked.map(([, value]) => value),
    ...asked.map(([, value]) => value),
  );
  return new Set(rows.map((row) => row["service"] as string));
}

/** Whether all deployments of a service belong to one team: then the sums of the service are those of both. */
export const isOfOneTeam = (db: Connection, service: string): boolean =>
  db.all("SELECT DISTINCT team FROM dora_scope WHERE service = ? LIMIT 2", service).length < 2;
