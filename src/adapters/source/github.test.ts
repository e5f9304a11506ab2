/** GitHub: the conformance suite, recorded deliveries, signatures' header, links between things, and DevLake's oracle. */
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
import { deploymentHistory } from "./github/deployment-history.ts";
import github from "./github/index.ts";
import type { Repository } from "./github/repository.ts";

const recorded = needs("webhook-fixtures");
const own = join(import.meta.dirname, "../../../test/fixtures/intake/github");

const json = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const reading = (event: string, body: unknown): Reading => ({
  headers: event === "" ? {} : { "x-github-event": event },
  body,
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
const file = (name: string): Reading =>
  reading(name.split(".")[0] ?? "", json(fixturePath("github", `${name}.json`)));

type Pair = { headers: Record<string, string>; body: unknown };
const deliveries = readdirSync(own)
  .filter((name) => name.endsWith(".in.json"))
  .map((name) => [json(join(own, name))].flat()[0] as Pair)
  .map(({ headers, body }) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])),
    body,
  }));
sourceConformance(github, { deliveries, runs: 40 });

describe("recorded GitHub deliveries", () => {
  const HELLO = {
    source: "github",
    instance: "github.com",
    repository: "https://github.com/Codertocat/Hello-World",
    service: "Codertocat/Hello-World",
    verified: true,
    attempt: 1,
  };
  const deployment = {
    ...HELLO,
    id: "e7696911-03b6-8f8e-a1f4-70e28bad3987",
    kind: "deployment",
    externalId: "186853002/145988746",
    environment: "production",
    commitSha: "f95f852bd8fca8fcc58a9a2d6c842781e32a215e",
    ref: "master",
    actor: { login: "Codertocat" },
    url: "https://github.com/Codertocat/Hello-World/deployments/production",
  };

  recorded.test("a deployment was asked for, and nothing has begun", () => {
    const expected = [{ ...deployment, status: "pending", occurredAt: "2019-05-15T15:20:53.000Z" }];
    expect(rowsOf(github, [file("deployment")])).toEqual(expected);
    expect(rowsOf(github, [file("deployment.with-installation")])).toEqual(expected);
  });

  recorded.test("deployment and status, in any order and repeated, are one success", () => {
    const at = "2019-05-15T15:20:55.000Z";
    const story = [
      "deployment",
      "deployment_status.success",
      "deployment.with-installation",
      "deployment_status.with-installation",
    ];
    for (const order of orders(story))
      expect(rowsOf(github, order.map(file))).toEqual([
        { ...deployment, status: "succeeded", finishedAt: at, occurredAt: at },
      ]);
  });

  recorded.test("runs and jobs", () => {
    const run = {
      source: "github",
      instance: "github.com",
      kind: "pipeline",
      externalId: "run/300029405/289782451",
      attempt: 1,
      status: "succeeded",
      startedAt: "2020-10-05T16:33:49.000Z",
      finishedAt: "2020-10-05T16:33:49.000Z",
      commitSha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
      ref: "master",
      service: "octo-org/octo-repo",
    };
    for (const order of orders(["workflow_run.requested", "workflow_run.completed"]))
      expect(rowsOf(github, order.map(file))).toEqual([expect.objectContaining(run)]);
    expect(rowsOf(github, [file("workflow_job.completed.success")])).toEqual([
      expect.objectContaining({
        kind: "stage",
        externalId: "job/186853002/289782451",
        status: "succeeded",
        startedAt: "2021-08-05T10:34:58.000Z",
        finishedAt: "2021-08-05T10:38:16.000Z",
        durationMs: 198_000,
        durationFrom: "paired",
      }),
    ]);
  });

  recorded.test("a job whose status says `waiting` waits, though the action says `queued`", () => {
    const result = github.normalise(file("workflow_job.queued.with-deployment"));
    if (result.outcome !== "accepted") throw new Error(result.reason);
    const [job, named] = result.transitions;
    expect(job).toMatchObject({ step: "waiting", object: { identityKind: "stage" } });
    expect(job?.facts.startedAt).toBeNull();
    expect(named).toMatchObject({
      step: "observed",
      object: { identityKind: "deployment", externalId: "591427149/875096709" },
      facts: { environment: "Test", parentId: job === undefined ? "" : activityId(job.object) },
    });
  });

  recorded.test("a pull request closed without a merge is canceled; issues stand there", () => {
    for (const order of orders(["pull_request.opened", "pull_request.closed"]))
      expect(rowsOf(github, order.map(file))).toEqual([
        expect.objectContaining({
          kind: "change",
          externalId: "pull/186853002/2",
          attempt: 1,
          status: "canceled",
          startedAt: "2019-05-15T15:20:33.000Z",
          finishedAt: "2019-05-15T15:21:18.000Z",
          commitSha: "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
        }),
      ]);
    expect(rowsOf(github, [file("issues.labeled"), file("issues.opened")])).toEqual([
      expect.objectContaining({
        kind: "ticket",
        externalId: "issue/186853002/1",
        status: "pending",
        tags: { labels: "bug", milestone: "v1.0", number: "1", title: "Spelling error in the README file" },
      }),
    ]);
  });

  recorded.test("a push tells its commits, without anybody's address", () => {
    expect(github.normalise(file("push.new-branch"))).toEqual({
      outcome: "accepted",
      transitions: [],
      commits: {
        pushed: {
          ...{ branch: "master", before: null, after: "6113728f27ae82c7b1a177c8d03f9e96e0adf246" },
          firstAt: "2019-05-15T15:19:25.000Z",
        },
        repository: "https://github.com/Codertocat/Hello-World",
        commits: [
          {
            sha: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
            parents: null,
            committedAt: "2019-05-15T15:19:25.000Z",
            authoredAt: null,
            author: { name: "Codertocat", login: "Codertocat" },
            message: "Initial commit",
            url: "https://github.com/Codertocat/Hello-World/commit/6113728f27ae82c7b1a177c8d03f9e96e0adf246",
          },
        ],
      },
    });
  });

  recorded.test("events that are not used say why", () => {
    const reasons = {
      ping: "ping: the hook is connected",
      "push.tag-deleted": "a push that deletes refs/tags/simple-tag is not an activity",
      "release.published": "a release is not a deployment",
      status: 'github event "status" is not used',
      "check_suite.completed": 'github event "check_suite" is not used',
      "deployment_review.requested": 'github event "deployment_review" is not used',
    };
    for (const [name, reason] of Object.entries(reasons))
      expect(github.normalise(file(name))).toEqual({ outcome: "ignored", reason });
  });

  recorded.test("without the header the shape tells the event", () => {
    const unknown = ["check_suite.completed", "status"];
    for (const entry of readdirSync(fixturePath("github"))) {
      const name = entry.replace(/\.json$/, "");
      const bare = github.normalise({ ...file(name), headers: {} });
      if (unknown.includes(name)) expect(bare.outcome).toBe("unmapped");
      else expect(bare).toEqual(github.normalise(file(name)));
    }
  });
});

describe("what belongs together", () => {
  const ids = (body: unknown, event: string): string[] => {
    const result = github.normalise(reading(event, body));
    return result.outcome === "accepted" ? result.transitions.map(({ object }) => activityId(object)) : [];
  };
  const repository = {
    id: 4321,
    full_name: "example-shop/shop",
    html_url: "https://github.com/example-shop/shop",
  };
  const run = { id: 77, run_attempt: 2 };
  const job = { id: 99, run_id: 77, run_attempt: 2, status: "in_progress" };
  const deployment = { id: 1500, environment: "prod-eu" };
  const parents = (event: string, body: object): unknown[] => {
    const result = github.normalise(reading(event, { ...body, repository }));
    return result.outcome === "accepted" ? result.transitions.map(({ facts }) => facts.parentId) : [];
  };
  const [runId] = ids({ workflow_run: { ...run, status: "queued" }, repository }, "workflow_run");
  const [jobId] = ids({ workflow_job: job, repository }, "workflow_job");

  test("a job belongs to the attempt of its run, a deployment to its job or else to its run", () => {
    expect(runId).toBeDefined();
    expect(parents("workflow_job", { workflow_job: job })).toEqual([runId]);
    expect(parents("workflow_job", { workflow_job: job, deployment })).toEqual([runId, jobId]);
    expect(parents("deployment", { deployment, workflow_run: run })).toEqual([runId]);
    const status = { deployment, deployment_status: { state: "success" }, workflow_run: run };
    expect(parents("deployment_status", status)).toEqual([runId]);
    expect(parents("deployment_status", { ...status, check_run: { id: 99 } })).toEqual([jobId]);
    expect(parents("deployment_status", { ...status, workflow_run: { id: 77 } })).toEqual([null]);
  });

  test("every delivery about a pull request tells its opening and its end in the same words", () => {
    const pull = {
      number: 7,
      state: "closed",
      merged_at: "2026-11-19T15:00:00Z",
      created_at: "2026-11-18T09:00:00Z",
    };
    const told = (title: string, updated: string) => {
      const body = { action: "edited", pull_request: { ...pull, title, updated_at: updated }, repository };
      const result = github.normalise(reading("pull_request", body));
      return result.outcome === "accepted" ? result.transitions : [];
    };
    const one = told("Show the delivery date", "2026-11-19T16:00:00Z");
    const two = told("Show the day of delivery", "2026-11-19T17:00:00Z");
    expect(one.map(({ step }) => step)).toEqual(["running", "succeeded", "observed"]);
    expect(two.slice(0, 2)).toEqual(one.slice(0, 2));
    expect(two[2]).not.toEqual(one[2]);
  });

  test("the instance of the address counts before the host of the payload", () => {
    const result = github.normalise({
      ...reading("deployment", { deployment, repository }),
      instance: "ghe-1",
    });
    expect(result).toMatchObject({ transitions: [{ object: { instance: "ghe-1" } }] });
  });

  test("the delivery id is GitHub's own", () => {
    expect(github.deliveryId({ "x-github-delivery": "72d3162e" })).toBe("72d3162e");
    expect(github.deliveryId({})).toBeNull();
  });
});

describe("DevLake's recorded deployments (devlake-oracle/github)", () => {
  interface Raw {
    Id: string;
    DatabaseId: number;
    CommitOid: string;
    Environment: string;
    CreatedAt: string;
    UpdatedAt: string;
    Ref: { Name: string };
    Statuses?: { nodes: Array<{ state: string; updatedAt: string }> };
  }
  const REPOSITORY: Repository = {
    instance: "github.com",
    id: "335709078",
    name: "facebook/OpenBIC",
    url: "https://github.com/facebook/OpenBIC",
  };

  /** DevLake read GraphQL; the REST API has the same facts under other names. */
  function foldRaw(raw: Raw) {
    const row = {
      id: raw.DatabaseId,
      sha: raw.CommitOid,
      ref: raw.Ref.Name,
      environment: raw.Environment,
      created_at: raw.CreatedAt,
      updated_at: raw.UpdatedAt,
    };
    const statuses = (raw.Statuses?.nodes ?? []).map(({ state, updatedAt }) => ({
      state: state.toLowerCase(),
      created_at: updatedAt,
    }));
    const transitions = deploymentHistory(REPOSITORY, row, statuses);
    const [first] = transitions;
    if (first === undefined) throw new Error("no transition");
    const stored = transitions.map((one, at) => ({
      ...one,
      activityId: "x",
      at: one.at ?? "",
      reopens: false,
      key: String(at),
      verified: true,
      deliveryId: null,
      receivedAt: "",
    }));
    return fold(first.object, stored, "0".repeat(32));
  }

  recorded.test(
    "equal on status and times where the statuses are known, and no guess where they are not",
    () => {
      const raws = readCsv(fixturePath("devlake-oracle", "github.raw.deployment.csv"));
      const expected = readCsv(fixturePath("devlake-oracle", "github.expected.cicd_deployments.csv"));
      let compared = 0;
      for (const { data = "" } of raws) {
        const raw: Raw = JSON.parse(data);
        const theirs = expected.find(({ id = "" }) => id.endsWith(`:${raw.Id}`));
        const ours = foldRaw(raw);
        expect(ours.commitSha).toBe(theirs?.["name"]);
        expect(ours.occurredAt.slice(0, 10) >= raw.CreatedAt.slice(0, 10)).toBe(true);
        if (raw.Statuses === undefined) {
          // Trap: DevLake takes the moment at which the next one took over for the end (up to nine days).
          expect(ours).toMatchObject({ status: "pending", finishedAt: null, durationMs: null });
          continue;
        }
        compared += 1;
        expect(theirs?.["result"]).toBe("SUCCESS");
        expect(ours.status).toBe("succeeded");
        expect(ours.finishedAt).toBe(new Date(theirs?.["finished_date"] ?? "").toISOString());
        // Their start is the creation; ours is the first status that says that it runs.
        const running = raw.Statuses.nodes.find(({ state }) => state === "IN_PROGRESS")?.updatedAt ?? "";
        expect(ours.startedAt).toBe(new Date(running).toISOString());
      }
      expect(compared).toBe(2);
    },
  );

  test("a deployment of which only `inactive` is left has no finish and no status", () => {
    const row = { id: 5, environment: "github-pages", created_at: "2026-07-24T00:18:51Z" };
    const history = deploymentHistory(REPOSITORY, row, [
      { state: "inactive", created_at: "2026-08-02T00:18:13Z" },
    ]);
    expect(history.map(({ step }) => step)).toEqual(["observed", "observed"]);
  });
});
