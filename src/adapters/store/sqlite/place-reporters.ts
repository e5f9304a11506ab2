/** Remembers which places have more than one reporter: only there a second report has to be looked for. */
import type { Connection } from "./connection.ts";
import type { Place } from "./neighbours.ts";

export class Reporters {
  readonly #db: Connection;
  /** Place key to its only reporter, or `*` for several. */
  readonly #seen = new Map<string, string>();

  constructor(db: Connection) {
    this.#db = db;
  }

  clear(): void {
    this.#seen.clear();
  }

  /** Whether the place has, with this report, more than one reporter. The report must be stored already. */
  several(place: Place, source: string, instance: string): boolean {
    const key = `${place.service}\n${place.environment}`;
    const reporter = `${source}\n${instance}`;
    const known = this.#seen.get(key);
    if (known === reporter) return false;
    if (known === "*") return true;
    const several = known !== undefined || this.#othersStored(place, source, instance);
    this.#seen.set(key, several ? "*" : reporter);
    return several;
  }

  #othersStored(place: Place, source: string, instance: string): boolean {
    const row = this.#db.get(
      `SELECT 1 FROM activity WHERE dep = 1 AND service = ? AND environment = ? AND (source <> ? OR instance <> ?) LIMIT 1`,
      place.service,
      place.environment,
      source,
      instance,
    );
    return row !== undefined;
  }
}
