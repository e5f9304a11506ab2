/** GitLab's poller against a server that behaves as GitLab's REST API is documented. */
import { describe, expect, test } from "vitest";
import { plainHttp } from "../../../../test/fake-api.ts";
import {
  connect,
  deployment,
  gitlabApi,
  type Held,
  hook,
  pipeline,
  SHA,
  SINCE,
} from "../../../../test/fake-gitlab.ts";
import { essence, pollAll } from "../../../../test/poll-all.ts";
import { rowsOf, storedOf, transitionsOf } from "../../../conformance/folding.ts";
import { fold } from "../../../domain/fold.ts";
import { activityId } from "../../../kit/ids.ts";
import { RateLimited, type Reading } from "../../../ports/source.ts";
import gitlab from "./index.ts";

const { poller } = gitlab;
const deploymentHook = (status: string, at: string): Reading =>
  hook({
    object_kind: "deployment",
    status,
    status_changed_at: at,
    deployment_id: 15,
    deployable_id: 796,
    environment: "prod-eu",
    ref: "main",
    commit_url: `https://gitlab.shop.example.com/web/shop/-/commit/${SHA}`,
  });

describe("GitLab's poller", () => {
  test("tells the same thing, step and time as the hooks, so that both together change nothing", async () => {
    await using api = await gitlabApi({
      deployments: [deployment(15, "success", "2026-11-20T10:01:30.700Z")],
      pipelines: [pipeline(77, "failed", "2026-11-20T09:52:01.000Z")],
    });
    const polled = await pollAll(poller, connect(api), SINCE);
    const hooks = [
      deploymentHook("running", "2026-11-20 11:00:00 +0100"),
      deploymentHook("success", "2026-11-20 11:01:30 +0100"),
      hook({
        object_kind: "pipeline",
        object_attributes: {
          id: 77,
          status: "failed",
          created_at: "2026-11-20 09:50:00 UTC",
          finished_at: "2026-11-20 09:52:00 UTC",
        },
      }),
    ];
    const told = transitionsOf(gitlab, hooks);
    const ends = told.map(([one]) => essence(one)).filter((one) => !one.includes(" running "));
    expect(polled.transitions.map(essence)).toEqual(expect.arrayContaining(ends));
    const [row] = rowsOf(gitlab, hooks);
    const both = [
      ...told.map(([, stored]) => stored).filter(({ activityId }) => activityId === row?.id),
      ...polled.transitions
        .filter(({ object }) => activityId(object) === row?.id)
        .map((one) => storedOf(one, "")),
    ];
    expect(both).toHaveLength(3);
    const object = polled.transitions[0]?.object;
    if (object === undefined) throw new Error("nothing");
    expect(fold(object, both, "0".repeat(32))).toMatchObject({
      id: row?.id,
      status: "succeeded",
      attempt: 1,
      durationMs: 90_390,
      commitSha: SHA,
      parentId: row?.parentId,
    });
  });

  test("a pipeline that was retried is open again, although the API never says that it ran a second time", async () => {
    const held: Held = { deployments: [], pipelines: [pipeline(77, "failed", "2026-11-20T09:52:01.000Z")] };
    await using api = await gitlabApi(held);
    const first = await pollAll(poller, connect(api), SINCE);
    held.pipelines = [
      pipeline(77, "success", "2026-11-20T10:12:01.000Z", {
        finished_at: "2026-11-20T10:12:00.100Z",
        duration: 225,
      }),
    ];
    const second = await pollAll(poller, connect(api), SINCE);
    const all = [...first.transitions, ...second.transitions].map((one) => storedOf(one, ""));
    const object = first.transitions[0]?.object;
    if (object === undefined) throw new Error("nothing");
    expect(fold(object, all, "")).toMatchObject({
      status: "succeeded",
      attempt: 2,
      finishedAt: "2026-11-20T10:12:00.000Z",
      durationMs: 225_000,
    });
  });

  test("reads every row over many pages, also where a whole page shares one time, and can be resumed", async () => {
    const many = Array.from({ length: 130 }, (_, at) =>
      deployment(at + 1, "success", `2026-11-20T10:${String(Math.floor(at / 60)).padStart(2, "0")}:00.000Z`),
    );
    await using api = await gitlabApi({ deployments: many, pipelines: [] });
    const { transitions, progress } = await pollAll(poller, connect(api), SINCE);
    expect(new Set(transitions.map(({ object }) => object.externalId)).size).toBe(130);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(1);
    const first = await poller.page(connect(api), SINCE, null, plainHttp, undefined);
    const rest = await pollAll(poller, connect(api), SINCE, first.cursor);
    const resumed = [...first.transitions, ...rest.transitions].map(essence);
    expect(new Set(resumed)).toEqual(new Set(transitions.map(essence)));
  });

  test("a row that moves to the end while we read pulls no other row out of the walk", async () => {
    const rows = Array.from({ length: 100 }, (_, at) =>
      deployment(at + 1, "running", `2026-11-20T10:00:00.${String(at).padStart(3, "0")}Z`),
    );
    const held = { deployments: rows, pipelines: [] };
    await using api = await gitlabApi(held);
    const first = await poller.page(connect(api), SINCE, null, plainHttp, undefined);
    held.deployments = rows.map((row) =>
      row.id <= 10 ? { ...row, updated_at: "2026-11-20T11:00:00.000Z" } : row,
    );
    const rest = await pollAll(poller, connect(api), SINCE, first.cursor);
    const ids = [...first.transitions, ...rest.transitions].map(({ object }) => object.externalId);
    expect(new Set(ids).size).toBe(100);
  });

  test("a rate limit says how long, and the same cursor goes on later", async () => {
    await using api = await gitlabApi({ deployments: [], pipelines: [] }, 1);
    const limited = poller.page(connect(api), SINCE, null, plainHttp, undefined);
    await expect(limited).rejects.toThrow(RateLimited);
    await expect(limited).rejects.toMatchObject({ retryAfterMs: 7000 });
  });

  test("a wrong token, an unknown project and an empty list say what to do, and never the token", async () => {
    await using api = await gitlabApi({ deployments: [], pipelines: [] });
    const page = (only: string[], token = "secret") =>
      poller.page(connect(api, only, token), SINCE, null, plainHttp, undefined);
    await expect(page(["web/shop"], "wrong-token")).rejects.toMatchObject({
      code: "outside.unreachable",
      hint: expect.stringContaining("token"),
      message: expect.not.stringContaining("wrong-token"),
    });
    await expect(page(["web/gone"])).rejects.toMatchObject({ hint: expect.stringContaining("only") });
    await expect(page([])).rejects.toMatchObject({ code: "input.invalid" });
  });
});
