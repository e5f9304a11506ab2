/** GitLab's REST API as it is documented, for tests of its poller: rows, and a server that lists them. */
import { expect } from "vitest";
import type { Connection, Reading } from "../src/ports/source.ts";
import { type FakeApi, fakeApi } from "./fake-api.ts";

export const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";
export const SINCE = "2026-11-01T00:00:00.000Z";
export const user = { id: 42, name: "Robin Example", username: "robin" };

export type Row = Record<string, unknown> & { id: number; updated_at: string };

export const deployment = (id: number, status: string, updatedAt: string, more: object = {}): Row => ({
  id,
  iid: id,
  ref: "main",
  sha: SHA,
  status,
  created_at: "2026-11-20T09:59:00.123Z",
  updated_at: updatedAt,
  user,
  environment: { id: 9, name: "prod-eu", external_url: "https://www.shop.example.com" },
  deployable: {
    id: 796,
    tag: false,
    web_url: "https://gitlab.shop.example.com/web/shop/-/jobs/796",
    started_at: "2026-11-20T10:00:00.250Z",
    finished_at: "2026-11-20T10:01:30.640Z",
    duration: 90.39,
    commit: { title: "Show the delivery date" },
  },
  ...more,
});

export const pipeline = (id: number, status: string, updatedAt: string, more: object = {}): Row => ({
  id,
  project_id: 4321,
  status,
  source: "push",
  ref: "main",
  sha: SHA,
  created_at: "2026-11-20T09:50:00.500Z",
  updated_at: updatedAt,
  web_url: `https://gitlab.shop.example.com/web/shop/-/pipelines/${id}`,
  started_at: "2026-11-20T09:50:10.100Z",
  finished_at: "2026-11-20T09:52:00.900Z",
  duration: 110,
  tag: false,
  user,
  ...more,
});

export interface Held {
  deployments: Row[];
  pipelines: Row[];
  /** Of every pipeline. */
  jobs?: object[];
  merge_requests?: Row[];
  /** `null` = switched off in this project. */
  issues?: Row[] | null;
  /** Of all branches. */
  commits?: Commit[];
}
export type Commit = ReturnType<typeof commit>;

export const commit = (id: string, parentIds: string[], committedDate: string) => ({
  id,
  parent_ids: parentIds,
  title: `Change ${id.slice(0, 7)}`,
  message: `Change ${id.slice(0, 7)}`,
  author_name: "Robin Example",
  author_email: "robin@shop.example.com",
  authored_date: committedDate,
  committed_date: committedDate,
  web_url: `https://gitlab.shop.example.com/web/shop/-/commit/${id}`,
});
const NOT_LISTED = ["started_at", "finished_at", "duration", "tag", "user"];

/** GitLab docs "Deployments API", "Pipelines API", "Jobs API", "Merge requests API", "Issues API": sorted by `updated_at`, from `updated_after`, in pages. */
export function gitlabApi(held: Held, limitAfter = Number.POSITIVE_INFINITY): Promise<FakeApi> {
  return fakeApi(({ path, query, headers }, api) => {
    if (headers["private-token"] !== "secret") return { status: 401, body: { message: "401 Unauthorized" } };
    if (api.requests.length > limitAfter)
      return { status: 429, headers: { "retry-after": "7" }, body: "Retry later" };
    const [, project, kind, id, jobs] =
      /^\/api\/v4\/projects\/([^/]+)(?:\/(\w+)(?:\/(\d+|commits)(\/jobs)?)?)?$/.exec(path) ?? [];
    if (project !== "4321" && project !== "web%2Fshop") return { status: 404, body: { message: "404" } };
    if (kind === undefined)
      return {
        body: {
          id: 4321,
          path_with_namespace: "web/shop",
          web_url: "https://gitlab.shop.example.com/web/shop",
        },
      };
    const size = Number(query.get("per_page"));
    const from = (Number(query.get("page")) - 1) * size;
    if (jobs !== undefined) {
      const all = query.get("include_retried") === "true" ? (held.jobs ?? []) : [];
      return { body: all.slice(from, from + size) };
    }
    if (kind === "repository") {
      expect(query.get("all")).toBe("true");
      const since = query.get("since") ?? "";
      const all = (held.commits ?? []).filter((one) => Date.parse(one.committed_date) >= Date.parse(since));
      const newest = all.sort((a, b) => (a.committed_date > b.committed_date ? -1 : 1));
      return { body: newest.slice(from, from + size) };
    }
    const { merge_requests = [], issues = [] } = held;
    const rows = { ...held, merge_requests, issues }[kind as "issues"];
    if (rows === null) return { status: 403, body: { message: "403 Forbidden" } };
    const isWork = kind === "merge_requests" || kind === "issues";
    if (isWork) expect([query.get("state"), query.get("scope")]).toEqual(["all", "all"]);
    if (id !== undefined) return { body: rows.find((row) => String(row.id) === id) };
    expect([query.get("order_by"), query.get("sort")]).toEqual(["updated_at", "asc"]);
    const after = query.get("updated_after") ?? "";
    const found = rows
      .filter((row) => row.updated_at >= after)
      .sort((a, b) => (a.updated_at < b.updated_at ? -1 : a.updated_at > b.updated_at ? 1 : a.id - b.id));
    const listed = found.slice(from, from + size).map((row) => {
      const entries = Object.entries(row).filter(
        ([key]) => kind !== "pipelines" || !NOT_LISTED.includes(key),
      );
      return Object.fromEntries(entries);
    });
    return { body: listed };
  });
}

export const connect = (api: FakeApi, only = ["web/shop"], token: string | null = "secret"): Connection => ({
  url: api.url,
  token,
  only,
  instance: "gitlab.shop.example.com",
});

export const hook = (body: object): Reading => ({
  headers: {},
  body: {
    ...body,
    user,
    project: {
      id: 4321,
      path_with_namespace: "web/shop",
      web_url: "https://gitlab.shop.example.com/web/shop",
    },
  },
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
