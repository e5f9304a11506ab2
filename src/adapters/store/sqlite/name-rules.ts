/** The rules by which activities get their names: those made by command, from the log, then those of the configuration. */
import type { LogEvent } from "../../../domain/event.ts";
import { type CompiledRules, compileRules, type NameRule } from "../../../domain/names.ts";
import { namesConcerned } from "../../../domain/names-concerned.ts";
import type { ProjectionSettings } from "../../../ports/read-models.ts";
import type { Connection } from "./connection.ts";

export class NameRules {
  readonly #db: Connection;
  readonly #settings: ProjectionSettings;
  #compiled: CompiledRules = [];
  #made: readonly NameRule[] = [];
  /** Called when rules changed, with the reported names that it can concern; `null` = all. */
  onChange: (names: readonly string[] | null) => void = () => {};

  constructor(db: Connection, settings: ProjectionSettings) {
    this.#db = db;
    this.#settings = settings;
    this.load();
  }

  get compiled(): CompiledRules {
    return this.#compiled;
  }

  /** Reads them anew. Rules made by command come first (newest first), then those of the configuration. */
  load(): void {
    const rows = this.#db.all("SELECT rule FROM rule ORDER BY seq DESC");
    this.#made = rows.map((row) => JSON.parse(row["rule"] as string) as NameRule);
    this.#compiled = compileRules([...this.#made, ...this.#settings.configRules]);
  }

  /** Call inside a transaction, after the counts of names were written. @returns true: something changed */
  add({ seq, time, actor, data }: LogEvent<"vice.names.ruled.v1">): boolean {
    const { id, ...rule } = data.rule;
    const replaces = this.#db.get("SELECT 1 FROM rule WHERE id = ?", id) !== undefined;
    if (replaces) this.onChange(null);
    this.#db.run(
      "INSERT OR REPLACE INTO rule VALUES (?, ?, ?, ?, ?, ?)",
      id,
      seq,
      JSON.stringify(rule),
      time,
      actor,
      data.reason,
    );
    this.#changed(rule);
    return true;
  }

  /** Call inside a transaction, after the counts of names were written. @returns false when there is no such rule */
  remove({ data: { ruleId } }: LogEvent<"vice.names.unruled.v1">): boolean {
    const row = this.#db.get("SELECT rule FROM rule WHERE id = ?", ruleId);
    if (row === undefined) return false;
    this.#db.run("DELETE FROM rule WHERE id = ?", ruleId);
    this.#changed(JSON.parse(row["rule"] as string) as NameRule);
    return true;
  }

  #changed(rule: NameRule): void {
    this.load();
    const names = this.#db.all("SELECT DISTINCT reported FROM name").map((row) => row["reported"] as string);
    this.onChange(namesConcerned(rule, [...this.#made, ...this.#settings.configRules], names));
  }
}
