/** One fact: what a deployment gives to the sums of its day, as it is stored and taken away again. */
import type { Connection } from "../../connection.ts";

export interface Scope {
  service: string;
  environment: string;
  tenant: string;
  tier: string;
  team: string;
}

export interface Fact {
  scope: number;
  atMs: number;
  bits: number;
  recoveryMs: number | null;
  gapMs: number | null;
  leadReason: number | null;
  /** Milliseconds from commit to deployment. */
  leads: readonly number[];
}

/** Eight bytes for each. */
export function packed(values: readonly number[]): Uint8Array | null {
  return values.length === 0 ? null : new Uint8Array(Float64Array.from(values).buffer);
}

export function unpacked(blob: unknown): number[] {
  if (blob === null || blob === undefined) return [];
  return [...new Float64Array((blob as Uint8Array).slice().buffer)];
}

/** Scopes by number and number by scope, kept: there are few. */
export class Scopes {
  readonly #db: Connection;
  readonly #ids = new Map<string, number>();
  readonly #scopes = new Map<number, Scope>();

  constructor(db: Connection) {
    this.#db = db;
  }

  id({ service, environment, tenant, tier, team }: Scope): number {
    const key = JSON.stringify([service, environment, tenant, tier, team]);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const values = [service, environment, tenant, tier, team] as const;
    this.#db.run("INSERT OR IGNORE INTO dora_scope VALUES (NULL, ?, ?, ?, ?, ?)", ...values);
    const row = this.#db.get(
      "SELECT id FROM dora_scope WHERE service = ? AND environment = ? AND tenant = ? AND tier = ? AND team = ?",
      ...values,
    );
    const id = row?.["id"] as number;
    this.#ids.set(key, id);
    return id;
  }

  of(id: number): Scope {
    const known = this.#scopes.get(id);
    if (known !== undefined) return known;
    const row = this.#db.get(
      "SELECT service, environment, tenant, tier, team FROM dora_scope WHERE id = ?",
      id,
    );
    const word = (key: keyof Scope): string => String(row?.[key] ?? "");
    const place = { service: word("service"), environment: word("environment"), tenant: word("tenant") };
    const scope = { ...place, tier: word("tier"), team: word("team") };
    this.#scopes.set(id, scope);
    return scope;
  }
}

export function readFact(db: Connection, n: number): Fact | null {
  const row = db.get("SELECT * FROM dora_fact WHERE n = ?", n);
  if (row === undefined) return null;
  return {
    scope: row["scope"] as number,
    atMs: row["at_ms"] as number,
    bits: row["bits"] as number,
    recoveryMs: row["recovery_ms"] as number | null,
    gapMs: row["gap_ms"] as number | null,
    leadReason: row["lead_reason"] as number | null,
    leads: unpacked(row["leads"]),
  };
}

export function writeFact(db: Connection, n: number, fact: Fact | null): void {
  if (fact === null) {
    db.run("DELETE FROM dora_fact WHERE n = ?", n);
    return;
  }
  const { scope, atMs, bits, recoveryMs, gapMs, leadReason, leads } = fact;
  db.run(
    "INSERT OR REPLACE INTO dora_fact VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ...[n, scope, atMs, bits, recoveryMs, gapMs, leadReason, packed(leads)],
  );
}
