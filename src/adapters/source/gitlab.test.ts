/** GitLab: the conformance suite, recorded deliveries, links between things, and DevLake's oracle. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fixturePath } from "../../../test/fixtures-dir.ts";
import { needs } from "../../../test/needs.ts";
import { readCsv } from "../../../test/read-csv.ts";
import { rowsOf } from "../../conformance/folding.ts";
import { orders } from "../../conformance/orders.ts";
import { sourceConformance } from "../../conformance/source.ts";
import { fold } from "../../domain/fold.ts";
import { activityId } from "../../kit/ids.ts";
import type { Reading } from "../../ports/source.ts";
import { deploymentRowTransitions } from "./gitlab/api.ts";
import gitlab from "./gitlab/index.ts";
import type { Project } from "./gitlab/project.ts";

const recorded = needs("webhook-fixtures");
const own = join(import.meta.dirname, "../../../test/fixtures/intake/gitlab");

const json = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const reading = (body: unknown, headers: Record<string, string> = {}): Reading => ({
  headers,
  body,
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});

/** Some recordings stand in an envelope `{headers, payload}`. */
function file(name: string): Reading {
  const content = json(fixturePath("gitlab", `${name}.json`));
  const wrapped = typeof content === "object" && content !== null && "payload" in content;
  return reading(wrapped ? content.payload : content);
}

type Pair = { headers: Record<string, string>; body: unknown };
const deliveries = readdirSync(own)
  .filter((name) => name.endsWith(".in.json"))
  .map((name) => [json(join(own, name))].flat()[0] as Pair)
  .map(({ headers, body }) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])),
    body,
  }));
sourceConformance(gitlab, { deliveries, runs: 40 });

describe("recorded GitLab deliveries", () => {
  recorded.test("a deployment: time with an offset, full sha from the commit's address", () => {
    expect(rowsOf(gitlab, [file("deployment")])).toEqual([
      {
        id: "51e77c62-0c6c-8402-9eaa-b1369d45c79c",
        kind: "deployment",
        source: "gitlab",
        instance: "10.126.0.2:3000",
        externalId: "30/15",
        attempt: 1,
        service: "root/test-deployment-webhooks",
        repository: "http://10.126.0.2:3000/root/test-deployment-webhooks",
        environment: "staging",
        status: "succeeded",
        version: "1.0.0",
        commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
        ref: "1.0.0",
        finishedAt: "2021-04-28T19:50:00.000Z",
        occurredAt: "2021-04-28T19:50:00.000Z",
        actor: { name: "User1", login: "user1" },
        url: "http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796",
        parentId: "7c15dd56-4f37-84a3-b0b9-9f7b8ec697a0",
        verified: true,
        tags: {
          environmentUrl: "https://staging.example.com",
          "gitlab.status": "success",
          title: "Add new file",
        },
      },
    ]);
  });

  recorded.test("the pipeline 96963426, in all orders and repeated, is one success of 114 s", () => {
    const story = ["pending", "running", "success"].map((state) => `pipeline-sequence.${state}`);
    for (const order of orders([...story, "pipeline-sequence.running"]))
      expect(rowsOf(gitlab, order.map(file))).toEqual([
        expect.objectContaining({
          kind: "pipeline",
          instance: "gitlab.com",
          externalId: "pipeline/15119184/96963426",
          attempt: 1,
          status: "succeeded",
          startedAt: "2019-11-19T12:40:08.000Z",
          finishedAt: "2019-11-19T12:42:04.000Z",
          durationMs: 114_000,
          durationFrom: "reported",
          ref: "feature/test",
        }),
      ]);
  });

  recorded.test("a pipeline knows the pipeline that started it", () => {
    const upstream = {
      identityKind: "pipeline",
      source: "gitlab",
      instance: "192.168.64.1:3005",
      externalId: "pipeline/41/30",
      attempt: 1,
    };
    expect(rowsOf(gitlab, [file("pipeline")])).toEqual([
      expect.objectContaining({
        externalId: "pipeline/1/31",
        status: "succeeded",
        startedAt: "2016-08-12T15:24:56.000Z",
        finishedAt: "2016-08-12T15:26:29.000Z",
        durationMs: 63_000,
        parentId: activityId(upstream),
      }),
    ]);
  });

  recorded.test("jobs are stages, also from hooks without `project`", () => {
    expect(rowsOf(gitlab, [file("job"), file("build")])).toEqual([
      expect.objectContaining({
        kind: "stage",
        externalId: "job/31537070/3580121225",
        service: "jsmithy2/release-tools-fake",
        status: "succeeded",
        startedAt: "2023-01-10T13:50:05.000Z",
        finishedAt: "2023-01-10T13:50:54.000Z",
        durationMs: 49_504,
        environment: "production",
        tier: "production",
      }),
      expect.objectContaining({
        kind: "stage",
        externalId: "job/380/1977",
        service: "gitlab-org/gitlab-test",
        status: "pending",
        occurredAt: "2021-02-23T02:41:37.886Z",
      }),
    ]);
    expect(JSON.stringify(rowsOf(gitlab, [file("job"), file("build")]))).not.toContain("_failure");
  });

  recorded.test("merge requests and issues", () => {
    const rows = rowsOf(gitlab, [file("merge_request"), file("issue")]);
    expect(rows).toEqual([
      expect.objectContaining({ kind: "change", externalId: "merge_request/1/1", status: "running" }),
      expect.objectContaining({ kind: "ticket", externalId: "issue/1/23", status: "pending" }),
    ]);
    expect(rows[0]).toMatchObject({
      startedAt: "2013-12-03T17:23:34.000Z",
      commitSha: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
    });
  });

  recorded.test("a push tells its commits", () => {
    const pushed = gitlab.normalise(file("push"));
    expect(pushed).toMatchObject({
      outcome: "accepted",
      transitions: [],
      commits: {
        repository: "http://example.com/mike/diaspora",
        commits: [
          {
            sha: "b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327",
            committedAt: "2011-12-12T12:27:31.000Z",
            author: { name: "Jordi Mallach", login: null },
          },
          { sha: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7", message: "fixed readme" },
        ],
      },
    });
    expect(gitlab.normalise(file("push.subgroup"))).toMatchObject({ outcome: "accepted" });
  });

  recorded.test("releases are known and not used", () => {
    const reasons = {
      release: "a release is not a deployment",
    };
    for (const [name, reason] of Object.entries(reasons))
      expect(gitlab.normalise(file(name))).toEqual({ outcome: "ignored", reason });
  });
});

describe("what belongs together", () => {
  const project = {
    id: 4321,
    path_with_namespace: "web/shop",
    web_url: "https://gitlab.shop.example.com/web/shop",
  };
  const transitions = (body: unknown) => {
    const result = gitlab.normalise(reading(body));
    if (result.outcome !== "accepted") throw new Error(result.reason);
    return result.transitions;
  };
  const jobBody = {
    object_kind: "build",
    build_id: 796,
    build_status: "running",
    build_started_at: "2026-11-20 10:00:00 UTC",
    pipeline_id: 77,
    project,
  };

  test("deployment -> job -> pipeline; a teardown belongs to the job that carries it out", () => {
    const [deployment] = transitions({
      object_kind: "deployment",
      status: "running",
      deployment_id: 15,
      deployable_id: 796,
      project,
    });
    const [pipeline] = transitions({
      object_kind: "pipeline",
      object_attributes: { id: 77, status: "running" },
      project,
    });
    const [job] = transitions(jobBody);
    if (job === undefined || pipeline === undefined) throw new Error("nothing");
    expect(deployment?.facts.parentId).toBe(activityId(job.object));
    expect(job.facts.parentId).toBe(activityId(pipeline.object));
    const stop = transitions({ ...jobBody, environment: { name: "qa", action: "stop" } });
    expect(stop.map(({ facts }) => [facts.kind, facts.deploymentKind, facts.parentId])).toEqual([
      ["stage", undefined, activityId(pipeline.object)],
      ["deployment", "teardown", activityId(job.object)],
    ]);
  });

  test("a `running` pipeline of which no job has begun never reopens one that ended", () => {
    const [run] = transitions({
      object_kind: "pipeline",
      object_attributes: { id: 77, status: "running" },
      project,
    });
    expect(run).toMatchObject({ step: "running", at: null, reopens: false });
  });

  test("the delivery id is that of the delivery, not that of a recursion or of the hook", () => {
    const shared = { "x-gitlab-event-uuid": "1", "x-gitlab-webhook-uuid": "2" };
    expect(gitlab.deliveryId(shared)).toBeNull();
    expect(gitlab.deliveryId({ ...shared, "idempotency-key": "3" })).toBe("3");
    expect(gitlab.deliveryId({ "webhook-id": "4", "idempotency-key": "3" })).toBe("4");
  });

  test("the payload's host counts before the header, which counts before the source's name", () => {
    const header = { "x-gitlab-instance": "https://git.example.com" };
    const host = (body: object, headers = {}) => {
      const result = gitlab.normalise(reading({ ...jobBody, ...body }, headers));
      return result.outcome === "accepted" ? result.transitions[0]?.object.instance : null;
    };
    expect(host({}, header)).toBe("gitlab.shop.example.com");
    expect(host({ project: { id: 1 } }, header)).toBe("git.example.com");
    expect(host({ project: { id: 1 } })).toBe("gitlab");
  });
});

describe("DevLake's recorded deployments (devlake-oracle/gitlab)", () => {
  const PROJECT: Project = { instance: "gitlab.com", id: "12345678", path: "data/spend", url: null };
  const STATUS_OF: Record<string, string | null> = { SUCCESS: "succeeded", FAILURE: "failed" };

  function foldRow(row: unknown) {
    const [one] = deploymentRowTransitions(PROJECT, row);
    if (one === undefined) throw new Error("no transition");
    const stored = {
      ...one,
      activityId: "x",
      at: one.at ?? "",
      reopens: false,
      key: "k",
      verified: true,
      deliveryId: null,
      receivedAt: "",
    };
    return fold(one.object, [stored], "0".repeat(32));
  }
  const iso = (text = ""): string | null => (text === "" ? null : new Date(text).toISOString());

  recorded.test("equal on status and times, except where they call an unfinished deployment finished", () => {
    const raws = readCsv(fixturePath("devlake-oracle", "gitlab.raw.deployments.csv"));
    const expected = readCsv(fixturePath("devlake-oracle", "gitlab.expected.cicd_deployments.csv"));
    const seen: string[] = [];
    for (const { data = "" } of raws) {
      const row: { id: number; status: string; updated_at?: string } = JSON.parse(data);
      const theirs = expected.find(({ id = "" }) => id.endsWith(`:${row.id}`)) ?? {};
      const ours = foldRow(row);
      seen.push(row.status);
      // Without a start of the job, a running deployment began when it said so.
      if (row.status !== "running") expect(ours.startedAt).toBe(iso(theirs["started_date"]));
      const ended = STATUS_OF[theirs["result"] ?? ""];
      if (ended === undefined) {
        // created, running, blocked, undeployed: the job's end is not the deployment's.
        expect(ours).toMatchObject({ finishedAt: null, durationMs: null });
        expect(["pending", "running", null]).toContain(ours.status);
        continue;
      }
      expect(ours.status).toBe(row.status === "canceled" ? "canceled" : ended);
      if (theirs["finished_date"] === "") {
        // The job was skipped: then the end is the moment at which the deployment got its state.
        expect(ours.finishedAt).toBe(iso(`${row.updated_at?.slice(0, 19)}Z`));
        continue;
      }
      expect(ours.finishedAt).toBe(iso(theirs["finished_date"]));
      expect(ours.durationMs).toBe(Math.round(Number(theirs["duration_sec"]) * 1000));
    }
    expect(seen.sort()).toEqual([
      "blocked",
      "canceled",
      "completed",
      "created",
      "failed",
      "running",
      "success",
      "undeployed",
    ]);
  });
});
