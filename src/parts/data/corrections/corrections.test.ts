/** Wrong facts are corrected by events: status and lists follow, what was reported stays in the log. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { sample as gitlab } from "../../../adapters/source/gitlab/sample.ts";
import type { Activity } from "../../../domain/activity.ts";
import type { Corrected } from "./correct.ts";
import { correctionCommands } from "./index.ts";

let house: WiredHouse;
const run = (id: string, input: unknown): Promise<Corrected> => {
  const command = correctionCommands.find((each) => each.id === `deployments.${id}`);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  return house.run(command, input) as Promise<Corrected>;
};
const running = (): Array<[string | null, string | null]> =>
  house.services.store.read
    .status({}, house.clock.nowMs)
    .map((item) => [item.environment, item.running?.version ?? null]);
const listed = (): Activity[] => house.services.store.read.activities({}, 100, null, house.clock.nowMs).items;

const deploy = async (
  deployment_id: number,
  ref: string,
  time: string,
  status = "success",
): Promise<string> => {
  const body = { ...gitlab.body, deployment_id, ref, status, status_changed_at: `2026-11-20 ${time} UTC` };
  const { activities } = await house.send({ source: "gitlab", headers: gitlab.headers, body });
  return activities[0] ?? "";
};
let older = "";
let newer = "";

beforeEach(async () => {
  house = await openWired();
  older = await deploy(1, "v1.0.0", "08:00:00");
  newer = await deploy(2, "v1.1.0", "09:00:00");
});
afterEach(() => house.close());

test("an amended version and environment move what runs where; the tier follows the environment", async () => {
  const { activity } = await run("amend", {
    id: newer,
    reason: "wrong tag",
    set: { version: "v1.2.0", environment: "staging" },
  });
  expect(activity).toMatchObject({ id: newer, version: "v1.2.0", environment: "staging", tier: "staging" });
  expect(running()).toEqual([
    ["staging", "v1.2.0"],
    ["prod-eu", "v1.0.0"],
  ]);
  const detail = house.services.store.read.detail(newer, house.clock.nowMs);
  expect(detail?.transitions[0]?.facts).toMatchObject({ version: "v1.1.0", environment: "prod-eu" });
  expect(detail?.history).toMatchObject([{ type: "amended", actor: "local", reason: "wrong tag" }]);
});

test("a status set to failed takes it from what runs; the kind of later ones is computed again", async () => {
  const again = await deploy(3, "v1.1.0", "10:00:00");
  expect(listed().find(({ id }) => id === again)?.deploymentKind).toBe("redeploy");
  const { activity } = await run("amend", {
    id: newer,
    reason: "rolled back by hand",
    set: { status: "failed" },
  });
  expect(activity.status).toBe("failed");
  expect(listed().find(({ id }) => id === again)?.deploymentKind).toBe("deploy");
});

test("amended times give a duration of our own", async () => {
  const set = { startedAt: "2026-11-20T08:58:00Z", finishedAt: "2026-11-20 09:00:30 UTC" };
  const { activity } = await run("amend", { id: newer, reason: "clock", set });
  expect(activity).toMatchObject({
    durationMs: 150_000,
    durationFrom: "paired",
    occurredAt: "2026-11-20T09:00:30.000Z",
  });
});

test("a failure that was none has no error any more", async () => {
  const body = {
    id: "7",
    service: "shop",
    environment: "qa",
    status: "failed",
    error: "timeout",
    finishedAt: "2026-11-20T09:00:00Z",
  };
  const { activities } = await house.send({ source: "generic", body });
  const set = { status: "succeeded" };
  const { activity } = await run("amend", { id: activities[0], reason: "the check was wrong", set });
  expect(activity).toMatchObject({
    status: "succeeded",
    error: null,
    finishedAt: "2026-11-20T09:00:00.000Z",
  });
});

test("a voided one vanishes from status and lists and comes back when restored", async () => {
  const { excluded } = await run("void", { id: newer.slice(0, 13), reason: "a test" });
  expect(excluded).toBe("voided: a test");
  expect(running()).toEqual([["prod-eu", "v1.0.0"]]);
  expect(listed().map(({ id }) => id)).toEqual([older]);
  await run("restore", { id: newer, reason: "it was real" });
  expect(running()).toEqual([["prod-eu", "v1.1.0"]]);
  const history = house.services.store.read.detail(newer, house.clock.nowMs)?.history.map(({ type }) => type);
  expect(history).toEqual(["voided", "restored"]);
});

test("a correction outlives what is reported later", async () => {
  const id = await deploy(4, "v2.0.0", "10:00:00", "running");
  await run("amend", { id, reason: "wrong tag", set: { version: "v2.0.1" } });
  await deploy(4, "v2.0.0", "10:01:00", "success");
  expect(running()).toEqual([["prod-eu", "v2.0.1"]]);
});

const REASON = { reason: "because" };
test.each([
  ["amend", () => ({ id: newer, set: { version: "v1" } }), "input.invalid"],
  ["amend", () => ({ id: newer, ...REASON, set: {} }), "input.invalid"],
  ["amend", () => ({ id: newer, ...REASON, set: { colour: "red" } }), "input.invalid"],
  ["amend", () => ({ id: newer, ...REASON, set: { status: "running" } }), "input.invalid"],
  ["amend", () => ({ id: newer, ...REASON, set: { commitSha: "279484c0" } }), "input.invalid"],
  ["amend", () => ({ id: newer, ...REASON, set: { version: "" } }), "input.invalid"],
  ["amend", () => ({ id: newer, ...REASON, set: { startedAt: "2026-11-20T11:00:00Z" } }), "input.invalid"],
  ["amend", () => ({ id: newer, ...REASON, set: { version: "v1.1.0" } }), "conflict"],
  ["amend", () => ({ id: "0193ffffffff", ...REASON, set: { version: "v1" } }), "not-found"],
  ["void", () => ({ id: "00000000-0000-8000-8000-000000000000", ...REASON }), "not-found"],
  ["void", () => ({ id: newer, reason: " " }), "input.invalid"],
  ["restore", () => ({ id: newer, ...REASON }), "conflict"],
])("%s refuses what cannot be, and writes nothing", async (verb, input, code) => {
  const { seq } = house.services.store.log.head();
  await expect(run(verb, input())).rejects.toMatchObject({ code });
  expect(house.services.store.log.head().seq).toBe(seq);
});

test("voiding twice says so", async () => {
  await run("void", { id: newer, ...REASON });
  await expect(run("void", { id: newer, ...REASON })).rejects.toMatchObject({ code: "conflict" });
});
