/** Links that persons made or cut, all of them at once: there are few. Ids are 32 hex. */
import type { Connection } from "../connection.ts";

const SAID = "SELECT lower(hex(cause)) AS cause, lower(hex(effect)) AS effect, cut FROM said_link";

export class SaidTies {
  readonly #cut = new Set<string>();
  readonly #causes = new Map<string, string[]>();
  readonly #effects = new Map<string, string[]>();

  constructor(db: Connection) {
    for (const row of db.all(SAID)) {
      const [cause, effect] = [String(row["cause"]), String(row["effect"])];
      if (row["cut"] === 1) {
        this.#cut.add(`${cause} ${effect}`);
        continue;
      }
      this.#causes.set(effect, [...(this.#causes.get(effect) ?? []), cause]);
      this.#effects.set(cause, [...(this.#effects.get(cause) ?? []), effect]);
    }
  }

  isCut(cause: string, effect: string): boolean {
    return this.#cut.size > 0 && this.#cut.has(`${cause} ${effect}`);
  }

  causesOf(id: string): readonly string[] {
    return this.#causes.get(id) ?? [];
  }

  effectsOf(id: string): readonly string[] {
    return this.#effects.get(id) ?? [];
  }
}
