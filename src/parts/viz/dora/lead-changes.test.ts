/** Changes and messages of commits in the delivery metrics: joined to the deployment that brought them, late or not. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { EventData, NewEvent } from "../../../domain/event.ts";
import type { Command } from "../../../kit/command.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import { vizCommands } from "../index.ts";
import type { DoraItem } from "./row-items.ts";
import type { DoraOutput } from "./shape.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

type Facts = EventData["vice.activity.observed.v1"]["facts"];
const said = { source: "/t", actor: null, traceparent: null, delivery: null };
const SHA = (name: string): string => Buffer.from(name.padEnd(20, ".")).toString("hex");

function event(kind: "deployment" | "change", name: string, time: string, facts: Facts): NewEvent {
  const object = { identityKind: kind, source: "jenkins", instance: "ci", externalId: name, attempt: 1 };
  const data = {
    ...{ object, step: "succeeded" as const, at: time, reopens: true, verified: true, generation: 0 },
    facts: { kind, finishedAt: time, ...facts },
  };
  return { ...said, type: "vice.activity.observed.v1", subject: activityId(object), time, data };
}
const deploy = (name: string, service: string, time: string, commit: string, more: Facts = {}): NewEvent =>
  event("deployment", name, time, {
    ...{ service, environment: "production", version: name, commitSha: SHA(commit) },
    ...more,
  });
const change = (name: string, opened: string, merged: string, tags: Record<string, string> = {}): NewEvent =>
  event("change", name, merged, {
    ...{ startedAt: opened, commitSha: SHA(`${name} head`) },
    tags: { number: name.replace(/\D/g, ""), mergeCommitSha: SHA(`${name} merge`), ...tags },
  });
/** sha, parents, time, message */
type Told = [sha: string, parents: string[], at: string, message?: string | undefined];
const commits = (...list: Told[]): NewEvent => ({
  ...{ ...said, type: "vice.commits.seen.v1", subject: null, time: "2023-04-20T00:00:00.000Z" },
  data: {
    repository: "r",
    commits: list.map(([sha, parents, at, message = null]) => ({
      ...{ sha: SHA(sha), parents: parents.map(SHA), committedAt: at, message },
      ...{ authoredAt: null, author: null, url: null },
    })),
  },
});

const append = async (...events: NewEvent[]): Promise<void> => {
  await house.services.log.append({ delivery: null, events });
  await house.services.log.settled();
};
const PERIOD = { from: "2023-04-01T00:00:00.000Z", to: "2023-05-01T00:00:00.000Z" };
const run = (id: string, input: object): Promise<unknown> => {
  const command: Command<Services> | undefined = vizCommands.find((each) => each.id === id);
  if (command === undefined) throw new Error(id);
  return house.run(command, { ...PERIOD, ...input });
};
const metrics = async (input: object = {}): Promise<DoraOutput["metrics"]> =>
  ((await run("viz.dora", input)) as DoraOutput).metrics;
const rows = async (metric: string, input: object = {}): Promise<DoraItem[]> =>
  ((await run("viz.dora-rows", { metric, ...input })) as { items: DoraItem[] }).items;

const at = (text: string): string => `2023-04-${text}Z`;

// The case of vectors.test.ts, apache/incubator-devlake backend/plugins/dora/e2e/change_lead_time, through the store:
// deployments 1 and 5 of REPO111, 2 and 6 of REPO222, 7 and 8 to staging; the fourth change came to staging alone.
const DEPLOYED = [
  deploy("1", "repo111", at("10T06:52:47"), "c1"),
  deploy("2", "repo222", at("10T06:54:51"), "c2"),
  deploy("5", "repo111", at("13T07:29:14"), "c5"),
  deploy("6", "repo222", at("13T07:30:34"), "c6"),
  deploy("7", "repo111", at("13T07:32:53"), "c1", { environment: "staging" }),
  deploy("8", "repo111", at("13T07:37:30"), "c8", { environment: "staging" }),
];
const CHANGES = [
  change("pr1", at("11T04:51:47"), at("11T05:51:47")),
  change("pr2", at("12T04:51:47"), at("12T05:51:47")),
  change("pr3", at("11T06:53:51"), at("14T06:53:51")),
  change("pr4", at("13T07:55:01"), at("13T08:55:01")),
];
const GRAPH = commits(
  ["c1", [], at("01T00:00:00")],
  ["pr1 head", ["c1"], at("10T04:51:47")],
  ["pr1 merge", ["c1"], at("11T05:51:47")],
  ["pr2 head", ["c1"], at("13T04:51:47")],
  ["pr2 merge", ["pr1 merge", "pr2 head"], at("12T05:51:47")],
  ["c5", ["pr2 merge"], at("13T01:00:00")],
  ["pr4 head", ["c1"], at("05T04:51:47")],
  ["pr4 merge", ["c1"], at("13T08:55:01")],
  ["c8", ["pr4 merge"], at("13T09:00:00")],
  ["c2", [], at("01T00:00:00")],
  ["pr3 head", ["c2"], at("07T04:51:47")],
  ["pr3 merge", ["c2"], at("14T06:53:51")],
  ["c6", ["pr3 merge"], at("13T01:00:00")],
);

test.each([
  ["changes first", [...CHANGES, GRAPH, ...DEPLOYED]],
  ["deployments first, commits last", [...DEPLOYED, ...CHANGES, GRAPH]],
])("DevLake's lead times hold through the store, %s; GitLab's are from merged to deployed", async (_, events) => {
  for (const each of events) await append(each);
  const minutes = (await rows("changeLeadTime", { rule: "devlake" })).map(({ value }) => Number(value) / 60);
  expect(minutes).toEqual([4478, 1598, 10203]);
  const { changeLeadTime } = await metrics({ rule: "devlake" });
  expect(changeLeadTime).toMatchObject({ value: 4478 * 60, count: 3, reason: null });
  // The third was merged after it was deployed: it did not wait.
  expect(await rows("changeLeadTime", { rule: "gitlab" })).toMatchObject([
    { value: 178_647, change: activityId({ ...PR, externalId: "pr1" }), commit: null },
    { value: 92_247, change: activityId({ ...PR, externalId: "pr2" }) },
  ]);
  expect((await metrics({ rule: "gitlab" })).changeLeadTime).toMatchObject({ value: 135_447, count: 2 });
  const staging = await rows("changeLeadTime", { rule: "devlake", tier: "staging" });
  expect(staging.map(({ change: id }) => id)).toEqual([activityId({ ...PR, externalId: "pr4" })]);
});
test("a branch that was merged by fast-forward begins with its first push, when its pushes are known without a gap", async () => {
  const push = (after: string, before: string | null, firstAt: string | null): NewEvent => {
    const event = commits([after, before === null ? ["c1"] : [before], at("09T00:00:00")]);
    const pushed = { branch: "feature", before: before === null ? null : SHA(before), after: SHA(after) };
    const data = event.data as EventData["vice.commits.seen.v1"];
    return { ...event, data: { ...data, pushed: { ...pushed, firstAt } } };
  };
  const merged = (name: string): NewEvent =>
    change(name, at("09T06:00:00"), at("10T06:00:00"), { mergeCommitSha: SHA(`${name} head`) });
  const onBranch = (event: NewEvent): NewEvent => {
    const { data } = event as NewEvent<"vice.activity.observed.v1">;
    return { ...event, data: { ...data, facts: { ...data.facts, repository: "R", ref: "feature" } } };
  };
  const deployed = [
    deploy("1", "repo", at("01T00:00:00"), "c1"),
    deploy("2", "repo", at("10T12:00:00"), "pr1 head"),
  ];
  const hours = async () =>
    (await rows("changeLeadTime", { rule: "devlake" })).map(({ value }) => Number(value) / 3600);
  await append(
    ...deployed,
    commits(
      ["c1", [], at("01T00:00:00")],
      ["pr1 head", ["mid"], at("09T00:00:00")],
      ["mid", ["c1"], at("08T06:00:00")],
    ),
  );
  await append(onBranch(merged("pr1")));
  // Opened 9th 06:00, merged 10th 06:00, deployed 12:00: 24 + 6 h, and nobody knows when it was begun.
  expect(await hours()).toEqual([30]);
  await append(push("pr1 head", "mid", at("09T00:00:00")));
  expect(await hours()).toEqual([30]);
  await append(push("mid", null, at("08T06:00:00")));
  // Begun on the 8th at 06:00: 24 h of coding before it was opened.
  expect(await hours()).toEqual([54]);
  await append(push("mid", null, null));
  expect(await hours()).toEqual([30]);
});
const PR = { identityKind: "change", source: "jenkins", instance: "ci", attempt: 1 } as const;

test("where the range is not known a change belongs to the deployment of its merge commit, and to the first of them", async () => {
  await append(
    change("pr1", at("11T05:00:00"), at("11T06:00:00")),
    deploy("1", "shop", at("10T00:00:00"), "c1"),
    deploy("2", "shop", at("11T08:00:00"), "pr1 merge"),
    deploy("3", "shop", at("12T00:00:00"), "c1"),
    deploy("4", "shop", at("13T00:00:00"), "pr1 merge"),
  );
  expect(
    (await rows("changeLeadTime", { rule: "gitlab" })).map(({ at: time, value }) => [time, value]),
  ).toEqual([[new Date(at("11T08:00:00")).toISOString(), 7200]]);
  expect((await metrics()).changeLeadTime.value).toBeNull();
});

test("what a late deployment brought first is no longer new in one that does not stand beside it", async () => {
  await append(
    commits(["c1", [], at("01T00:00:00")], ["c2", ["c1"], at("09T00:00:00")]),
    deploy("1", "shop", at("10T00:00:00"), "c1"),
    deploy("3", "shop", at("12T00:00:00"), "c1", { deploymentKind: "rollback" }),
    deploy("4", "shop", at("13T00:00:00"), "c2"),
  );
  expect((await metrics()).changeLeadTime).toMatchObject({ value: 4 * 86_400, count: 1 });
  await append(deploy("2", "shop", at("11T00:00:00"), "c2"));
  expect((await metrics()).changeLeadTime).toMatchObject({ value: 2 * 86_400, count: 1 });
});

test("a deployment that brings the revert of what was live repairs the one before it, also when its message comes late", async () => {
  const told = (message?: string): Told => ["c3", ["c2"], at("12T00:00:00"), message];
  await append(
    commits(["c1", [], at("01T00:00:00")], ["c2", ["c1"], at("09T00:00:00")], told()),
    deploy("1", "shop", at("10T00:00:00"), "c1"),
    deploy("2", "shop", at("11T00:00:00"), "c2"),
    deploy("3", "shop", at("13T00:00:00"), "c3"),
  );
  expect((await metrics()).changeFailRate.value).toBeNull();
  await append(commits(told(`Revert "Cards"\n\nThis reverts commit ${SHA("c2")}.`)));
  const { changeFailRate, reworkRate, failedDeploymentRecoveryTime } = await metrics();
  expect(changeFailRate).toMatchObject({ value: 1 / 3, count: 3 });
  expect(reworkRate.value).toBe(1 / 3);
  expect(failedDeploymentRecoveryTime.value).toBe(2 * 86_400);
  const failed = (await rows("changeFailRate")).filter(({ value }) => value === 1);
  expect(failed).toMatchObject([{ release: "2", because: [expect.stringMatching(/^revert /)] }]);
});

test("a change that is labelled a hotfix makes the deployment of its merge commit one, as long as the label is there", async () => {
  const merged = (labels: string): NewEvent =>
    change("pr1", at("11T05:00:00"), at("11T06:00:00"), { labels });
  await append(
    deploy("1", "shop", at("10T00:00:00"), "c1"),
    deploy("2", "shop", at("11T08:00:00"), "pr1 merge"),
    merged("checkout"),
  );
  expect((await metrics()).reworkRate.value).toBeNull();
  await append(merged("checkout, hotfix"));
  expect(await metrics()).toMatchObject({ reworkRate: { value: 1 / 2 }, changeFailRate: { value: 1 / 2 } });
  expect((await rows("changeFailRate")).filter(({ value }) => value === 1)).toMatchObject([{ release: "1" }]);
});
