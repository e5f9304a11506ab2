/** Activities and the ids that they carry, read many to a statement and without their documents. */
import { isAbandoned, type Kind, type Status } from "../../../../domain/activity.ts";
import type { Part } from "../../../../domain/trace/summary.ts";
import type { Worked } from "../../../../domain/trace/work.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";
import type { Committed } from "./by-commits.ts";
import { noteMade } from "./made.ts";

/** An activity without its document. */
export interface TiedNode extends Worked, Part {
  /** 32 hex. */
  id: string;
  /** Of what it is a part; `null` = nothing. */
  parent: string | null;
  name: string;
  tier: string | null;
  endedMs: number;
  committed: Committed;
}

/** An id that an activity carries, as its index tells it. */
export interface Carried {
  k: number;
  n: number;
  reason: number;
  place: number;
  gives: boolean;
}

/** An id that more activities give is none, as a version `latest`; of those who only carry it the newest are taken. */
const MOST_WITH_ONE = 200;

const NODES = `SELECT a.n, lower(hex(a.id)) AS id, a.kind, a.source, a.service, a.team, a.tier, a.status, a.start_ms, a.finish_ms, a.occurred_ms,
  CASE WHEN a.environment = '' THEN NULL ELSE a.environment END AS environment, lower(hex(s.trace)) AS trace,
  lower(hex(s.parent)) AS parent, s.name, a.doc ->> '$.commitSha' AS sha, a.doc ->> '$.repository' AS repository,
  a.doc ->> '$.tags.mergeCommitSha' AS merge, a.doc ->> '$.tags.key' AS "key", a.doc ->> '$.tags.number' AS number
  FROM json_each(?) j JOIN activity a ON a.n = j.value JOIN span s ON s.n = a.n WHERE a.kind <> 'sprint'`;
const BY_ID = "SELECT a.n FROM json_each(?) j JOIN activity a ON a.id = unhex(j.value)";
const CHILDREN = "SELECT s.n FROM json_each(?) j JOIN span s ON s.parent = unhex(j.value) LIMIT ?";
const CARRIED = "SELECT k, n, reason, place, gives FROM json_each(?) j JOIN anchor ON n = j.value";
const GIVERS =
  "SELECT k, n, reason, place, gives FROM anchor WHERE k = ? AND gives = 1 ORDER BY n DESC LIMIT ?";
const CARRIERS = "SELECT k, n, reason, place, gives FROM anchor WHERE k = ? ORDER BY n DESC LIMIT ?";

/** Keeps what it has read. */
export class TiedNodes {
  readonly byNumber = new Map<number, TiedNode>();
  readonly #db: Connection;
  readonly #context: ReadContext;
  readonly #most: number;
  readonly #numbers = new Map<string, number>();
  readonly #carried = new Map<number, Carried[]>();
  readonly #carrying = new Map<number, Carrying>();
  /** There is more than may be read. */
  truncated = false;

  constructor(db: Connection, context: ReadContext, most: number) {
    this.#db = db;
    this.#context = context;
    this.#most = most;
  }

  read(numbers: readonly number[]): void {
    const missing = numbers.filter((n) => !this.byNumber.has(n));
    const room = this.#most - this.byNumber.size;
    if (missing.length > room) this.truncated = true;
    const wanted = JSON.stringify(missing.slice(0, room));
    if (wanted === "[]") return;
    const found = this.#db.all(NODES, wanted).map((row) => toNode(row, this.#context));
    noteMade(this.#db, found);
    for (const node of found) {
      this.byNumber.set(node.n, node);
      this.#numbers.set(node.id, node.n);
    }
    for (const carried of this.#db.all(CARRIED, wanted).map(toCarried)) {
      const known = this.#carried.get(carried.n);
      if (known === undefined) this.#carried.set(carried.n, [carried]);
      else known.push(carried);
    }
  }

  readIds(ids: readonly string[]): void {
    const missing = ids.filter((id) => !this.#numbers.has(id));
    if (missing.length > 0) this.read(numbersOf(this.#db.all(BY_ID, JSON.stringify(missing))));
  }

  /** Numbers of what says of itself that it is a part of one of these. */
  partsOf(nodes: readonly TiedNode[]): number[] {
    return numbersOf(this.#db.all(CHILDREN, JSON.stringify(nodes.map(({ id }) => id)), this.#most));
  }

  /** @param id of one that was read */
  numberOf(id: string | null): number | undefined {
    return id === null ? undefined : this.#numbers.get(id);
  }

  carriedBy({ n }: TiedNode): readonly Carried[] {
    return this.#carried.get(n) ?? [];
  }

  /** Who gives this id; none when so many do that it is no id. */
  giversOf(k: number): readonly Carried[] {
    return this.#carryingOf(k).givers;
  }

  /** Who carries it, the newest; none when nobody gives it. */
  carriersOf(k: number): readonly Carried[] {
    const { all, givers } = this.#carryingOf(k);
    return givers.length === 0 ? [] : all;
  }

  #carryingOf(k: number): Carrying {
    const known = this.#carrying.get(k);
    if (known !== undefined) return known;
    const all = this.#db.all(CARRIERS, k, MOST_WITH_ONE).map(toCarried);
    const isWhole = all.length < MOST_WITH_ONE;
    const givers = isWhole
      ? all.filter(({ gives }) => gives)
      : this.#db.all(GIVERS, k, MOST_WITH_ONE + 1).map(toCarried);
    const carrying = { all, givers: givers.length > MOST_WITH_ONE ? [] : givers };
    this.#carrying.set(k, carrying);
    return carrying;
  }
}

/** Who carries one id. */
interface Carrying {
  all: readonly Carried[];
  givers: readonly Carried[];
}

const numbersOf = (rows: readonly Row[]): number[] => rows.map((row) => row["n"] as number);

const toCarried = (row: Row): Carried => ({
  ...{ k: row["k"] as number, n: row["n"] as number, reason: row["reason"] as number },
  ...{ place: row["place"] as number, gives: row["gives"] === 1 },
});

function toNode(row: Row, context: ReadContext): TiedNode {
  const kind = row["kind"] as Kind;
  const status = row["status"] as Status | null;
  const startMs = row["start_ms"] as number | null;
  const finishMs = row["finish_ms"] as number | null;
  const occurredMs = row["occurred_ms"] as number;
  const beganMs = startMs ?? occurredMs;
  const tags: Record<string, string> = {};
  for (const [key, column] of TAGS) if (row[column] !== null) tags[key] = String(row[column]);
  return {
    n: row["n"] as number,
    id: row["id"] as string,
    parent: (row["parent"] as string) || null,
    name: row["name"] as string,
    traceId: row["trace"] as string,
    ...{ kind, beganMs, startMs, finishMs, occurredMs, endedMs: finishMs ?? Number.POSITIVE_INFINITY },
    source: row["source"] as string,
    service: (row["service"] as string) || null,
    team: row["team"] as string | null,
    tier: row["tier"] as string | null,
    environment: row["environment"] as string | null,
    status: isAbandoned({ kind, status }, beganMs, context) ? "abandoned" : status,
    committed: {
      kind,
      commitSha: row["sha"] as string | null,
      repository: row["repository"] as string | null,
      tags,
    },
  };
}

const TAGS = [
  ["mergeCommitSha", "merge"],
  ["key", "key"],
  ["number", "number"],
] as const;
