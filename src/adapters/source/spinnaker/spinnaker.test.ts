/** Spinnaker: the suite of the port, 150 recorded builds of which many lack a start or an end, and orca's events. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { type Row, rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import spinnaker from "./index.ts";

const { body } = spinnaker.sample;
const build = (lastBuild: object) => ({
  details: { source: "igor", type: "build", created: "1795168900000" },
  content: { master: "ci", project: { name: "shop", lastBuild: { number: 42, ...lastBuild } } },
});
const RUNNING = build({ building: true, result: "SUCCESS", timestamp: "1795168800000", duration: 0 });

sourceConformance(spinnaker, { deliveries: [{ headers: {}, body: RUNNING }] });

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
const rows = (bodies: unknown[]): Row[] => rowsOf(spinnaker, bodies.map(reading));

needs("webhook-fixtures").describe("150 recorded builds", () => {
  interface Recorded {
    content: { master: string; project: { name: string; lastBuild: { number: number; building: boolean } } };
  }
  const events: Recorded[] = JSON.parse(
    readFileSync(fixturePath("spinnaker", "igor-build-events.first-150.json"), "utf8"),
  );
  const all = rows(events);
  /** By build, which of both was told. */
  const told = new Map<string, Set<boolean>>();
  for (const { content } of events) {
    const { name, lastBuild } = content.project;
    const id = `${content.master}/${name}/${lastBuild.number}`;
    told.set(id, (told.get(id) ?? new Set()).add(lastBuild.building));
  }
  const of = (...expected: boolean[]): Row[] =>
    all.filter(
      ({ externalId }) => [...(told.get(String(externalId)) ?? [])].sort().join() === expected.join(),
    );

  test("are 138 builds: 69 with an end only, 59 with a start only, 10 with both", () => {
    expect([all.length, of(false).length, of(true).length, of(false, true).length]).toEqual([
      138, 69, 59, 10,
    ]);
  });
  test("none has a duration of zero, and who only began has neither duration nor end", () => {
    for (const { durationMs } of all) expect(durationMs ?? 1).toBeGreaterThan(0);
    for (const row of of(true)) {
      expect(row).toMatchObject({ status: "running", startedAt: expect.any(String) });
      expect(row).not.toHaveProperty("finishedAt");
      expect(row).not.toHaveProperty("durationMs");
    }
    for (const row of [...of(false), ...of(false, true)]) {
      expect(["succeeded", "failed", "canceled"]).toContain(row["status"]);
      expect(row["durationFrom"]).toBe("reported");
      expect(Date.parse(String(row["finishedAt"])) - Date.parse(String(row["startedAt"]))).toBe(
        row["durationMs"],
      );
    }
  });
  test("say the same in another order, and repeated", () => {
    expect(rows([...events].reverse())).toEqual(all);
    expect(rows([...events, ...events])).toEqual(all);
  });
});

describe("builds that igor saw", () => {
  test("one that runs does not have the result that it carries", () => {
    const [row] = rows([RUNNING]);
    expect(row).toMatchObject({ status: "running", startedAt: "2026-11-20T10:00:00.000Z" });
    expect(row).not.toHaveProperty("durationMs");
  });
  test("an end without a duration is an end, at the time of the event", () => {
    const [row] = rows([build({ building: false, result: "UNSTABLE", duration: 0 })]);
    expect(row).toMatchObject({
      status: "succeeded",
      finishedAt: "2026-11-20T10:01:40.000Z",
      tags: { unstable: "true" },
    });
    expect(row).not.toHaveProperty("durationMs");
    expect(row).not.toHaveProperty("startedAt");
  });
});

describe("orca's executions", () => {
  const execution = { ...body.content.execution, startTime: 1795168790000, buildTime: 1795168780000 };
  const pipeline = (phase: string, over: object) => ({
    details: {
      source: "orca",
      type: `orca:pipeline:${phase}`,
      application: "shop",
      created: "1795168999000",
    },
    content: { executionId: execution.id, execution: { ...execution, ...over } },
  });
  test("a pipeline, and the deployment in it", () => {
    const [deployment, run] = rows([
      pipeline("starting", { status: "RUNNING" }),
      pipeline("complete", { status: "SUCCEEDED", endTime: 1795168900000 }),
      body,
    ]);
    expect(run).toMatchObject({
      kind: "pipeline",
      service: "shop",
      status: "succeeded",
      durationMs: 110_000,
      actor: { login: "robin" },
      tags: { name: "Deploy shop", "spinnaker.trigger": "git" },
    });
    expect(deployment).toMatchObject({
      kind: "deployment",
      environment: "production",
      version: "1.4.2",
      commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      durationMs: 90_000,
      parentId: run?.id,
    });
  });
  test("a canceled one is no failure, a failed stage says why, a synthetic one is part of another", () => {
    expect(rows([pipeline("failed", { status: "CANCELED" })])).toMatchObject([{ status: "canceled" }]);
    const failed = {
      ...body,
      details: { ...body.details, type: "orca:stage:failed" },
      content: {
        ...body.content,
        context: { failureMessage: "no capacity" },
        execution: { ...execution, stages: [{ id: body.content.stageId, type: "wait", status: "TERMINAL" }] },
      },
    };
    expect(rows([failed])).toMatchObject([{ kind: "stage", status: "failed", error: "no capacity" }]);
    const synthetic = { ...body, content: { ...body.content, isSynthetic: true } };
    expect(spinnaker.normalise(reading(synthetic))).toMatchObject({ outcome: "ignored" });
    const task = { ...body, details: { ...body.details, type: "orca:task:starting" } };
    expect(spinnaker.normalise(reading(task))).toMatchObject({ outcome: "ignored" });
  });
});
