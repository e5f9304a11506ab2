/** What GitLab's poller tells beside deployments and pipelines: jobs, merge requests, issues; the same as the hooks. */
import { describe, expect, test } from "vitest";
import {
  commit,
  connect,
  gitlabApi,
  hook,
  pipeline,
  type Row,
  SHA,
  SINCE,
  user,
} from "../../../../test/fake-gitlab.ts";
import { essence, pollAll } from "../../../../test/poll-all.ts";
import { transitionsOf } from "../../../conformance/folding.ts";
import type { Transition } from "../../../domain/transition.ts";
import gitlab from "./index.ts";

const { poller } = gitlab;

const job = (id: number, status: string, more: object = {}): object => ({
  id,
  name: "deploy",
  stage: "release",
  status,
  ref: "main",
  tag: false,
  created_at: "2026-11-20T09:50:00.500Z",
  started_at: "2026-11-20T09:50:20.250Z",
  finished_at: "2026-11-20T09:51:50.640Z",
  duration: 90.39,
  failure_reason: status === "failed" ? "script_failure" : undefined,
  user,
  commit: { id: SHA },
  pipeline: { id: 77 },
  ...more,
});
/** The hook of the same job (GitLab docs "Webhook events", "Job events"). */
const jobHook = (id: number, status: string, times: object = {}) =>
  hook({
    object_kind: "build",
    build_id: id,
    build_name: "deploy",
    build_stage: "release",
    build_status: status,
    build_created_at: "2026-11-20 09:50:00 UTC",
    build_started_at: "2026-11-20 09:50:20 UTC",
    build_finished_at: "2026-11-20 09:51:50 UTC",
    build_duration: 90.39,
    build_failure_reason: status === "failed" ? "script_failure" : "unknown_failure",
    pipeline_id: 77,
    ref: "main",
    tag: false,
    sha: SHA,
    ...times,
  });

const mergeRequest = (iid: number, updatedAt: string, more: object = {}): Row => ({
  id: 9000 + iid,
  iid,
  title: "Show the delivery date",
  state: "opened",
  created_at: "2026-11-19T08:00:00.100Z",
  updated_at: updatedAt,
  merged_at: null,
  closed_at: null,
  source_branch: "delivery-date",
  target_branch: "main",
  sha: SHA,
  merge_commit_sha: null,
  draft: false,
  labels: ["feature", "shop"],
  web_url: `https://gitlab.shop.example.com/web/shop/-/merge_requests/${iid}`,
  ...more,
});
const issue = (iid: number, updatedAt: string, more: object = {}): Row => ({
  id: 8000 + iid,
  iid,
  title: "The date is missing",
  state: "opened",
  created_at: "2026-11-18T08:00:00.100Z",
  updated_at: updatedAt,
  closed_at: null,
  severity: "UNKNOWN",
  labels: [],
  web_url: `https://gitlab.shop.example.com/web/shop/-/issues/${iid}`,
  ...more,
});

describe("GitLab's poller", () => {
  test("tells jobs, merge requests and issues exactly as the hooks do", async () => {
    await using api = await gitlabApi({
      deployments: [],
      pipelines: [pipeline(77, "failed", "2026-11-20T09:52:01.000Z")],
      jobs: [
        job(1, "failed"),
        job(2, "running", { finished_at: null, duration: null }),
        job(3, "skipped", { started_at: null, finished_at: null, duration: null }),
      ],
      merge_requests: [
        mergeRequest(7, "2026-11-20T09:00:00.900Z", {
          state: "merged",
          merged_at: "2026-11-20T08:59:00.300Z",
          merge_commit_sha: SHA,
        }),
      ],
      issues: [
        issue(23, "2026-11-20T09:30:00.700Z", { state: "closed", closed_at: "2026-11-20T09:30:00.600Z" }),
      ],
    });
    const { transitions } = await pollAll(poller, connect(api), SINCE);
    const polled = transitions.filter(({ object }) => object.identityKind !== "pipeline");
    const hooks = [
      jobHook(1, "failed"),
      jobHook(2, "running", { build_finished_at: null, build_duration: null }),
      hook({
        object_kind: "merge_request",
        object_attributes: {
          iid: 7,
          title: "Show the delivery date",
          state: "merged",
          action: "update",
          created_at: "2026-11-19 08:00:00 UTC",
          updated_at: "2026-11-20 09:00:00 UTC",
          merged_at: "2026-11-20 08:59:00 UTC",
          source_branch: "delivery-date",
          target_branch: "main",
          last_commit: { id: SHA },
          merge_commit_sha: SHA,
          url: "https://gitlab.shop.example.com/web/shop/-/merge_requests/7",
          labels: [{ title: "feature" }, { title: "shop" }],
        },
      }),
      hook({
        object_kind: "issue",
        object_attributes: {
          iid: 23,
          title: "The date is missing",
          state: "closed",
          action: "update",
          created_at: "2026-11-18 08:00:00 UTC",
          updated_at: "2026-11-20 09:30:00 UTC",
          closed_at: "2026-11-20 09:30:00 UTC",
          severity: "unknown",
          url: "https://gitlab.shop.example.com/web/shop/-/issues/23",
          labels: [],
        },
      }),
    ];
    const told = transitionsOf(gitlab, hooks).map(([one]) => one);
    expect(polled.map(essence).sort()).toEqual(told.map(essence).sort());
    const factsOf = (all: readonly Transition[], id: string) =>
      all.filter(({ object }) => object.externalId === id).at(-1)?.facts;
    for (const id of ["job/4321/1", "job/4321/2", "merge_request/4321/7", "issue/4321/23"])
      expect(factsOf(polled, id)).toEqual(factsOf(told, id));
  });

  test("reads every page of the jobs of a pipeline, and every row of the other lists", async () => {
    const at = (n: number) => new Date(Date.parse("2026-11-20T10:00:00Z") + n * 1000).toISOString();
    await using api = await gitlabApi({
      deployments: [],
      pipelines: Array.from({ length: 45 }, (_, n) => pipeline(n + 1, "success", at(n))),
      jobs: Array.from({ length: 130 }, (_, n) => job(n + 1, "success")),
      merge_requests: Array.from({ length: 120 }, (_, n) => mergeRequest(n + 1, at(n))),
      issues: Array.from({ length: 60 }, (_, n) => issue(n + 1, at(0))),
    });
    const { transitions, progress } = await pollAll(poller, connect(api), SINCE);
    const count = (kind: string) =>
      new Set(transitions.flatMap(({ object }) => (object.identityKind === kind ? object.externalId : [])))
        .size;
    expect(["pipeline", "stage", "change", "ticket"].map(count)).toEqual([45, 130, 120, 60]);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  test("a project without issues is read for the rest", async () => {
    await using api = await gitlabApi({
      deployments: [],
      pipelines: [],
      merge_requests: [mergeRequest(7, "2026-11-20T09:00:00.000Z")],
      issues: null,
    });
    const { transitions } = await pollAll(poller, connect(api), SINCE);
    expect(new Set(transitions.map(({ object }) => object.externalId))).toEqual(
      new Set(["merge_request/4321/7"]),
    );
  });

  test("commits of all branches come with their parents, over many pages", async () => {
    const sha = (n: number): string => n.toString(16).padStart(40, "0");
    const at = (n: number): string => new Date(Date.parse(SINCE) + n * 60_000).toISOString();
    const commits = Array.from({ length: 250 }, (_, n) => commit(sha(n + 1), n === 0 ? [] : [sha(n)], at(n)));
    await using api = await gitlabApi({ deployments: [], pipelines: [], commits });
    const { commits: read } = await pollAll(poller, connect(api), SINCE);
    expect(read).toHaveLength(250);
    expect(read.find((one) => one.sha === sha(9))).toMatchObject({ parents: [sha(8)], committedAt: at(8) });
    expect(JSON.stringify(read)).not.toContain("robin@");
  });
});
