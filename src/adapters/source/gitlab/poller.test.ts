/** GitLab's poller against a server that behaves as GitLab's REST API is documented. */
import { describe, expect, test } from "vitest";
import { type FakeApi, fakeApi, plainHttp } from "../../../../test/fake-api.ts";
import { essence, pollAll } from "../../../../test/poll-all.ts";
import { rowsOf, transitionsOf } from "../../../conformance/folding.ts";
import { fold } from "../../../domain/fold.ts";
import { activityId } from "../../../kit/ids.ts";
import { type Connection, RateLimited, type Reading } from "../../../ports/source.ts";
import gitlab from "./index.ts";

const { poller } = gitlab;
const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";
const SINCE = "2026-11-01T00:00:00.000Z";
const user = { id: 42, name: "Robin Example", username: "robin" };

type Row = Record<string, unknown> & { id: number; updated_at: string };

const deployment = (id: number, status: string, updatedAt: string, more: object = {}): Row => ({
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

const pipeline = (id: number, status: string, updatedAt: string, more: object = {}): Row => ({
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

interface Held {
  deployments: Row[];
  pipelines: Row[];
}
const NOT_LISTED = ["started_at", "finished_at", "duration", "tag", "user"];

/** GitLab docs "Deployments API", "Pipelines API": sorted by `updated_at`, from `updated_after`, in pages. */
function gitlabApi(held: Held, limitAfter = Number.POSITIVE_INFINITY): Promise<FakeApi> {
  return fakeApi(({ path, query, headers }, api) => {
    if (headers["private-token"] !== "secret") return { status: 401, body: { message: "401 Unauthorized" } };
    if (api.requests.length > limitAfter)
      return { status: 429, headers: { "retry-after": "7" }, body: "Retry later" };
    const [, project, kind, id] = /^\/api\/v4\/projects\/([^/]+)(?:\/(\w+)(?:\/(\d+))?)?$/.exec(path) ?? [];
    if (project !== "4321" && project !== "web%2Fshop") return { status: 404, body: { message: "404" } };
    if (kind === undefined)
      return {
        body: {
          id: 4321,
          path_with_namespace: "web/shop",
          web_url: "https://gitlab.shop.example.com/web/shop",
        },
      };
    const rows = kind === "pipelines" ? held.pipelines : held.deployments;
    if (id !== undefined) return { body: rows.find((row) => String(row.id) === id) };
    expect([query.get("order_by"), query.get("sort")]).toEqual(["updated_at", "asc"]);
    const size = Number(query.get("per_page"));
    const from = (Number(query.get("page")) - 1) * size;
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

const connect = (api: FakeApi, only = ["web/shop"], token: string | null = "secret"): Connection => ({
  url: api.url,
  token,
  only,
  instance: "gitlab.shop.example.com",
});

const hook = (body: object): Reading => ({
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
        .map((one) => ({
          ...one,
          activityId: activityId(one.object),
          at: one.at ?? "",
          reopens: one.reopens ?? false,
          key: "polled",
          verified: true,
          deliveryId: null,
          receivedAt: "",
        })),
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
    const all = [...first.transitions, ...second.transitions].map((one, at) => ({
      ...one,
      activityId: "x",
      at: one.at ?? "",
      reopens: one.reopens ?? false,
      key: String(at),
      verified: true,
      deliveryId: null,
      receivedAt: "",
    }));
    const [one] = all;
    if (one === undefined) throw new Error("nothing");
    expect(fold(one.object, all, "")).toMatchObject({
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
