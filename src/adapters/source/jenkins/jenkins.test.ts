/** Jenkins: the suite of the port over its three dialects, the recorded deliveries, and what must not be kept. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading, Source } from "../../../ports/source.ts";
import jenkins from "./index.ts";

const reading = (body: unknown): Reading => ({
  headers: {},
  body,
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
const source: Source = jenkins;
const statistics = {
  ciUrl: "https://ci.example.com/",
  fullJobName: "web/shop",
  jobName: "shop",
  number: 7,
  result: "INPROGRESS",
  startTime: 1795168800,
  startedUserId: "robin@example.com",
  startedUserName: "Robin",
  parameters: { ENV: "staging" },
  scmInfo: { url: "https://git.example.com/shop.git", branch: "origin/main", commit: "279484c0" },
};
const cdevent = {
  type: "dev.cdevents.pipelinerun.finished.0.1.0",
  time: "2026-11-20T10:01:30Z",
  outcome: "error",
  data: {
    customData: {
      url: "job/web/job/shop/",
      build: { number: 7, fullUrl: "https://ci.example.com/job/web/job/shop/7/" },
    },
  },
};

sourceConformance(jenkins, {
  deliveries: [
    { headers: {}, body: statistics },
    { headers: {}, body: cdevent },
  ],
});

test("the plugins agree on the run, whatever they say about it", () => {
  const rows = rowsOf(jenkins, [reading(cdevent), reading(statistics)]);
  expect(rows).toEqual([
    expect.objectContaining({
      instance: "ci.example.com",
      externalId: "web/shop#7",
      status: "failed",
      environment: "staging",
      durationMs: 90_000,
      actor: { name: "Robin", login: "robin" },
    }),
  ]);
});

needs("webhook-fixtures").describe("recorded Jenkins deliveries", () => {
  const recorded = (name: string) => {
    const file = JSON.parse(readFileSync(fixturePath("jenkins", `${name}.json`), "utf8"));
    return reading(file.payload ?? file);
  };

  test("a deployment marked by a parameter ends, though its end has no parameters", () => {
    const readings = [
      recorded("statistics-gatherer.deploy.inprogress"),
      recorded("statistics-gatherer.deploy.success"),
    ];
    for (const order of orders([...readings, ...readings])) {
      expect(rowsOf(jenkins, order)).toEqual([
        expect.objectContaining({
          kind: "deployment",
          instance: "localhost:8080/jenkins",
          externalId: "jenkins_test#252",
          service: "jenkins_test",
          status: "succeeded",
          startedAt: "2016-07-25T13:38:23.000Z",
          durationMs: 9452,
          durationFrom: "reported",
          ref: "master",
          actor: { name: "anonymous", login: "anonymous" },
        }),
      ]);
    }
  });

  test("a build without the parameter is a build", () => {
    const [row] = rowsOf(jenkins, [recorded("statistics-gatherer.build.inprogress")]);
    expect(row).toMatchObject({
      kind: "build",
      status: "running",
      tags: { "parameter.someParams": "someValue" },
    });
    expect(row).not.toHaveProperty("commitSha");
  });

  test("CDEvents: started and finished share their id and are both counted", () => {
    const readings = [
      recorded("cdevents-plugin.pipelinerun.started"),
      recorded("cdevents-plugin.pipelinerun.finished"),
    ];
    for (const order of orders([...readings, ...readings])) {
      expect(order.map(({ body }) => source.deliveryId({}, body))).toEqual([null, null, null, null]);
      expect(rowsOf(jenkins, order)).toEqual([
        expect.objectContaining({
          kind: "build",
          instance: "localhost:8080/jenkins",
          externalId: "PipelineCommit#167",
          status: "succeeded",
          startedAt: "2023-04-06T20:55:55.599Z",
          finishedAt: "2023-04-06T20:56:06.898Z",
          durationMs: 12_165,
        }),
      ]);
    }
  });

  test("CDEvents: a queue item names no run and makes no row", () => {
    const queued = jenkins.normalise(recorded("cdevents-plugin.pipelinerun.queued"));
    expect(queued).toMatchObject({ outcome: "ignored", reason: expect.stringContaining("queued") });
  });
});

test("values of parameters named like secrets are in no tag and in no stored body", () => {
  const parameters = { DB_PASSWORD: "hunter2", GIT_TOKEN: "hunter3", VERSION: "1.4.2" };
  const url = "https://robin:hunter4@git.example.com/shop.git";
  const body = { ...statistics, parameters, scmInfo: { url } };
  expect(JSON.stringify(jenkins.normalise(reading(body)))).not.toContain("hunter");
  const kept = JSON.stringify(jenkins.redact?.(body));
  expect(kept).not.toContain("hunter");
  expect(kept).toContain('"VERSION":"1.4.2"');
  expect(jenkins.redact?.(statistics)).toBe(statistics);
});

test("at most 40 tags, also with many parameters, and the own ones stay", () => {
  const parameters = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`P${at}`, "x".repeat(900)]));
  const tags = rowsOf(jenkins, [reading({ ...statistics, parameters })])[0]?.tags ?? {};
  expect(Object.keys(tags)).toHaveLength(40);
  expect(tags).toHaveProperty(["jenkins.number"], "7");
});
