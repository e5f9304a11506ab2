/** Runs of pipelines and their steps, folded one event at a time by the reducer of the domain. A read model of the log. */
import type { LogEvent } from "../../../domain/event.ts";
import type { RunFact } from "../../../domain/pipeline/run-events.ts";
import {
  isEnded,
  plannedHead,
  type RunHead,
  type RunState,
  reduceHead,
  reduceStep,
  type StepState,
  type StepStatus,
  WAITING,
} from "../../../domain/pipeline/run-state.ts";
import { NAMED, severalFit } from "../../../kit/by-start.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { RunFilter, RunSummary, Runs } from "../../../ports/runs.ts";
import type { Connection, Row } from "./connection.ts";

/** Takes in an event of a run; others it leaves alone. Call inside a transaction. @returns the id of the run */
export function applyRuns(db: Connection, event: LogEvent): string | null {
  if (!event.type.startsWith("vice.run.") && !event.type.startsWith("vice.step.")) return null;
  const { type, data, time, actor, seq } = event;
  const fact = { type, data, time, actor } as RunFact;
  if (fact.type === "vice.run.planned.v1") {
    const head = plannedHead(fact);
    const { plan } = fact.data;
    const values = [head.id, seq, head.status, plan.name, plan.steps.length, 1] as const;
    const texts = [JSON.stringify(head), JSON.stringify(plan)] as const;
    db.run("INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ...values, ...texts);
  } else if ("step" in fact.data) applyStep(db, fact, fact.data);
  else applyHead(db, fact);
  return fact.data.runId;
}

function applyHead(db: Connection, fact: RunFact): void {
  const row = db.get("SELECT head FROM run WHERE id = ?", fact.data.runId);
  if (row === undefined) return;
  const head = reduceHead(JSON.parse(row["head"] as string) as RunHead, fact);
  const isOpen = isEnded(head) ? 0 : 1;
  const sql = "UPDATE run SET status = ?, open = ?, head = ? WHERE id = ?";
  db.run(sql, head.status, isOpen, JSON.stringify(head), head.id);
}

function applyStep(db: Connection, fact: RunFact, { runId, step }: { runId: string; step: string }): void {
  const row = db.get("SELECT body FROM run_step WHERE run = ? AND step = ?", runId, step);
  const before = row === undefined ? WAITING : (JSON.parse(row["body"] as string) as StepState);
  const after = reduceStep(before, fact);
  if (after === before) return;
  const sql = "INSERT OR REPLACE INTO run_step VALUES (?, ?, ?, ?)";
  db.run(sql, runId, step, after.status, JSON.stringify(after));
}

const LIST = "SELECT id, seq, name, steps, head FROM run";

export function runsOf(db: Connection, catchUp: () => void): Runs {
  return {
    get: (id) => {
      catchUp();
      return readRun(db, id);
    },
    list: (filter, limit, cursor) => {
      catchUp();
      const { sql, values } = conditions(filter, cursor);
      const rows = db.all(`${LIST}${sql} ORDER BY seq DESC LIMIT ?`, ...values, limit + 1);
      const items = rows.slice(0, limit).map((row) => summary(db, row));
      return { items, next: rows.length > limit ? String(rows[limit - 1]?.["seq"]) : null };
    },
    open: () => {
      catchUp();
      return db.all("SELECT id FROM run WHERE open = 1 ORDER BY seq").map((row) => row["id"] as string);
    },
    resolve: (text) => {
      catchUp();
      return findRun(db, text.trim().toLowerCase());
    },
  };
}

function conditions(
  { status, name, open }: RunFilter,
  cursor: string | null,
): { sql: string; values: Array<string | number> } {
  const parts: Array<[sql: string, value: string | number]> = [];
  if (status !== undefined) parts.push(["status = ?", status]);
  if (name !== undefined) parts.push(["name = ?", name]);
  if (open !== undefined) parts.push(["open = ?", open ? 1 : 0]);
  if (cursor !== null) parts.push(["seq < ?", cursorSeq(cursor)]);
  const sql = parts.length === 0 ? "" : ` WHERE ${parts.map(([each]) => each).join(" AND ")}`;
  return { sql, values: parts.map(([, value]) => value) };
}

function cursorSeq(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new ViceError("input.invalid", { message: "The cursor is none that was given out." });
}

function summary(db: Connection, row: Row): RunSummary {
  const id = row["id"] as string;
  const counted = db.all("SELECT status, count(*) AS n FROM run_step WHERE run = ? GROUP BY status", id);
  const counts: RunSummary["counts"] = {};
  for (const each of counted) counts[each["status"] as StepStatus] = each["n"] as number;
  const head = JSON.parse(row["head"] as string) as RunHead;
  return { ...head, name: row["name"] as string, steps: row["steps"] as number, counts };
}

function readRun(db: Connection, id: string): RunState | null {
  const row = db.get("SELECT head, plan FROM run WHERE id = ?", id);
  if (row === undefined) return null;
  const steps = db.all("SELECT step, body FROM run_step WHERE run = ?", id);
  return {
    head: JSON.parse(row["head"] as string) as RunHead,
    plan: JSON.parse(row["plan"] as string) as RunState["plan"],
    steps: new Map(
      steps.map((each) => [each["step"] as string, JSON.parse(each["body"] as string) as StepState]),
    ),
  };
}

const SHORTEST = 6;

function findRun(db: Connection, text: string): string {
  const missing = { what: "run", name: text, hint: "List them: vice auto runs" };
  if (text.length < SHORTEST || !/^[0-9a-f-]+$/.test(text)) throw new ViceError("not-found", missing);
  const rows = db.all("SELECT id FROM run WHERE id >= ? AND id < ? LIMIT ?", text, `${text}~`, NAMED + 1);
  const ids = rows.map((row) => row["id"] as string);
  const [first] = ids;
  if (first === undefined) throw new ViceError("not-found", missing);
  if (ids.length > 1) throw severalFit(text, ids);
  return first;
}
