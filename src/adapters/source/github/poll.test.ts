/** GitHub's poller against a server that behaves as GitHub's REST API is documented. */
import { describe, expect, test } from "vitest";
import { plainHttp } from "../../../../test/fake-api.ts";
import {
  connect,
  deployment,
  githubApi,
  type Held,
  hook,
  repository,
  run,
  SINCE,
  status,
} from "../../../../test/fake-github.ts";
import { essence, pollAll } from "../../../../test/poll-all.ts";
import { transitionsOf } from "../../../conformance/folding.ts";
import { RateLimited } from "../../../ports/source.ts";
import github from "./index.ts";

const { poller } = github;
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
