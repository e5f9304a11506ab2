/** Tickets of GitHub, GitLab and Jira that are incidents by their label or type, and changes with their size and reviews. */
import { expect, test } from "vitest";
import { rowsOf } from "../../conformance/folding.ts";
import { orders } from "../../conformance/orders.ts";
import type { Reading, Source } from "../../ports/source.ts";
import github from "./github/index.ts";
import gitlab from "./gitlab/index.ts";
import jira from "./jira/index.ts";

const reading = (body: unknown, event = "", options?: unknown): Reading => ({
  headers: { "x-github-event": event },
  ...{ body, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options },
});

const repository = {
  id: 4321,
  full_name: "example-shop/shop",
  html_url: "https://github.com/example-shop/shop",
};
const issue = (labels: string[], over: object = {}) => ({
  action: "labeled",
  repository,
  sender: { login: "robin" },
  issue: {
    number: 12,
    title: "Checkout is slow",
    state: "open",
    created_at: "2026-11-20T10:00:00Z",
    updated_at: "2026-11-20T10:05:00Z",
    labels: labels.map((name) => ({ name })),
    ...over,
  },
});
const CLOSED = { state: "closed", closed_at: "2026-11-20T10:30:00Z", updated_at: "2026-11-20T10:30:00Z" };

test("an issue of GitHub with the label is an incident from its creation to its end", () => {
  const story = [issue(["Incident", "sev1"]), issue(["Incident", "sev1"], CLOSED)];
  for (const order of orders(story)) {
    expect(
      rowsOf(
        github,
        order.map((body) => reading(body, "issues")),
      ),
    ).toEqual([
      expect.objectContaining({
        kind: "incident",
        externalId: "issue/4321/12",
        service: "example-shop/shop",
        status: "succeeded",
        startedAt: "2026-11-20T10:00:00.000Z",
        durationMs: 1_800_000,
        tags: expect.objectContaining({ severity: "1", title: "Checkout is slow" }),
      }),
    ]);
  }
});

test("which labels count is configured, also that none does; without the label it stays a ticket", () => {
  const kindWith = (labels: string[], options?: unknown) =>
    rowsOf(github, [reading(issue(labels), "issues", options)])[0]?.["kind"];
  expect(kindWith(["incident"])).toBe("incident");
  expect(kindWith(["bug"])).toBe("ticket");
  expect(kindWith(["outage"], { incidentLabels: ["outage"] })).toBe("incident");
  expect(kindWith(["incident"], { incidentLabels: [] })).toBe("ticket");
  expect(github.options.safeParse({ incidentLabel: "x" }).success).toBe(false);
});

test("a label that comes later makes the same ticket an incident, one that goes a ticket again", () => {
  const later = { updated_at: "2026-11-20T11:00:00Z" };
  const kinds = (bodies: unknown[]) =>
    rowsOf(
      github,
      bodies.map((body) => reading(body, "issues")),
    ).map(({ kind }) => kind);
  expect(kinds([issue([]), issue(["incident"], later)])).toEqual(["incident"]);
  expect(kinds([issue(["incident"]), { ...issue([], later), action: "unlabeled" }])).toEqual(["ticket"]);
});

test.each<[string, Source, unknown]>([
  [
    "GitLab's own type",
    gitlab,
    {
      object_kind: "issue",
      project: {
        id: 4321,
        path_with_namespace: "web/shop",
        web_url: "https://gitlab.shop.example.com/web/shop",
      },
      object_attributes: {
        iid: 7,
        title: "Checkout is slow",
        state: "opened",
        type: "Incident",
        severity: "high",
        created_at: "2026-11-20T10:00:00Z",
        updated_at: "2026-11-20T10:00:00Z",
      },
    },
  ],
  [
    "Jira's label",
    jira,
    {
      webhookEvent: "jira:issue_created",
      timestamp: 1795168800000,
      issue: {
        id: "10042",
        key: "OPS-7",
        self: "https://example-shop.atlassian.net/rest/api/2/issue/10042",
        fields: {
          summary: "Checkout is slow",
          labels: ["eu", "incident"],
          priority: { name: "high" },
          components: [{ name: "shop" }],
          status: { name: "To Do", statusCategory: { key: "new" } },
        },
      },
    },
  ],
])("%s", (_, source, body) => {
  const [row] = rowsOf(source, [reading(body)]);
  expect(row).toMatchObject({
    kind: "incident",
    status: "running",
    tags: { severity: "high", title: "Checkout is slow" },
  });
  expect(row?.["startedAt"]).toBe("2026-11-20T10:00:00.000Z");
  if (source === jira) expect(row).toMatchObject({ tags: { component: "shop" } });
});

const pull = {
  number: 41,
  title: 'Revert "Pay by card"',
  body: "Reverts example-shop/shop#40",
  state: "open",
  created_at: "2026-11-20T09:00:00Z",
  updated_at: "2026-11-20T09:10:00Z",
  user: { login: "robin" },
  head: { ref: "hotfix/pay", sha: "279484c09fbe69ededfced8c1bb6e6d24616b468" },
  base: { ref: "main" },
  labels: [],
};
const whole = {
  commits: 3,
  additions: 120,
  deletions: 20,
  changed_files: 4,
  comments: 1,
  review_comments: 2,
};
const opened = {
  action: "opened",
  number: 41,
  repository,
  pull_request: { ...pull, ...whole, requested_reviewers: [{}, {}] },
};
const review = (state: string, time: string, login = "kim") => ({
  action: "submitted",
  repository,
  review: { state, submitted_at: `2026-11-20T${time}Z`, user: { login } },
  pull_request: pull,
});

test("a pull request tells its size, and its first review and approval whatever comes later", () => {
  const story = [
    reading(opened, "pull_request"),
    reading(review("commented", "09:05:00", "robin"), "pull_request_review"),
    reading(review("changes_requested", "09:20:00"), "pull_request_review"),
    reading(review("approved", "09:40:00"), ""),
    reading(review("approved", "09:50:00", "lee"), "pull_request_review"),
  ];
  for (const order of orders(story)) {
    const [row, ...others] = rowsOf(github, order);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: "change",
      status: "running",
      tags: {
        commits: "3",
        additions: "120",
        deletions: "20",
        changedFiles: "4",
        comments: "3",
        reviewers: "2",
        revert: "true",
        reverts: "#40",
        hotfix: "true",
        firstReviewAt: "2026-11-20T09:20:00.000Z",
        firstApprovalAt: "2026-11-20T09:40:00.000Z",
      },
    });
  }
});

test("a merge request of GitLab tells its approval and its reviewers", () => {
  const merge = (action: string, updated_at: string) => ({
    object_kind: "merge_request",
    project: {
      id: 4321,
      path_with_namespace: "web/shop",
      web_url: "https://gitlab.shop.example.com/web/shop",
    },
    reviewers: [{}, {}],
    object_attributes: {
      iid: 15,
      title: "Draft: hotfix",
      description: "This reverts commit 279484c09fbe69ededfced8c1bb6e6d24616b468",
      state: "opened",
      action,
      created_at: "2026-11-20 09:00:00 UTC",
      updated_at,
    },
  });
  const bodies = [
    merge("open", "2026-11-20 09:00:00 UTC"),
    merge("approval", "2026-11-20 09:30:00 UTC"),
    merge("approved", "2026-11-20 09:45:00 UTC"),
  ];
  expect(
    rowsOf(
      gitlab,
      bodies.map((body) => reading(body)),
    ),
  ).toMatchObject([
    {
      tags: {
        reviewers: "2",
        firstApprovalAt: "2026-11-20T09:30:00.000Z",
        firstReviewAt: "2026-11-20T09:30:00.000Z",
        reverts: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      },
    },
  ]);
});
