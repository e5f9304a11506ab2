/** The smaller facets of the store: names, tokens, state of workers. Plain reads and writes, one statement each. */
import type { Tier } from "../../../domain/activity.ts";
import type { NameRule } from "../../../domain/names.ts";
import type { Names } from "../../../ports/names.ts";
import type { State } from "../../../ports/state.ts";
import type { StoredToken, Tokens } from "../../../ports/tokens.ts";
import type { Connection, Row } from "./connection.ts";

const isoOf = (value: unknown): string | null =>
  typeof value === "number" ? new Date(value).toISOString() : null;

export function namesOf(db: Connection, catchUp: () => void): Names {
  return {
    reported: () => {
      catchUp();
      const rows = db.all(
        `SELECT source, instance, reported, service, max(matched) AS matched, max(dep) AS dep, sum(count) AS count,
         max(last_ms) AS last_ms FROM name GROUP BY source, instance, reported, service ORDER BY last_ms DESC LIMIT 10000`,
      );
      return rows.map((row) => ({
        source: row["source"] as string,
        instance: row["instance"] as string,
        name: row["reported"] as string,
        service: row["service"] === "" ? null : (row["service"] as string),
        matched: row["matched"] === 1,
        deployments: row["dep"] === 1,
        count: row["count"] as number,
        lastAt: isoOf(row["last_ms"]) ?? "",
      }));
    },
    rules: () => {
      catchUp();
      return db.all("SELECT id, rule, at, actor, reason FROM rule ORDER BY seq DESC").map((row) => ({
        id: row["id"] as string,
        rule: JSON.parse(row["rule"] as string) as NameRule,
        at: row["at"] as string,
        actor: row["actor"] as string | null,
        reason: row["reason"] as string | null,
      }));
    },
    environments: () => {
      catchUp();
      const rows = db.all(
        `SELECT json_extract(a.doc, '$.environment') AS name, p.tier, count(DISTINCT p.service) AS services
         FROM place p JOIN activity a ON a.n = p.last WHERE p.environment <> '' GROUP BY p.environment ORDER BY p.environment`,
      );
      return rows.map((row) => ({
        name: row["name"] as string,
        tier: row["tier"] as Tier | null,
        services: row["services"] as number,
      }));
    },
    teams: () => {
      catchUp();
      return db.all(
        `SELECT DISTINCT p.service, a.team FROM place p JOIN activity a ON a.n = p.last WHERE a.team IS NOT NULL ORDER BY p.service`,
      ) as never;
    },
    actors: (limit) => {
      const rows = db.all(
        "SELECT DISTINCT coalesce(login, name) AS who FROM person WHERE coalesce(login, name) IS NOT NULL ORDER BY who LIMIT ?",
        limit,
      );
      return rows.map((row) => row["who"] as string);
    },
  };
}

const USE_NOTED_MS = 60_000;

function toToken(row: Row): StoredToken {
  return {
    id: row["id"] as string,
    name: row["name"] as string,
    scopes: JSON.parse(row["scopes"] as string) as string[],
    createdAt: isoOf(row["created_ms"]) ?? "",
    expiresAt: isoOf(row["expires_ms"]),
    lastUsedAt: isoOf(row["used_ms"]),
  };
}

export function tokensOf(db: Connection): Tokens {
  const valid = "revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > ?)";
  return {
    create: ({ id, name, sha256, scopes, createdMs, expiresMs }) => {
      const hash = Buffer.from(sha256, "hex");
      db.run(
        "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
        id,
        name,
        hash,
        JSON.stringify(scopes),
        createdMs,
        expiresMs,
      );
    },
    find: (sha256, nowMs) => {
      const row = db.get(
        `SELECT * FROM token WHERE hash = ? AND ${valid}`,
        Buffer.from(sha256, "hex"),
        nowMs,
      );
      if (row === undefined) return null;
      if (nowMs - ((row["used_ms"] as number | null) ?? 0) > USE_NOTED_MS) {
        db.run("UPDATE token SET used_ms = ? WHERE id = ?", nowMs, row["id"] as string);
      }
      return toToken(row);
    },
    list: () => db.all("SELECT * FROM token WHERE revoked_ms IS NULL ORDER BY created_ms").map(toToken),
    revoke: (id, nowMs) => {
      const result = db
        .prepare("UPDATE token SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL")
        .run(nowMs, id);
      return Number(result.changes) > 0;
    },
    isRevoked: (id) =>
      db.get("SELECT 1 FROM token WHERE id = ? AND revoked_ms IS NOT NULL", id) !== undefined,
    any: () => db.get("SELECT 1 FROM token LIMIT 1") !== undefined,
  };
}

export function stateOf(db: Connection): State {
  return {
    get: (scope, key) => {
      const row = db.get("SELECT value, at_ms FROM state WHERE scope = ? AND key = ?", scope, key);
      return row === undefined
        ? null
        : { value: JSON.parse(row["value"] as string), atMs: row["at_ms"] as number };
    },
    set: (scope, key, value, atMs) =>
      db.run("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", scope, key, JSON.stringify(value), atMs),
    delete: (scope, key) => db.run("DELETE FROM state WHERE scope = ? AND key = ?", scope, key),
    list: (scope) =>
      db.all("SELECT key, value, at_ms FROM state WHERE scope = ? ORDER BY key", scope).map((row) => ({
        key: row["key"] as string,
        value: JSON.parse(row["value"] as string) as unknown,
        atMs: row["at_ms"] as number,
      })),
  };
}
