/** GitHub's REST API as it is documented, for tests of its poller: rows, and a server that lists them. */
import { expect } from "vitest";
import type { Connection, Reading } from "../src/ports/source.ts";
import { type FakeApi, fakeApi } from "./fake-api.ts";

export const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";
export const SINCE = "2026-11-01T00:00:00Z";
const robin = { login: "robin" };
export const repository = {
  id: 4321,
  full_name: "example-shop/shop",
  html_url: "https://github.com/example-shop/shop",
};

export type Row = Record<string, unknown> & { id: number; created_at: string };

export const deployment = (id: number, createdAt: string, updatedAt: string): Row => ({
  id,
  sha: SHA,
  ref: "main",
  task: "deploy",
  payload: {},
  environment: "prod-eu",
  description: null,
  creator: robin,
  created_at: createdAt,
  updated_at: updatedAt,
});
export const status = (state: string, createdAt: string): object => ({
  id: Date.parse(createdAt),
  state,
  environment: "prod-eu",
  log_url: "https://github.com/example-shop/shop/actions/runs/77/job/99",
  description: "",
  creator: robin,
  created_at: createdAt,
});
export const run = (
  attempt: number,
  conclusion: string | null,
  startedAt: string,
  updatedAt: string,
): Row => ({
  id: 77,
  run_attempt: attempt,
  name: "Deploy",
  event: "push",
  status: conclusion === null ? "in_progress" : "completed",
  conclusion,
  head_branch: "main",
  head_sha: SHA,
  created_at: "2026-11-20T09:50:00Z",
  run_started_at: startedAt,
  updated_at: updatedAt,
  html_url: "https://github.com/example-shop/shop/actions/runs/77",
  actor: robin,
  triggering_actor: robin,
});

export interface Held {
  deployments: Row[];
  statuses: Record<number, object[]>;
  /** Newest attempt last. */
  runs: Row[];
  jobs?: Row[];
  pulls?: Row[];
  /** Issues only: this list of GitHub's has the pull requests too. */
  issues?: Row[];
  /** By number: what only a single pull request has. */
  sizes?: Record<number, object>;
  reviews?: Record<number, object[]>;
  /** Of the default branch. */
  commits?: Commit[];
}
export type Commit = ReturnType<typeof commit>;

export const commit = (sha: string, parents: string[], committedAt: string) => ({
  sha,
  parents: parents.map((parent) => ({ sha: parent })),
  commit: {
    message: `Change ${sha.slice(0, 7)}`,
    author: { name: "Robin Example", email: "robin@shop.example.com", date: committedAt },
    committer: { name: "Robin Example", date: committedAt },
  },
  author: { login: "robin" },
  html_url: `https://github.com/example-shop/shop/commit/${sha}`,
});

export const job = (id: number, status: string, conclusion: string | null, more: object = {}): Row => ({
  id,
  run_id: 77,
  run_attempt: 1,
  name: "deploy",
  workflow_name: "Deploy",
  status,
  conclusion,
  head_branch: "main",
  head_sha: SHA,
  created_at: "2026-11-20T09:50:01Z",
  started_at: "2026-11-20T09:50:10Z",
  completed_at: conclusion === null ? null : "2026-11-20T09:54:00Z",
  html_url: `https://github.com/example-shop/shop/actions/runs/77/job/${id}`,
  runner_name: "runner-1",
  ...more,
});
export const pull = (number: number, updatedAt: string, more: object = {}): Row => ({
  id: 9000 + number,
  number,
  title: "Show the delivery date",
  state: "open",
  draft: false,
  created_at: "2026-11-19T08:00:00Z",
  updated_at: updatedAt,
  closed_at: null,
  merged_at: null,
  merge_commit_sha: null,
  html_url: `https://github.com/example-shop/shop/pull/${number}`,
  head: { ref: "delivery-date", sha: SHA },
  base: { ref: "main" },
  labels: [{ name: "feature" }],
  ...more,
});
export const issue = (number: number, updatedAt: string, more: object = {}): Row => ({
  id: 8000 + number,
  number,
  title: "The date is missing",
  state: "open",
  state_reason: null,
  created_at: "2026-11-18T08:00:00Z",
  updated_at: updatedAt,
  closed_at: null,
  html_url: `https://github.com/example-shop/shop/issues/${number}`,
  labels: [],
  ...more,
});

/** GitHub docs "Using pagination in the REST API": newest first, `Link` while there is more. */
export function githubApi(held: Held, limitAfter = Number.POSITIVE_INFINITY): Promise<FakeApi> {
  return fakeApi(({ path, query, headers }, api) => {
    if (headers.authorization !== "Bearer secret")
      return { status: 401, body: { message: "Bad credentials" } };
    if (api.requests.length > limitAfter) {
      const reset = String(Math.ceil(Date.now() / 1000) + 120);
      const limits = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
      return { status: 403, headers: limits, body: { message: "API rate limit exceeded" } };
    }
    if (!path.startsWith("/api/v3/repos/example-shop/shop"))
      return { status: 404, body: { message: "Not Found" } };
    const rest = path.slice("/api/v3/repos/example-shop/shop".length);
    const listed = (rows: readonly object[]) => {
      const size = Number(query.get("per_page"));
      const page = Number(query.get("page"));
      const more = rows.length > page * size;
      const next = `<${api.url}${path}?page=${page + 1}>; rel="next"`;
      return { rows: rows.slice((page - 1) * size, page * size), headers: more ? { link: next } : {} };
    };
    const newest = (rows: readonly Row[]) =>
      [...rows].sort((a, b) =>
        a.created_at > b.created_at ? -1 : a.created_at < b.created_at ? 1 : b.id - a.id,
      );
    if (rest === "") return { body: repository };
    if (rest === "/deployments") {
      const { rows, headers: link } = listed(newest(held.deployments));
      return { body: rows, headers: link };
    }
    const [, deploymentId] = /^\/deployments\/(\d+)\/statuses$/.exec(rest) ?? [];
    if (deploymentId !== undefined) {
      const { rows, headers: link } = listed(held.statuses[Number(deploymentId)] ?? []);
      return { body: rows, headers: link };
    }
    const [, attempt] = /^\/actions\/runs\/77\/attempts\/(\d+)$/.exec(rest) ?? [];
    if (attempt !== undefined) return { body: held.runs.find((one) => one.run_attempt === Number(attempt)) };
    if (rest === "/actions/runs/77/jobs") {
      const { rows, headers: link } = listed(held.jobs ?? []);
      const shown = query.get("filter") === "all" ? rows : [];
      return { body: { total_count: rows.length, jobs: shown }, headers: link };
    }
    const [, number, reviews] = /^\/pulls\/(\d+)(\/reviews)?$/.exec(rest) ?? [];
    if (reviews !== undefined) return { body: held.reviews?.[Number(number)] ?? [] };
    if (number !== undefined) {
      const row = held.pulls?.find((one) => one["number"] === Number(number));
      return { body: { ...row, ...held.sizes?.[Number(number)] } };
    }
    if (rest === "/commits") {
      const { rows, headers: link } = listed(
        [...(held.commits ?? [])].sort((a, b) =>
          a.commit.committer.date > b.commit.committer.date ? -1 : 1,
        ),
      );
      return { body: rows, headers: link };
    }
    if (rest === "/pulls" || rest === "/issues") {
      const { pulls = [], issues = [] } = held;
      const all =
        rest === "/pulls" ? pulls : [...issues, ...pulls.map((row): Row => ({ ...row, pull_request: {} }))];
      expect([query.get("state"), query.get("sort"), query.get("direction")]).toEqual([
        ...["all", "updated", "desc"],
      ]);
      const { rows, headers: link } = listed(
        [...all].sort((a, b) => (String(a.updated_at) > String(b.updated_at) ? -1 : 1)),
      );
      return { body: rows, headers: link };
    }
    if (rest !== "/actions/runs") return { status: 404, body: { message: "Not Found" } };
    const { rows, headers: link } = listed(held.runs.slice(-1));
    return { body: { total_count: rows.length, workflow_runs: rows }, headers: link };
  });
}

export const connect = (api: FakeApi, only = ["example-shop/shop"], token = "secret"): Connection => ({
  url: api.url,
  token,
  only,
  instance: "github.com",
});

export const hook = (event: string, body: object): Reading => ({
  headers: { "x-github-event": event },
  body: { ...body, repository },
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
