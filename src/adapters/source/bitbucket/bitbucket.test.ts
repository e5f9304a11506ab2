/** Bitbucket: the suite of the port, and the recorded deliveries of Cloud and of Data Center. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import bitbucket from "./index.ts";

const { repository, actor } = bitbucket.sample.body;
const cloudPull = {
  repository,
  actor,
  pullrequest: {
    id: 7,
    title: 'Revert "Pay by card"',
    description: "This reverts commit 279484c09fbe69ededfced8c1bb6e6d24616b468.",
    state: "OPEN",
    created_on: "2026-11-20T09:00:00+00:00",
    updated_on: "2026-11-20T09:30:00+00:00",
    comment_count: 3,
    author: { uuid: "{a}" },
    source: { branch: { name: "hotfix/pay" }, commit: { hash: "279484c09fbe" } },
    destination: { branch: { name: "main" }, commit: { hash: "8f14e45fceea" } },
    reviewers: [{ uuid: "{b}" }, { uuid: "{c}" }],
    participants: [
      { user: { uuid: "{a}" }, role: "PARTICIPANT", participated_on: "2026-11-20T09:01:00+00:00" },
      { user: { uuid: "{b}" }, role: "REVIEWER", participated_on: "2026-11-20T09:20:00+00:00" },
      {
        user: { uuid: "{c}" },
        role: "REVIEWER",
        approved: true,
        participated_on: "2026-11-20T09:25:00+00:00",
      },
    ],
  },
};
const serverPush = {
  eventKey: "repo:refs_changed",
  repository: {
    id: 4,
    slug: "web",
    project: { key: "SHOP" },
    links: { self: [{ href: "https://git.shop.example.com/projects/SHOP/repos/web/browse" }] },
  },
  commits: [
    {
      id: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      message: "Pay by card",
      committerTimestamp: 1795168800000,
      author: { name: "robin", displayName: "Robin Example", slug: "robin" },
      parents: [{ id: "8f14e45fceea167a5a36dedd4bea2543c1b0a4e1" }],
    },
  ],
};

sourceConformance(bitbucket, {
  deliveries: [
    { headers: { "x-event-key": "pullrequest:updated" }, body: cloudPull },
    { headers: {}, body: serverPush },
  ],
});

const reading = (body: unknown, event?: string): Reading => ({
  ...{ instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  headers: event === undefined ? {} : { "x-event-key": event },
  body,
});
const recorded = (name: string, event?: string): Reading =>
  reading(JSON.parse(readFileSync(fixturePath("bitbucket", name), "utf8")), event);

needs("webhook-fixtures").describe("recorded Bitbucket deliveries", () => {
  test("a status of another tool, whose commit stands only in an address", () => {
    expect(rowsOf(bitbucket, [recorded("commit_status_updated.json")])).toEqual([
      expect.objectContaining({
        kind: "build",
        status: "succeeded",
        service: "team_name/repo_name",
        finishedAt: "2015-11-20T08:01:16.433Z",
        commitSha: expect.stringMatching(/^[0-9a-f]{40}$/),
        tags: { "bitbucket.key": "mybuildtool", name: "Unit Tests (Python)" },
      }),
    ]);
  });
  test("a pipeline that runs has neither an end nor a duration", () => {
    const [row, ...others] = rowsOf(bitbucket, [recorded("pipeline_hook_created.json")]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      status: "running",
      ref: "main",
      commitSha: "bdf6fac0519ffd1562461eb82e018ff62efffbc9",
      startedAt: "2025-03-24T08:48:56.572Z",
    });
    expect(row).not.toHaveProperty("durationMs");
  });
  test("a merged pull request of Cloud, and one of Data Center", () => {
    const [cloud] = rowsOf(bitbucket, [recorded("pr_fulfilled.json", "pullrequest:fulfilled")]);
    expect(cloud).toMatchObject({
      kind: "change",
      instance: "bitbucket.org",
      status: "succeeded",
      service: "brydzewski/foo",
      ref: "develop",
      startedAt: "2018-07-02T21:51:39.492Z",
      finishedAt: "2018-07-03T01:28:05.903Z",
      actor: { name: "Brad Rydzewski", login: "brydzewski" },
      tags: { number: "1", mergeCommitSha: "4f8f6de9d0ff", targetBranch: "master", shortSha: "0704fc5beccc" },
    });
    const [server] = rowsOf(bitbucket, [recorded("server.pr-merged.json", "pr:merged")]);
    expect(server).toMatchObject({
      kind: "change",
      externalId: "pull/4/5",
      status: "succeeded",
      service: "~gopher/webhook-test",
      commitSha: "32a0b8a740c2963c6f56bd8baf3dc05683d299e0",
      durationMs: 358426,
      actor: { name: "Foo Bar", login: "gopher" },
      tags: { mergeCommitSha: "cbf26be7bfc8394906abbd571498fb8d28888b58", reviewers: "1" },
    });
  });
  test("a push tells its commits with their parents, and no address", () => {
    expect(bitbucket.normalise(recorded("push.json", "repo:push"))).toMatchObject({
      transitions: [],
      commits: {
        repository: "https://bitbucket.org/brydzewski/foo",
        commits: [
          {
            sha: "141977fedf5cf35aa290ac87d4b5177ac4cd9de1",
            parents: ["40e7580cf11311d84a6e5e97e2cbba6df1675750"],
            author: { name: "Brad Rydzewski" },
            message: "Update README",
          },
        ],
      },
    });
  });
  test("a comment is not used", () => {
    expect(bitbucket.normalise(recorded("server.signed-comment-added.payload.json"))).toMatchObject({
      outcome: "ignored",
    });
  });
});

test("a pull request tells of review, approval, revert and hotfix", () => {
  const [row] = rowsOf(bitbucket, [reading(cloudPull, "pullrequest:updated")]);
  expect(row).toMatchObject({
    status: "running",
    tags: {
      comments: "3",
      reviewers: "2",
      firstReviewAt: "2026-11-20T09:20:00.000Z",
      firstApprovalAt: "2026-11-20T09:25:00.000Z",
      revert: "true",
      reverts: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      hotfix: "true",
    },
  });
  expect(row).not.toHaveProperty("actor");
});

test("Data Center lists the commits of a push in newer versions", () => {
  expect(bitbucket.normalise(reading(serverPush))).toMatchObject({
    commits: {
      repository: "https://git.shop.example.com/projects/SHOP/repos/web",
      commits: [
        { author: { name: "Robin Example", login: "robin" }, committedAt: "2026-11-20T10:00:00.000Z" },
      ],
    },
  });
  const { commits: _, ...older } = serverPush;
  expect(bitbucket.normalise(reading(older))).toMatchObject({ outcome: "ignored" });
});

test("the same commit built again by the same tool is another build", () => {
  const built = (number: number, state: string) => ({
    repository,
    commit_status: {
      ...bitbucket.sample.body.commit_status,
      state,
      url: `https://ci.example.com/job/${number}`,
    },
  });
  const rows = rowsOf(
    bitbucket,
    [built(1, "FAILED"), built(2, "SUCCESSFUL")].map((body) => reading(body)),
  );
  expect(rows.map(({ status }) => status)).toEqual(["failed", "succeeded"]);
});
