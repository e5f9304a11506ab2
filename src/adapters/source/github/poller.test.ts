/** GitHub's poller against a server that behaves as GitHub's REST API is documented. */
import { describe, expect, test } from "vitest";
import { type FakeApi, fakeApi, plainHttp } from "../../../../test/fake-api.ts";
import { essence, pollAll } from "../../../../test/poll-all.ts";
import { transitionsOf } from "../../../conformance/folding.ts";
import { type Connection, RateLimited, type Reading } from "../../../ports/source.ts";
import github from "./index.ts";

const { poller } = github;
const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";
const SINCE = "2026-11-01T00:00:00Z";
const robin = { login: "robin" };
const repository = {
  id: 4321,
  full_name: "example-shop/shop",
  html_url: "https://github.com/example-shop/shop",
};

type Row = Record<string, unknown> & { id: number; created_at: string };

const deployment = (id: number, createdAt: string, updatedAt: string): Row => ({
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
const status = (state: string, createdAt: string): object => ({
  id: Date.parse(createdAt),
  state,
  environment: "prod-eu",
  log_url: "https://github.com/example-shop/shop/actions/runs/77/job/99",
  description: "",
  creator: robin,
  created_at: createdAt,
});
const run = (attempt: number, conclusion: string | null, startedAt: string, updatedAt: string): Row => ({
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

interface Held {
  deployments: Row[];
  statuses: Record<number, object[]>;
  /** Newest attempt last. */
  runs: Row[];
}

/** GitHub docs "Using pagination in the REST API": newest first, `Link` while there is more. */
function githubApi(held: Held, limitAfter = Number.POSITIVE_INFINITY): Promise<FakeApi> {
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
    if (rest !== "/actions/runs") return { status: 404, body: { message: "Not Found" } };
    const { rows, headers: link } = listed(held.runs.slice(-1));
    return { body: { total_count: rows.length, workflow_runs: rows }, headers: link };
  });
}

const connect = (api: FakeApi, only = ["example-shop/shop"], token = "secret"): Connection => ({
  url: api.url,
  token,
  only,
  instance: "github.com",
});

const hook = (event: string, body: object): Reading => ({
  headers: { "x-github-event": event },
  body: { ...body, repository },
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});

const NOTHING: Held = { deployments: [], statuses: {}, runs: [] };
const STORY = [
  status("inactive", "2026-11-22T08:00:00Z"),
  status("success", "2026-11-20T10:01:30Z"),
  status("in_progress", "2026-11-20T10:00:00Z"),
  status("queued", "2026-11-20T09:59:55Z"),
];
const DEPLOYED = deployment(1500, "2026-11-20T09:59:50Z", "2026-11-22T08:00:00Z");

describe("GitHub's poller", () => {
  test("tells exactly the things, steps and times of the hooks", async () => {
    const first = run(1, "failure", "2026-11-20T09:50:00Z", "2026-11-20T09:55:00Z");
    const second = run(2, "success", "2026-11-20T10:30:00Z", "2026-11-20T10:34:00Z");
    await using api = await githubApi({
      deployments: [DEPLOYED],
      statuses: { 1500: STORY },
      runs: [first, second],
    });
    const { transitions } = await pollAll(poller, connect(api), SINCE);
    const runHooks = [first, second].flatMap((one) => [
      { ...one, status: "queued", conclusion: null, updated_at: one.run_started_at },
      { ...one, status: "in_progress", conclusion: null },
      one,
    ]);
    const hooks = [
      hook("deployment", { deployment: DEPLOYED }),
      ...STORY.map((one) => hook("deployment_status", { deployment: DEPLOYED, deployment_status: one })),
      ...runHooks.map((one) => hook("workflow_run", { workflow_run: one, workflow: { name: "Deploy" } })),
    ];
    const told = transitionsOf(github, hooks).map(([one]) => essence(one));
    expect(told).toHaveLength(11);
    expect(transitions.map(essence).sort()).toEqual(told.sort());
  });

  test("walks all pages, stops a week before the wanted time, and can be resumed", async () => {
    const many = Array.from({ length: 300 }, (_, at) => {
      const made = new Date(Date.parse("2026-11-20T00:00:00Z") - at * 4 * 3_600_000).toISOString();
      return deployment(1000 - at, made, made);
    });
    await using api = await githubApi({ ...NOTHING, deployments: many });
    const { transitions, progress } = await pollAll(poller, connect(api), SINCE);
    const wanted = many
      .filter(({ created_at: made }) => Date.parse(made) >= Date.parse(SINCE))
      .map(({ id }) => `4321/${id}`);
    expect(transitions.map(({ object }) => object.externalId)).toEqual(wanted);
    expect(api.requests.filter(({ path }) => path.endsWith("/deployments"))).toHaveLength(4);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    const first = await poller.page(connect(api), SINCE, null, plainHttp, undefined);
    const rest = await pollAll(poller, connect(api), SINCE, first.cursor);
    expect([...first.transitions, ...rest.transitions].map(essence)).toEqual(transitions.map(essence));
  });

  test("an older deployment that changed since then is read, one that did not is left alone", async () => {
    const approved = deployment(7, "2026-10-30T09:00:00Z", "2026-11-02T09:00:00Z");
    const quiet = deployment(8, "2026-10-30T10:00:00Z", "2026-10-30T10:05:00Z");
    const statuses = { 7: [status("success", "2026-11-02T09:00:00Z")] };
    await using api = await githubApi({ ...NOTHING, deployments: [approved, quiet], statuses });
    const { transitions } = await pollAll(poller, connect(api), SINCE);
    expect(transitions.map(({ object, step }) => [object.externalId, step])).toEqual([
      ["4321/7", "requested"],
      ["4321/7", "succeeded"],
    ]);
    expect(api.requests.some(({ path }) => path.includes("/deployments/8/"))).toBe(false);
  });

  test("more than a hundred statuses are read page by page", async () => {
    const statuses = Array.from({ length: 130 }, (_, at) =>
      status("in_progress", new Date(Date.parse("2026-11-20T11:00:00Z") - at * 1000).toISOString()),
    );
    await using api = await githubApi({ ...NOTHING, deployments: [DEPLOYED], statuses: { 1500: statuses } });
    expect((await pollAll(poller, connect(api), SINCE)).transitions).toHaveLength(131);
  });

  test("a rate limit says how long", async () => {
    await using api = await githubApi({ ...NOTHING, deployments: [DEPLOYED] }, 2);
    const limited = poller.page(connect(api), SINCE, null, plainHttp, undefined);
    await expect(limited).rejects.toThrow(RateLimited);
    const error: unknown = await limited.catch((caught: unknown) => caught);
    const wait = error instanceof RateLimited ? error.retryAfterMs : 0;
    expect(wait).toBeGreaterThan(110_000);
    expect(wait).toBeLessThanOrEqual(121_000);
  });

  test("a wrong token and an unknown repository say what to do, and never the token", async () => {
    await using api = await githubApi(NOTHING);
    const page = (only: string[], token = "secret") =>
      poller.page(connect(api, only, token), SINCE, null, plainHttp, undefined);
    await expect(page(["example-shop/shop"], "wrong-token")).rejects.toMatchObject({
      code: "outside.unreachable",
      hint: expect.stringContaining("token"),
      message: expect.not.stringContaining("wrong-token"),
    });
    await expect(page(["example-shop/gone"])).rejects.toMatchObject({ code: "outside.unreachable" });
    await expect(page([])).rejects.toMatchObject({ code: "input.invalid" });
  });

  test("github.com has its API under another name, and a Link to elsewhere is never followed", async () => {
    const asked: string[] = [];
    const http = {
      getJson: (url: string) => {
        asked.push(url);
        const body = url.endsWith("/shop")
          ? repository
          : [deployment(1, "2026-11-20T09:59:50Z", "2026-10-01T00:00:00Z")];
        const headers = { link: '<https://elsewhere.example.com/?page=2>; rel="next"' };
        return Promise.resolve({ status: 200, headers, body });
      },
    };
    const connection = {
      url: "https://github.com",
      token: "secret",
      only: ["example-shop/shop"],
      instance: "github.com",
    };
    const first = await poller.page(connection, SINCE, null, http, undefined);
    await poller.page(connection, SINCE, first.cursor, http, undefined);
    expect(asked).toEqual([
      "https://api.github.com/repos/example-shop/shop",
      "https://api.github.com/repos/example-shop/shop/deployments?per_page=50&page=1",
      "https://api.github.com/repos/example-shop/shop/deployments?per_page=50&page=2",
    ]);
  });
});
