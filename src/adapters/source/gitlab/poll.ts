/** Reads deployments, pipelines with their jobs, merge requests, issues and commits from GitLab's REST API where no webhook comes through, and for the first fill. */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { ViceError } from "../../../kit/errors.ts";
import { toIso } from "../../../kit/time.ts";
import type { Connection, Poller, PollPage, SourceHttp } from "../../../ports/source.ts";
import { markIncidents } from "../incident-labels.ts";
import { ask, fieldOf, readCursor, requireNames, shareOf } from "../polling.ts";
import { text, webHost, webUrl } from "../shaping.ts";
import {
  deploymentRowTransitions,
  issueRowTransitions,
  jobRowTransitions,
  listedCommits,
  mergeRequestRowTransitions,
  pipelineRowTransitions,
} from "./api.ts";
import type { Project } from "./project.ts";

const PHASES = ["deployments", "pipelines", "merge_requests", "issues", "commits"] as const;

/** The lists: rows in a page (few where each one is looked into), more to ask for, and what may be closed or switched off. */
const LISTS = {
  deployments: { size: 50, query: {}, absent: [] },
  pipelines: { size: 20, query: {}, absent: [403, 404] },
  merge_requests: { size: 50, query: { state: "all", scope: "all" }, absent: [403, 404] },
  issues: { size: 50, query: { state: "all", scope: "all" }, absent: [403, 404] },
  /** "List repository commits": of all branches, newest first; new ones push others to later pages. */
  commits: { size: 100, query: { all: "true" }, absent: [403, 404] },
} as const;

const JOBS_PER_PAGE = 100;
const MAX_JOB_PAGES = 10;

/** Where a walk stands: which of `only`, what of it, and behind which `updated_at`. */
const walkSchema = z.object({
  at: z.number().int().nonnegative(),
  phase: z.enum(PHASES),
  after: z.string(),
  page: z.number().int().positive(),
  until: z.string(),
  project: z
    .object({ instance: z.string(), id: z.string(), path: z.string().nullable(), url: z.string().nullable() })
    .nullable(),
});
type Walk = z.infer<typeof walkSchema>;

interface Call {
  connection: Connection;
  http: SourceHttp;
  since: string;
}

const apiOf = (connection: Connection): string => `${connection.url.replace(/\/+$/, "")}/api/v4`;

const headersOf = ({ token }: Connection): Record<string, string> => ({
  accept: "application/json",
  "user-agent": "vice-deploy",
  ...(token === null ? {} : { "private-token": token }),
});

/** @throws ViceError `outside.unreachable` when the answer is not a project */
async function readProject({ connection, http }: Call, name: string): Promise<Project> {
  const url = `${apiOf(connection)}/projects/${encodeURIComponent(name)}`;
  const answer = await ask(http, url, headersOf(connection));
  const shape = z.looseObject({ id: z.unknown(), path_with_namespace: z.unknown(), web_url: z.unknown() });
  const body = shape.safeParse(answer?.body).data;
  const id = text(body?.id);
  if (id === null)
    throw new ViceError("outside.unreachable", { url, problem: "the answer is not a GitLab project" });
  const web = webUrl(body?.web_url);
  const instance = text(connection.instance) ?? webHost(web) ?? webHost(connection.url) ?? "gitlab";
  return { instance, id, path: text(body?.path_with_namespace), url: web };
}

/** Rows updated since `after`, oldest first. */
async function readRows({ connection, http }: Call, walk: Walk, project: Project): Promise<unknown[]> {
  const { size, query: more, absent } = LISTS[walk.phase];
  const order =
    walk.phase === "commits"
      ? { since: walk.after }
      : { updated_after: walk.after, order_by: "updated_at", sort: "asc" };
  const query = new URLSearchParams({
    ...more,
    ...order,
    per_page: String(size),
    page: String(walk.page),
  });
  const url = `${apiOf(connection)}/projects/${project.id}/${walk.phase === "commits" ? "repository/commits" : walk.phase}?${query}`;
  const answer = await ask(http, url, headersOf(connection), absent);
  return Array.isArray(answer?.body) ? answer.body : [];
}

async function transitionsOf(
  call: Call,
  walk: Walk,
  project: Project,
  rows: unknown[],
): Promise<Transition[]> {
  switch (walk.phase) {
    case "commits":
      return [];
    case "deployments":
      return rows.flatMap((row) => deploymentRowTransitions(project, row));
    case "merge_requests":
      return rows.flatMap((row) => mergeRequestRowTransitions(project, row));
    case "issues":
      return rows.flatMap((row) => issueRowTransitions(project, row));
    case "pipelines": {
      const found: Transition[] = [];
      for (const row of rows) found.push(...(await pipelineWithJobs(call, project, row)));
      return found;
    }
  }
}

async function pipelineWithJobs(
  { connection, http }: Call,
  project: Project,
  row: unknown,
): Promise<Transition[]> {
  const id = text(fieldOf(row, "id"));
  if (id === null) return [];
  const url = `${apiOf(connection)}/projects/${project.id}/pipelines/${encodeURIComponent(id)}`;
  const answer = await ask(http, url, headersOf(connection), [404]);
  const found = pipelineRowTransitions(project, answer?.body ?? row);
  for (let page = 1; page <= MAX_JOB_PAGES; page++) {
    const query = `include_retried=true&per_page=${JOBS_PER_PAGE}&page=${page}`;
    const jobs = await ask(http, `${url}/jobs?${query}`, headersOf(connection), [403, 404]);
    const listed: unknown[] = Array.isArray(jobs?.body) ? jobs.body : [];
    found.push(...listed.flatMap((job) => jobRowTransitions(project, id, job)));
    if (listed.length < JOBS_PER_PAGE) break;
  }
  return found;
}

/**
 * A row that changes while we read moves to the end and pulls the others one place forward: a page number would then skip
 * one. So the walk goes on behind the last `updated_at`, and by page number only where a whole page shares one.
 */
function advance(walk: Walk, rows: unknown[], since: string): Walk {
  if (rows.length < LISTS[walk.phase].size) {
    const next = PHASES[PHASES.indexOf(walk.phase) + 1];
    if (next !== undefined) return { ...walk, phase: next, after: since, page: 1 };
    return { ...walk, at: walk.at + 1, phase: PHASES[0], after: since, page: 1, project: null };
  }
  if (walk.phase === "commits") return { ...walk, page: walk.page + 1 };
  const last = toIso(fieldOf(rows.at(-1), "updated_at"));
  return last !== null && last > walk.after
    ? { ...walk, after: last, page: 1 }
    : { ...walk, page: walk.page + 1 };
}

function progressOf(walk: Walk, since: string, count: number): number {
  const phase = (PHASES.indexOf(walk.phase) + shareOf(since, walk.after, walk.until)) / PHASES.length;
  return Math.min((walk.at + phase) / count, 1);
}

const startOf = (since: string): Walk => ({
  at: 0,
  phase: PHASES[0],
  after: since,
  page: 1,
  until: new Date().toISOString(),
  project: null,
});

/** `only`: paths (`group/app`) or ids of projects. The token needs the scope `read_api`. Jobs
 * have no environment in the API: a teardown (`action: stop`) comes by webhook only. */
export const poller: Poller = {
  async page(connection, since, cursor, http, options): Promise<PollPage> {
    const { only } = connection;
    requireNames(only, "GitLab project");
    const call = { connection, http, since };
    const walk = readCursor(walkSchema, cursor) ?? startOf(since);
    const name = only[walk.at];
    if (name === undefined) return { transitions: [], cursor: null, progress: 1 };
    const project = walk.project ?? (await readProject(call, name));
    const rows = await readRows(call, walk, project);
    const transitions = await transitionsOf(call, walk, project, rows);
    const commits = walk.phase === "commits" ? listedCommits(project, rows) : undefined;
    const next = advance({ ...walk, project }, rows, since);
    const done = next.at >= only.length;
    return {
      transitions: markIncidents(transitions, options),
      ...(commits === undefined ? {} : { commits }),
      cursor: done ? null : JSON.stringify(next),
      progress: progressOf(next, since, only.length),
    };
  },
};
