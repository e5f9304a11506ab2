// The flow of work asked of a whole house: Jira's swimlanes, an epic over two repositories, labels, branches, trunk, the board.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Facts, Step } from "../../../domain/transition.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { flowCommands } from "./index.ts";

const HOUR = 3_600_000;
const START = NOON - 40 * 24 * HOUR;
let house: WiredHouse;
beforeEach(async () => {
  house = await openWired({ flow: { columns: {}, labels: ["status: *"] } });
});
afterEach(() => house.close());

const asked = async <T>(id: string, input: object): Promise<T> => {
  const command = flowCommands.find((each) => each.id === id) as Command<Services>;
  return (await house.run(command, input)) as T;
};

const CATEGORY: Record<string, string> = { Backlog: "new", Selected: "new", Done: "done" };

/** A Jira issue that stands in a column, moved there from another. */
function jira(
  number: number,
  hours: number,
  column: string,
  more: { from?: string; project?: string; parent?: number } = {},
) {
  const { from, project = "SHOP", parent } = more;
  const self = (id: number): string => `https://example-shop.atlassian.net/rest/api/2/issue/${id}`;
  return house.send({
    source: "jira",
    headers: { "x-atlassian-webhook-identifier": `${number}-${hours}-${column}` },
    body: {
      timestamp: START + hours * HOUR,
      webhookEvent: from === undefined ? "jira:issue_created" : "jira:issue_updated",
      issue: {
        id: String(number),
        self: self(number),
        key: `${project}-${number}`,
        fields: {
          summary: `Ticket ${number}`,
          created: new Date(START).toISOString(),
          project: { key: project, name: project },
          status: { name: column, statusCategory: { key: CATEGORY[column] ?? "indeterminate" } },
          ...(parent === undefined ? {} : { parent: { id: String(parent), key: `SHOP-${parent}` } }),
        },
      },
      ...(from === undefined
        ? {}
        : { changelog: { items: [{ field: "status", fromString: from, toString: column }] } }),
    },
  });
}

interface TicketAnswer {
  ticket: { columns: Array<{ column: string; meaning: string; ms: number }>; leadMs: number | null };
  below: Array<{ name: string }>;
  whole: { leadMs: number | null; reason: string | null; services: string[]; parts: number };
}

test("a ticket through backlog, selected, in progress, QA and done has four exact durations", async () => {
  await jira(12, 100, "Done", { from: "QA" });
  await jira(12, 0, "Backlog");
  await jira(12, 24, "Selected", { from: "Backlog" });
  await jira(12, 30, "In Progress", { from: "Selected" });
  await jira(12, 78.5, "QA", { from: "In Progress" });
  const { ticket } = await asked<TicketAnswer>("viz.flow-ticket", { ticket: "shop-12" });
  expect(ticket.columns.map(({ column, meaning, ms }) => [column, meaning, ms / HOUR])).toEqual([
    ["Backlog", "queue", 24],
    ["Selected", "queue", 6],
    ["In Progress", "work", 48.5],
    ["QA", "work", 21.5],
  ]);
  expect(ticket.leadMs).toBe(100 * HOUR);
  const flow = await asked<Record<string, unknown>>("viz.flow", { service: "SHOP" });
  expect(flow).toMatchObject({ done: 1, inProgress: 0, efficiency: 0.7, leadMs: { p50: 100 * HOUR } });
  await expect(asked("viz.flow-ticket", { ticket: "SHOP-13" })).rejects.toMatchObject({ code: "not-found" });
});

test("an epic over two issues of two repositories is one piece of work with one lead time", async () => {
  await jira(1, 0, "Backlog");
  await jira(2, 0, "Backlog", { parent: 1 });
  await jira(3, 0, "Backlog", { parent: 1, project: "MAIL" });
  await jira(2, 10, "In Progress", { from: "Backlog", parent: 1 });
  await jira(3, 12, "In Progress", { from: "Backlog", parent: 1, project: "MAIL" });
  await jira(2, 50, "Done", { from: "In Progress", parent: 1 });
  const open = await asked<TicketAnswer>("viz.flow-ticket", { ticket: "SHOP-1" });
  expect(open.whole).toMatchObject({ leadMs: null, reason: "2 of 3 not ended yet", parts: 3 });
  await jira(3, 90, "Done", { from: "In Progress", parent: 1, project: "MAIL" });
  await jira(1, 91, "Done", { from: "Backlog" });
  const { whole, below } = await asked<TicketAnswer>("viz.flow-ticket", { ticket: "SHOP-1" });
  expect(whole).toMatchObject({ leadMs: 91 * HOUR, reason: null, services: ["MAIL", "SHOP"] });
  expect(below.map(({ name }) => name)).toEqual(["SHOP-2 Ticket 2", "MAIL-3 Ticket 3"]);
});

/** A GitHub issue as it stands, with these labels. */
function issue(action: string, hours: number, labels: string[], closed = false) {
  const at = new Date(START + hours * HOUR).toISOString();
  return house.send({
    source: "github",
    headers: { "x-github-event": "issues", "x-github-delivery": `${action}-${hours}` },
    body: {
      action,
      repository: { id: 5, full_name: "example/shop", html_url: "https://github.com/example/shop" },
      issue: {
        ...{
          number: 7,
          title: "Pay by card",
          state: closed ? "closed" : "open",
          html_url: "https://x.test/7",
        },
        ...{ created_at: new Date(START).toISOString(), updated_at: at, closed_at: closed ? at : null },
        ...{ state_reason: closed ? "completed" : null, labels: labels.map((name) => ({ name })) },
      },
    },
  });
}

test("a GitHub issue flows through its labels", async () => {
  await issue("opened", 0, ["bug"]);
  await issue("labeled", 5, ["bug", "status: doing"]);
  await issue("labeled", 20, ["bug", "status: QA"]);
  await issue("closed", 26, ["bug", "status: QA"], true);
  const { ticket } = await asked<TicketAnswer>("viz.flow-ticket", { ticket: "#7" });
  expect(ticket.columns.map(({ column, ms }) => [column, ms / HOUR])).toEqual([
    ["open", 5],
    ["doing", 15],
    ["QA", 6],
  ]);
});

const told = (id: string, facts: Facts, step: Step, atMs: number) =>
  house.services.log.append(deployment(id, { service: "shop", ...facts }, step, atMs));
const iso = (ms: number): string => new Date(ms).toISOString();

test("open changes by age: a branch of ten days is listed, one that was merged is not", async () => {
  const pull = (number: number, days: number, merged: boolean) =>
    house.send({
      source: "github",
      headers: { "x-github-event": "pull_request", "x-github-delivery": `pull-${number}` },
      body: {
        action: merged ? "closed" : "opened",
        repository: { id: 5, full_name: "example/shop", html_url: "https://github.com/example/shop" },
        pull_request: {
          ...{ number, title: `Change ${number}`, state: merged ? "closed" : "open", merged },
          ...{ created_at: iso(NOON - days * 24 * HOUR), updated_at: iso(NOON - HOUR) },
          ...{ merged_at: merged ? iso(NOON - HOUR) : null, closed_at: merged ? iso(NOON - HOUR) : null },
          ...{ head: { ref: `feature-${number}`, sha: "a".repeat(40) }, base: { ref: "main" } },
        },
      },
    });
  await pull(1, 10, false);
  await pull(2, 3, false);
  await pull(3, 20, true);
  const { items } = await asked<{ items: Array<{ branch: string; ageMs: number }> }>("viz.flow-branches", {
    olderThan: "7d",
  });
  expect(items.map(({ branch, ageMs }) => [branch, ageMs / HOUR])).toEqual([["feature-1", 240]]);
});

test("the trunk was red from the failed end to the next success", async () => {
  const run = (id: string, hours: number, step: Step, ref = "main") =>
    told(id, { kind: "pipeline", ref, tags: { name: "ci" } }, step, NOON - hours * HOUR);
  await run("a", 60, "succeeded");
  await run("b", 30, "failed");
  await run("c", 18, "failed", "feature");
  await run("d", 14, "succeeded");
  await run("e", 2, "failed");
  const answer = await asked<{ items: Array<{ ms: number; to: string | null }>; redShare: number }>(
    "viz.flow-trunk",
    { service: "shop", days: 1 },
  );
  expect(answer.items.map(({ ms, to }) => [ms / HOUR, to === null])).toEqual([
    [2, true],
    [16, false],
  ]);
  expect(answer.redShare).toBeCloseTo(12 / 24);
});

test("whatever runs is on the board at once, with tickets in work and open changes", async () => {
  await jira(12, 0, "Backlog");
  await jira(13, 0, "Backlog");
  await jira(13, 5, "In Progress", { from: "Backlog" });
  for (const id of ["one", "two"])
    await told(id, { kind: "build", startedAt: iso(NOON - 60_000) }, "running", NOON - 60_000);
  const { items, counts } = await asked<{
    items: Array<{ kind: string; name: string; column: string | null; ageMs: number }>;
    counts: Record<string, number>;
  }>("viz.flow-board", {});
  expect(counts).toEqual({ ticket: 1, build: 2 });
  expect(items[0]).toMatchObject({ name: "SHOP-13 Ticket 13", column: "In Progress" });
  expect(items[1]).toMatchObject({ kind: "build", ageMs: 60_000 });
});

test("a ticket, the change for it and the deployment of that change, in three tools, have one lead time", async () => {
  const sha = "e".repeat(40);
  await jira(12, 0, "Backlog");
  await jira(12, 20, "In Progress", { from: "Backlog" });
  await house.send({
    source: "github",
    headers: { "x-github-event": "pull_request", "x-github-delivery": "merged" },
    body: {
      action: "closed",
      repository: { id: 5, full_name: "example/shop", html_url: "https://github.com/example/shop" },
      pull_request: {
        ...{ number: 4, title: "SHOP-12 Pay by card", state: "closed", merged: true, merge_commit_sha: sha },
        ...{ created_at: iso(START + 22 * HOUR), updated_at: iso(START + 50 * HOUR) },
        ...{ merged_at: iso(START + 50 * HOUR), closed_at: iso(START + 50 * HOUR) },
        ...{ head: { ref: "SHOP-12-card", sha: "f".repeat(40) }, base: { ref: "main" } },
      },
    },
  });
  await jira(12, 51, "Done", { from: "In Progress" });
  await told("deploy", { commitSha: sha, startedAt: iso(START + 60 * HOUR) }, "succeeded", START + 61 * HOUR);
  const { whole } = await asked<TicketAnswer & { whole: { sources: string[] } }>("viz.flow-ticket", {
    ticket: "SHOP-12",
  });
  expect(whole).toMatchObject({ parts: 3, leadMs: 61 * HOUR, sources: ["github", "gitlab", "jira"] });
});
