/** What GitHub's poller tells beside deployments and runs: jobs, pull requests, issues; the same as the hooks. */
import { describe, expect, test } from "vitest";
import { fakeApi } from "../../../../test/fake-api.ts";
import {
  commit,
  connect,
  githubApi,
  type Held,
  hook,
  issue,
  job,
  pull,
  type Row,
  repository,
  run,
  SHA,
  SINCE,
} from "../../../../test/fake-github.ts";
import { essence, pollAll, rowsOfAll } from "../../../../test/poll-all.ts";
import { transitionsOf } from "../../../conformance/folding.ts";
import github from "./index.ts";

const { poller } = github;
const NOTHING: Held = { deployments: [], statuses: {}, runs: [] };

describe("GitHub's poller", () => {
  test("tells jobs, pull requests and issues exactly as the hooks do", async () => {
    const jobs = [
      job(1, "completed", "success"),
      job(2, "in_progress", null),
      job(3, "queued", null, { started_at: "2026-11-20T09:50:01Z" }),
      job(4, "completed", "skipped"),
    ];
    const merged = pull(7, "2026-11-20T09:00:00Z", {
      state: "closed",
      closed_at: "2026-11-20T08:59:00Z",
      merged_at: "2026-11-20T08:59:00Z",
      merge_commit_sha: SHA,
    });
    const done = issue(23, "2026-11-20T09:30:00Z", {
      state: "closed",
      state_reason: "not_planned",
      closed_at: "2026-11-20T09:30:00Z",
    });
    const runs = [run(1, "success", "2026-11-20T09:50:00Z", "2026-11-20T09:55:00Z")];
    await using api = await githubApi({
      ...NOTHING,
      runs,
      jobs,
      pulls: [merged, pull(8, SINCE)],
      issues: [done],
    });
    const { transitions } = await pollAll(poller, connect(api), SINCE);
    const states: Row[] = [
      job(1, "queued", null),
      job(1, "in_progress", null),
      job(1, "completed", "success"),
      job(2, "queued", null),
      job(2, "in_progress", null),
      job(3, "queued", null),
      job(4, "completed", "skipped"),
    ];
    const hooks = [
      ...states.map((one) => hook("workflow_job", { workflow_job: one })),
      ...[merged, pull(8, SINCE)].map((one) =>
        hook("pull_request", { action: "edited", pull_request: { ...one, merged: one === merged } }),
      ),
      hook("issues", { action: "edited", issue: done }),
    ];
    const told = transitionsOf(github, hooks).map(([one]) => one);
    const polled = transitions.filter(({ object }) => object.identityKind !== "pipeline");
    expect(polled.map(essence).sort()).toEqual(told.map(essence).sort());
    const factsOf = (all: typeof told, id: string) =>
      all.filter(({ object }) => object.externalId === id).at(-1)?.facts;
    for (const id of ["job/4321/1", "pull/4321/7", "issue/4321/23"])
      expect(factsOf(polled, id)).toEqual(factsOf(told, id));
  });

  test("the jobs of a run that is under way are read although its own row stands still", async () => {
    const runs = [run(1, null, "2026-11-20T09:50:00Z", "2026-11-20T09:50:00Z")];
    await using api = await githubApi({ ...NOTHING, runs, jobs: [job(1, "completed", "success")] });
    const { transitions } = await pollAll(poller, connect(api), "2026-11-20T09:53:00Z");
    expect(transitions.map(({ object, step }) => `${object.externalId} ${step}`)).toContain(
      "job/4321/1 succeeded",
    );
  });

  test("of pull requests and issues only what has changed since then is read, over many pages", async () => {
    const at = (n: number) => new Date(Date.parse("2026-11-20T00:00:00Z") - n * 3_600_000).toISOString();
    const pulls = Array.from({ length: 200 }, (_, n) => pull(n + 1, at(n)));
    await using api = await githubApi({ ...NOTHING, pulls });
    const { transitions } = await pollAll(poller, connect(api), at(119));
    expect(new Set(transitions.map(({ object }) => object.externalId)).size).toBe(120);
    const asked = (list: string) => api.requests.filter(({ path }) => path.endsWith(list)).length;
    expect([asked("/pulls"), asked("/issues")]).toEqual([5, 3]);
  });

  test("a list that the repository or the token has not is passed over", async () => {
    await using api = await fakeApi(({ path }) => {
      if (path.endsWith("/shop")) return { body: repository };
      if (path.endsWith("/deployments")) return { body: [] };
      if (path.endsWith("/pulls")) return { status: 403, body: { message: "Resource not accessible" } };
      return path.endsWith("/issues") ? { status: 410, body: {} } : { status: 404, body: {} };
    });
    expect(await pollAll(poller, connect(api), SINCE)).toMatchObject({ transitions: [], pages: 5 });
  });

  test("a pull request has its size and its first review by somebody else", async () => {
    const user = { login: "robin" };
    const merged = pull(7, "2026-11-20T09:00:00Z", { user });
    const sizes = { 7: { additions: 120, deletions: 30, commits: 3, changed_files: 4, comments: 1 } };
    const review = (login: string, state: string, at: string) => ({
      user: { login },
      state,
      submitted_at: at,
    });
    const reviews = [
      review("robin", "COMMENTED", "2026-11-19T09:00:00Z"),
      review("kim", "COMMENTED", "2026-11-19T10:00:00Z"),
      review("kim", "APPROVED", "2026-11-19T11:00:00Z"),
    ];
    await using api = await githubApi({ ...NOTHING, pulls: [merged], sizes, reviews: { 7: reviews } });
    const { transitions } = await pollAll(poller, connect(api), SINCE);
    const [row, ...others] = rowsOfAll(transitions);
    expect(others).toEqual([]);
    expect(row?.["tags"]).toMatchObject({
      additions: "120",
      deletions: "30",
      commits: "3",
      firstReviewAt: "2026-11-19T10:00:00.000Z",
      firstApprovalAt: "2026-11-19T11:00:00.000Z",
    });
  });

  test("commits of the default branch come with their parents, over many pages", async () => {
    const sha = (n: number): string => n.toString(16).padStart(40, "0");
    const at = (n: number): string => new Date(Date.parse(SINCE) + n * 60_000).toISOString();
    const commits = Array.from({ length: 250 }, (_, n) => commit(sha(n + 1), n === 0 ? [] : [sha(n)], at(n)));
    await using api = await githubApi({ ...NOTHING, commits });
    const { commits: read } = await pollAll(poller, connect(api), SINCE);
    expect(read).toHaveLength(250);
    expect(read.find((one) => one.sha === sha(9))).toMatchObject({
      parents: [sha(8)],
      committedAt: at(8),
      author: { name: "Robin Example", login: "robin" },
    });
  });
});
