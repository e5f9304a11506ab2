/** Jira: the suite of the port, and the recorded deliveries field by field. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Reading } from "../../../ports/source.ts";
import jira from "./index.ts";

sourceConformance(jira);

const reading = (body: unknown): Reading => ({
  headers: {},
  body,
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
/** Recordings wrap the body as `payload`. */
const recorded = (name: string): Reading =>
  reading(JSON.parse(readFileSync(fixturePath("jira", name), "utf8")).payload);

needs("webhook-fixtures").describe("recorded Jira deliveries", () => {
  test("a ticket is done, then opened again, in whichever order they arrive", () => {
    const done = recorded("issues.kanban.done.json");
    const reopened = recorded("issues.kanban.in_progress.json");
    const [row, ...others] = rowsOf(jira, [reopened, done]);
    expect(others).toEqual([]);
    expect(rowsOf(jira, [done, reopened, done])).toEqual([row]);
    expect(row).toMatchObject({
      kind: "ticket",
      instance: "operationalanalytics.atlassian.net",
      externalId: "10002",
      status: "running",
      attempt: 2,
      service: "TP",
      startedAt: "2019-11-23T12:42:08.841Z",
      url: "https://operationalanalytics.atlassian.net/browse/TP-3",
      tags: {
        key: "TP-3",
        column: "In Progress",
        fromColumn: "Selected for Development",
        resolution: "Done",
      },
    });
    expect(rowsOf(jira, [done])[0]).toMatchObject({
      status: "succeeded",
      finishedAt: "2019-11-23T12:39:45.596Z",
    });
  });
  test("a created ticket waits, with the time it was made", () => {
    const [row] = rowsOf(jira, [recorded("issues.scrum.created_in_sprint.json")]);
    expect(row).toMatchObject({
      externalId: "10004",
      status: "pending",
      occurredAt: "2019-11-22T17:07:08.934Z",
      tags: { column: "To Do", title: "sprint issue active sprint" },
    });
    expect(row).not.toHaveProperty("startedAt");
  });
  test("a started sprint runs since its own start", () => {
    expect(rowsOf(jira, [recorded("sprints.started.json")])).toEqual([
      expect.objectContaining({
        kind: "sprint",
        externalId: "1",
        status: "running",
        startedAt: "2019-11-22T17:13:15.221Z",
        tags: { title: "TS Sprint 1", board: "2", plannedEnd: "2019-12-06T17:13:00.000Z" },
      }),
    ]);
  });
});

test("the parent is the ticket of the parent's number", () => {
  const self = "https://example-shop.atlassian.net/rest/api/2/2";
  const fields = { parent: { id: "1", key: "SHOP-1" } };
  const body = {
    webhookEvent: "jira:issue_created",
    timestamp: 1795161600000,
    issue: { id: "2", self, fields },
  };
  const parent = {
    identityKind: "ticket",
    source: "jira",
    instance: "example-shop.atlassian.net",
    externalId: "1",
    attempt: 1,
  };
  expect(rowsOf(jira, [reading(body)])[0]).toMatchObject({ parentId: activityId(parent) });
});
