/** Runs people's SQL in a process of its own, which is ended at the time limit: SQLite here cannot be interrupted. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Cell, QueryRequest, QueryResult, QueryRunner } from "../../ports/query.ts";
import { QUERY_VIEWS } from "../store/sqlite/views.ts";
import type { Place } from "./find-place.ts";
import { QUERY_FUNCTIONS } from "./functions.ts";
import { readingStatement } from "./statement.ts";
import { watchMemory } from "./watch-memory.ts";

export interface WorkerRequest {
  file: string;
  request: QueryRequest;
}

export type WorkerAnswer =
  | { ok: true; columns: string[]; rows: Cell[][]; truncated: boolean }
  | { ok: false; problem: string; at: Place | null };

/** Each takes a process and some of the disk's attention; more wait for a free place. */
const AT_ONCE = 4;
const WAITING = 32;
const MEMORY_BYTES = 512 * 1024 * 1024;

/** Beside this file as source, below it in dist/. */
function workerFile(): string {
  const own = import.meta.url;
  return fileURLToPath(
    new URL(own.endsWith(".ts") ? "./sqlite-query.worker.ts" : "./workers/sqlite-query.js", own),
  );
}

/** Opens nothing itself: the file is named with each query. */
export function createSqliteQuery(): QueryRunner {
  const places = limiter();
  return {
    views: QUERY_VIEWS,
    functions: QUERY_FUNCTIONS,
    run: async (file, request) => {
      const sql = readingStatement(request.sql);
      const began = performance.now();
      const free = await places();
      try {
        const answer = await ask({ file, request: { ...request, sql } });
        if (!answer.ok) throw refusal(answer.problem, answer.at);
        const { columns, rows, truncated } = answer;
        return {
          columns,
          rows,
          truncated,
          elapsedMs: Math.round(performance.now() - began),
        } satisfies QueryResult;
      } finally {
        free();
      }
    },
  };
}

function limiter(): () => Promise<() => void> {
  let busy = 0;
  const queue: Array<() => void> = [];
  const free = (): void => {
    const next = queue.shift();
    if (next === undefined) busy -= 1;
    else next();
  };
  return async () => {
    if (busy < AT_ONCE) busy += 1;
    else if (queue.length >= WAITING)
      throw new ViceError("rate.limited", { who: "queries; all places are taken" });
    else await new Promise<void>((resolve) => queue.push(resolve));
    return free;
  };
}

/** The child gets no environment: no secret can be in it. */
function ask(question: WorkerRequest): Promise<WorkerAnswer> {
  const { timeoutMs } = question.request.limits;
  const flags = ["--disable-warning=ExperimentalWarning", "--max-old-space-size=512"];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, workerFile()], {
      env: {},
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    let said = "";
    let stopped: ViceError | null = null as ViceError | null;
    const stop = (why: ViceError): void => {
      stopped ??= why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop(new ViceError("query.timeout", { limitMs: timeoutMs })), timeoutMs);
    const unwatch = watchMemory(child.pid, MEMORY_BYTES, () => stop(refusal("out of memory")));
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.stdin.on("error", () => {}); // it ended before it had read all; `close` tells how
    child.on("error", (problem) => reject(new ViceError("bug", { problem: problem.message }, problem)));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      unwatch();
      if (stopped !== null) reject(stopped);
      else if (code === 0) resolve(JSON.parse(Buffer.concat(out).toString()) as WorkerAnswer);
      else
        reject(new ViceError("bug", { problem: `the query process ended with ${code ?? signal}: ${said}` }));
    });
    child.stdin.end(JSON.stringify(question));
  });
}

/** What SQLite says, in words that lead on. */
function refusal(problem: string, at: Place | null = null): ViceError {
  const place = at ?? {};
  const prohibited = /access to ([\w.]+) is prohibited|^not authorized|authorization denied/i.exec(problem);
  const missing = /no such table: (?:\w+\.)?(\w+)/i.exec(problem)?.[1];
  const names = QUERY_VIEWS.map((view) => view.name);
  if (missing !== undefined) {
    const near = nearest(missing, names);
    const hint = `${near === null ? "" : `Did you mean "${near}"? `}The views are: ${names.join(", ")}.`;
    return new ViceError("query.refused", {
      message: `There is no view "${missing}"${sayPlace(at)}.`,
      hint,
      ...place,
    });
  }
  if (prohibited !== null) {
    const what = prohibited[1] ?? "That";
    const hint = `Only the documented views can be read: ${names.join(", ")}.`;
    return new ViceError("query.refused", {
      message: `${what} cannot be read here. Nothing was changed.`,
      hint,
    });
  }
  if (/out of memory/i.test(problem)) {
    const hint = "Narrow it by time (occurred_ms) or service, or ask for fewer columns.";
    return new ViceError("query.refused", { message: "The query needs more memory than it may have.", hint });
  }
  const column = /no such column: (?:\w+\.)?(\w+)/i.exec(problem)?.[1];
  const columns = QUERY_VIEWS.flatMap((view) => view.columns.map(({ name }) => name));
  const near = column === undefined ? null : nearest(column, columns);
  const meant = near === null ? "" : `Did you mean "${near}"? `;
  const hint = `${meant}Views and columns: vice help query, or docs/reference/query.md.`;
  return new ViceError("query.refused", {
    message: `SQLite says: ${problem}${sayPlace(at)}.`,
    hint,
    ...place,
  });
}

const sayPlace = (at: Place | null): string =>
  at === null ? "" : `, in line ${at.line}, column ${at.column}`;
