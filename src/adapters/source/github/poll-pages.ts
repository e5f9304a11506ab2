/** One page of a list (deployments, runs with their jobs, pull requests, issues) from GitHub's REST API, as the transitions that the hooks would have told. */
import type { CommitsSeen } from "../../../domain/commits/commit.ts";
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { SourceHttp } from "../../../ports/source.ts";
import { type Answer, ask, fieldOf } from "../polling.ts";
import { commitsSeen } from "../pushed.ts";
import { text } from "../shaping.ts";
import { deploymentHistory } from "./deployment-history.ts";
import { issueTransitions } from "./issue.ts";
import { pullTransitions } from "./pull-request.ts";
import { attemptOf, type Repository } from "./repository.ts";
import { reviewTransitions } from "./review.ts";
import { issueSchema, pullSchema, runSchema } from "./schema.ts";
import { jobHistory } from "./workflow-job.ts";
import { runHistory } from "./workflow-run.ts";

export interface Call {
  http: SourceHttp;
  api: string;
  /** `owner/name`. */
  name: string;
  headers: Record<string, string>;
  since: string;
}

export interface PolledPage {
  transitions: Transition[];
  commits?: CommitsSeen;
  /** Everything that the page listed, also what was not looked into. */
  rows: unknown[];
  more: boolean;
}

const PER_PAGE = 50;
/** Fewer, because each one is looked into: a page must fit into an hour's 60 calls without a token. */
const RUNS_PER_PAGE = 20;
const PULLS_PER_PAGE = 25;
const MAX_STATUS_PAGES = 5;
const MAX_ATTEMPTS = 20;
const MAX_JOB_PAGES = 10;
/** Switched off in this repository, or not for this token: then there is nothing to read. */
const CLOSED = [403, 404, 410];

const pathOf = (name: string): string => name.split("/").map(encodeURIComponent).join("/");

export const urlOf = (call: Call, rest: string): string => `${call.api}/repos/${pathOf(call.name)}${rest}`;

/** `Link: <...>; rel="next"` (GitHub docs "Using pagination in the REST API"); its address is not followed, only its word. */
const hasNext = (answer: Answer | null): boolean => /rel="?next"?/.test(answer?.headers["link"] ?? "");

const listOf = (body: unknown): unknown[] => (Array.isArray(body) ? body : []);

/** Every status and every new attempt moves `updated_at`: what did not move since then is known. */
const movedSince = (since: string) => (row: unknown) => {
  const updatedAt = toIso(fieldOf(row, "updated_at"));
  return updatedAt === null || Date.parse(updatedAt) >= Date.parse(since);
};

export async function readDeployments(call: Call, repository: Repository, page: number): Promise<PolledPage> {
  const answer = await ask(
    call.http,
    urlOf(call, `/deployments?per_page=${PER_PAGE}&page=${page}`),
    call.headers,
  );
  const rows = listOf(answer?.body);
  const transitions: Transition[] = [];
  for (const row of rows.filter(movedSince(call.since)))
    transitions.push(...deploymentHistory(repository, row, await readStatuses(call, row)));
  return { transitions, rows, more: hasNext(answer) };
}

async function readStatuses(call: Call, row: unknown): Promise<unknown[]> {
  const id = text(fieldOf(row, "id"));
  const statuses: unknown[] = [];
  for (let page = 1; id !== null && page <= MAX_STATUS_PAGES; page++) {
    const path = `/deployments/${encodeURIComponent(id)}/statuses?per_page=100&page=${page}`;
    const answer = await ask(call.http, urlOf(call, path), call.headers, [404]);
    statuses.push(...listOf(answer?.body));
    if (!hasNext(answer)) break;
  }
  return statuses;
}

/** Without a filter, because with one the list ends after 1,000 runs. A server without Actions answers 404. */
export async function readRuns(call: Call, repository: Repository, page: number): Promise<PolledPage> {
  const url = urlOf(call, `/actions/runs?per_page=${RUNS_PER_PAGE}&page=${page}`);
  const answer = await ask(call.http, url, call.headers, [404]);
  const rows = listOf(fieldOf(answer?.body, "workflow_runs"));
  const moved = movedSince(call.since);
  const transitions: Transition[] = [];
  for (const row of rows) {
    // The jobs of a run move on while its own row stands still.
    if (!moved(row) && text(fieldOf(row, "status")) === "completed") continue;
    const all = [row, ...(await readFormerAttempts(call, row))];
    transitions.push(...all.flatMap((one) => historyOf(repository, one)));
    transitions.push(...(await readJobs(call, row)).flatMap((job) => jobHistory(repository, job)));
  }
  return { transitions, rows, more: hasNext(answer) };
}

/** `filter=all`: of every attempt, in one list. */
async function readJobs(call: Call, row: unknown): Promise<unknown[]> {
  const id = text(fieldOf(row, "id"));
  const jobs: unknown[] = [];
  for (let page = 1; id !== null && page <= MAX_JOB_PAGES; page++) {
    const path = `/actions/runs/${encodeURIComponent(id)}/jobs?filter=all&per_page=100&page=${page}`;
    const answer = await ask(call.http, urlOf(call, path), call.headers, [404]);
    jobs.push(...listOf(fieldOf(answer?.body, "jobs")));
    if (!hasNext(answer)) break;
  }
  return jobs;
}

/** Newest change first, so that a walk ends where nothing has moved; without `since`, so that the address stays the same. */
const LATEST = "state=all&sort=updated&direction=desc";

/** Each one that moved is looked into: the list has neither its size nor its reviews. */
export async function readPulls(call: Call, repository: Repository, page: number): Promise<PolledPage> {
  const url = urlOf(call, `/pulls?${LATEST}&per_page=${PULLS_PER_PAGE}&page=${page}`);
  const answer = await ask(call.http, url, call.headers, CLOSED);
  const rows = listOf(answer?.body);
  const transitions: Transition[] = [];
  for (const row of rows.filter(movedSince(call.since)))
    transitions.push(...(await readPull(call, repository, row)));
  return { transitions, rows, more: hasNext(answer) };
}

/** "Get a pull request" has commits, additions and deletions; "List reviews" has them oldest first. */
async function readPull(call: Call, repository: Repository, row: unknown): Promise<Transition[]> {
  const number = text(fieldOf(row, "number"));
  if (number === null) return [];
  const path = `/pulls/${encodeURIComponent(number)}`;
  const whole = await ask(call.http, urlOf(call, path), call.headers, CLOSED);
  const pull = pullSchema.safeParse(whole?.body).data ?? pullSchema.safeParse(row).data;
  const told = pull === undefined ? "" : pullTransitions(repository, pull, null);
  if (pull === undefined || typeof told === "string") return [];
  const reviews = await ask(call.http, urlOf(call, `${path}/reviews?per_page=100`), call.headers, CLOSED);
  return [...told, ...reviewTransitions(told, pull, listOf(reviews?.body))];
}

/** "List commits": of the default branch, newest first; without `since`, so that the address stays the same. */
export async function readCommits(call: Call, repository: Repository, page: number): Promise<PolledPage> {
  // 409 = a repository without any commit.
  const answer = await ask(call.http, urlOf(call, `/commits?per_page=100&page=${page}`), call.headers, [
    ...CLOSED,
    409,
  ]);
  const rows = listOf(answer?.body);
  const seen = commitsSeen(
    repository.url,
    rows.map((row) => {
      const commit = fieldOf(row, "commit");
      const parents = fieldOf(row, "parents");
      return {
        sha: fieldOf(row, "sha"),
        parents: Array.isArray(parents) ? parents.map((one) => fieldOf(one, "sha")) : null,
        committedAt: committedAtOf(row),
        authoredAt: fieldOf(fieldOf(commit, "author"), "date"),
        author: {
          name: fieldOf(fieldOf(commit, "author"), "name"),
          login: fieldOf(fieldOf(row, "author"), "login"),
        },
        message: fieldOf(commit, "message"),
        url: fieldOf(row, "html_url"),
      };
    }),
  );
  return { transitions: [], ...(seen === undefined ? {} : { commits: seen }), rows, more: hasNext(answer) };
}

export const committedAtOf = (row: unknown): unknown =>
  fieldOf(fieldOf(fieldOf(row, "commit"), "committer"), "date");

/** For this list every pull request is an issue too, with the key `pull_request`. */
export async function readIssues(call: Call, repository: Repository, page: number): Promise<PolledPage> {
  const url = urlOf(call, `/issues?${LATEST}&per_page=${PER_PAGE}&page=${page}`);
  const answer = await ask(call.http, url, call.headers, CLOSED);
  const rows = listOf(answer?.body);
  const issues = rows.filter((row) => fieldOf(row, "pull_request") == null);
  const transitions = issues.filter(movedSince(call.since)).flatMap((row): Transition[] => {
    const issue = issueSchema.safeParse(row).data;
    const told =
      issue === undefined ? "" : issueTransitions(repository, issue, { action: null, actor: null });
    return typeof told === "string" ? [] : told;
  });
  return { transitions, rows, more: hasNext(answer) };
}

function historyOf(repository: Repository, row: unknown): Transition[] {
  const run = runSchema.safeParse(row);
  return run.success ? runHistory(repository, run.data) : [];
}

/** The list has only the newest attempt of a run. */
async function readFormerAttempts(call: Call, row: unknown): Promise<unknown[]> {
  const id = text(fieldOf(row, "id"));
  const last = attemptOf(fieldOf(row, "run_attempt"));
  const former: unknown[] = [];
  for (let attempt = last - 1; id !== null && attempt >= 1 && last - attempt <= MAX_ATTEMPTS; attempt--) {
    const path = `/actions/runs/${encodeURIComponent(id)}/attempts/${attempt}`;
    const answer = await ask(call.http, urlOf(call, path), call.headers, [404]);
    if (answer !== null) former.push(answer.body);
  }
  return former;
}
