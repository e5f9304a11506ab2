/** One page of deployments or of workflow runs from GitHub's REST API, as the transitions that the hooks would have told. */
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { SourceHttp } from "../../../ports/source.ts";
import { type Answer, ask, fieldOf } from "../polling.ts";
import { text } from "../shaping.ts";
import { deploymentHistory } from "./deployment-history.ts";
import { attemptOf, type Repository } from "./repository.ts";
import { runSchema } from "./schema.ts";
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
  /** Everything that the page listed, also what was not looked into. */
  rows: unknown[];
  more: boolean;
}

const PER_PAGE = 50;
const MAX_STATUS_PAGES = 5;
const MAX_ATTEMPTS = 20;

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
  const url = urlOf(call, `/actions/runs?per_page=${PER_PAGE}&page=${page}`);
  const answer = await ask(call.http, url, call.headers, [404]);
  const rows = listOf(fieldOf(answer?.body, "workflow_runs"));
  const transitions: Transition[] = [];
  for (const row of rows.filter(movedSince(call.since))) {
    const all = [row, ...(await readFormerAttempts(call, row))];
    transitions.push(...all.flatMap((one) => historyOf(repository, one)));
  }
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
