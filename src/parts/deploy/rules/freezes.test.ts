/** Freezes and what lets deployments pass them: for a while, taken back, told; and the windows that projects write down. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployment, plainEvent } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Principal } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { deployCommands } from "../index.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
  await house.services.log.append(
    deployment("1", { environment: "prod-eu", team: "storefront" }, "succeeded", NOON - 60_000),
  );
});
afterEach(() => house.close());

const kim: Principal = { id: "token:kim", name: "kim", scopes: ["deploy"] };
const admin: Principal = { id: "local", name: "ops", scopes: ["admin"] };
const commandOf = (id: string) => {
  const command = deployCommands.find((each) => each.id === `deploy.${id}`);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  return command;
};
const run = <T>(id: string, input: object, principal = kim): Promise<T> =>
  house.run(commandOf(id), input, { principal }) as Promise<T>;
const shop = { service: "shop", environment: "prod-eu" };
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fine",
    (error: unknown) => (error instanceof ViceError ? error.code : String(error)),
  );
interface Answer {
  allowed: boolean;
  overridden: Array<{ message: string; by: string | null; until: string; reason: string }>;
}
const ask = () => run<Answer>("can-deploy", shop);
const style = { nowMs: NOON, columns: 200, color: (_: string, text: string) => text };

describe("an override", () => {
  const override = (input: object = {}, who = kim) =>
    run<{ id: string; until: string }>("freeze-override", { ...shop, reason: "security", ...input }, who);
  beforeEach(() => run("freeze", { environment: "prod-eu", reason: "audit" }));

  test("is told by can-deploy, and taken back", async () => {
    const { id, until } = await override();
    const answer = await ask();
    expect(answer).toMatchObject({
      allowed: true,
      overridden: [{ by: "token:kim", until, reason: "security" }],
    });
    expect(commandOf("can-deploy").text(answer, style)).toMatch(
      /overridden: prod-eu is frozen by token:kim until further notice: audit\. Overridden by token:kim until 1\d:00 \S+ \(in 1 h\): security/,
    );
    await run("freeze-lift-override", { id: id.slice(0, 13), reason: "the fix is out" });
    expect(await ask()).toMatchObject({ allowed: false, overridden: [] });
    expect(await run("freeze-list", {})).toMatchObject({ overrides: [] });
    const types = house.services.store.log.events(0, 100).map(({ type }) => type);
    expect(types.at(-1)).toBe("vice.freeze.override-withdrawn.v1");
  });

  test("lasts a day at most, unless an admin says so; and not a time that is over", async () => {
    expect(await codeOf(override({ for: "25h" }))).toBe("input.invalid");
    expect(await codeOf(override({ for: "2026-12-24" }))).toBe("input.invalid");
    expect(await codeOf(override({ for: "2026-11-01" }))).toBe("input.invalid");
    expect((await ask()).allowed).toBe(false);
    expect(await codeOf(override({ for: "24h" }))).toBe("fine");
    expect(await codeOf(override({ for: "25h" }, admin))).toBe("fine");
  });
});

describe("names that contradict each other are refused: such a rule would hold nowhere", () => {
  test.each([
    ["freeze", { tier: "staging", environment: "prod-eu" }],
    ["andon-pull", { tier: "development", environment: "prod-eu" }],
    ["andon-pull", { team: "payments", service: "shop", new: true }],
  ])("%s %o", async (id, scope) => {
    expect(await codeOf(run(id, { ...scope, reason: "x" }))).toBe("input.invalid");
  });
  test.each([
    ["freeze", { tier: "production", environment: "prod-eu" }],
    ["andon-pull", { team: "storefront", service: "shop" }],
  ])("%s %o is fine", async (id, scope) => {
    expect(await codeOf(run(id, { ...scope, reason: "x" }))).toBe("fine");
  });
});

test("windows of registered projects are listed, with whether they hold now", async () => {
  const freeze = [
    { reason: "lunch", timeZone: "UTC", every: "day", from: "11:30", to: "12:30" },
    { reason: "night", timeZone: "UTC", every: "day", from: "22:00", to: "06:00" },
    { reason: "last year", timeZone: "UTC", from: "2025-12-20", to: "2026-01-02" },
  ];
  const environments = [{ name: "prod-eu", after: [], freeze }];
  const config = { version: 1, project: "web", services: { shop: {} }, environments };
  const data = { project: "web", config, origin: "sent" as const, place: null };
  await house.services.log.append({
    delivery: null,
    events: [plainEvent("vice.project.registered.v1", data, "web")],
  });
  const list = await run<{ windows: unknown[] }>("freeze-list", {});
  expect(list.windows).toMatchObject([
    { ...{ project: "web", services: ["shop"], environment: "prod-eu" }, reason: "lunch", holds: true },
    { reason: "night", holds: false, until: null },
  ]);
  expect(list.windows[0]).toMatchObject({ until: "2026-11-20T12:30:00.000Z" });
  const text = commandOf("freeze-list").text(list, style);
  expect(text).toContain("shop in prod-eu");
  expect(text).toContain("every day 22:00 to 06:00");
  expect(await ask()).toMatchObject({ allowed: false });
});

describe("commits that nobody counted", () => {
  const at = (minute: number): number => NOON - (60 - minute) * 60_000;
  const sha = (n: number): string => `${n}`.padStart(40, "a");
  const build = (n: number, ref = "main") =>
    house.services.log.append(
      deployment(
        `b${n}${ref}`,
        { kind: "build", environment: null, commitSha: sha(n), ref },
        "succeeded",
        at(n),
      ),
    );
  const judged = async (commit: number, commits?: number): Promise<string[]> => {
    const { reasons, unknown } = await run<Record<"reasons" | "unknown", Array<{ message: string }>>>(
      "can-deploy",
      { ...shop, commit: sha(commit), ...(commits === undefined ? {} : { commits }) },
    );
    return [...reasons, ...unknown].map(({ message }) => message);
  };
  beforeEach(async () => {
    const environments = [{ name: "prod-eu", after: [], maxCommits: 2 }];
    const config = { version: 1, project: "web", services: { shop: {} }, environments };
    const data = { project: "web", config, origin: "sent" as const, place: null };
    await house.services.log.append({
      delivery: null,
      events: [plainEvent("vice.project.registered.v1", data, "web")],
    });
    await build(1);
    const facts = { environment: "prod-eu", commitSha: sha(1), ref: "main", version: "v1" };
    await house.services.log.append(deployment("d", facts, "succeeded", at(59.5)));
    for (const n of [2, 3, 4]) await build(n);
    await build(5, "feature");
  });

  test("are counted from the log, as far as it knows them", async () => {
    expect(await judged(4)).toEqual(["At least 3 commits at once are more than the 2 that prod-eu takes."]);
    expect((await judged(3)).join()).toContain("say --commits N. The log knows of 2");
    expect(await judged(1)).toEqual([]);
    expect((await judged(9)).join()).toContain("say --commits N. The log knows of 1");
    expect(await judged(4, 2)).toEqual([]);
  });

  test("are counted exactly where they are known: a large batch over a limit of 2, and two that are within it", async () => {
    const line = Array.from({ length: 40 }, (_, n) => ({
      ...{ sha: sha(n + 1), parents: n === 0 ? [] : [sha(n)], committedAt: null, authoredAt: null },
      ...{ author: null, message: null, url: null },
    }));
    const data = { repository: null, commits: line };
    const event = plainEvent("vice.commits.seen.v1", data);
    await house.services.log.append({ delivery: null, events: [event] });
    expect(await judged(40)).toEqual(["39 commits at once are more than the 2 that prod-eu takes."]);
    expect(await judged(3)).toEqual([]);
  });

  test("an approver lets one version be as large as it is, with a reason; others do not, and it stands in the audit", async () => {
    const asked = { ...shop, version: "v9" };
    const judge = () => run<Answer>("can-deploy", { ...asked, commits: 40 });
    expect((await judge()).allowed).toBe(false);
    const reader: Principal = { id: "token:lee", name: "lee", scopes: ["read"] };
    expect(await codeOf(run("batch-override", { ...asked, reason: "one migration" }, reader))).toBe(
      "auth.forbidden",
    );
    expect(await codeOf(run("batch-override", { ...asked, reason: "x", for: "25h" }))).toBe("input.invalid");
    expect(await codeOf(run("batch-override", { ...shop, commit: "ab12cd3", reason: "x" }))).toBe(
      "input.invalid",
    );
    await run("batch-override", { ...asked, reason: "one migration" });
    expect(await judge()).toMatchObject({
      allowed: true,
      overridden: [
        { by: "token:kim", reason: "one migration", message: expect.stringContaining("40 commits") },
      ],
    });
    expect((await run<Answer>("can-deploy", { ...shop, version: "v10", commits: 40 })).allowed).toBe(false);
    const types = house.services.store.log.events(0, 100).map(({ type }) => type);
    expect(types.at(-1)).toBe("vice.batch.overridden.v1");
    house.clock.nowMs += 3_600_001;
    expect((await judge()).allowed).toBe(false);
  });

  test("lines are limited too, and counted where somebody told them", async () => {
    const environments = [{ name: "prod-eu", after: [], maxLines: 100 }];
    const config = { version: 1, project: "web", services: { shop: {} }, environments };
    const data = { project: "web", config, origin: "sent" as const, place: null };
    const add = (type: Parameters<typeof plainEvent>[0], said: object, subject?: string) =>
      house.services.log.append({ delivery: null, events: [plainEvent(type, said as never, subject)] });
    await add("vice.project.registered.v1", data, "web");
    expect((await judged(4)).join()).toContain("say --lines N");
    const changed = { base: sha(1), head: sha(4), added: 90, deleted: 11, files: 3 };
    await add("vice.commits.seen.v1", { repository: null, commits: [], changed });
    expect(await judged(4)).toEqual(["101 lines at once are more than the 100 that prod-eu takes."]);
    expect(await judged(1)).toEqual([]);
    expect(await run<Answer>("can-deploy", { ...shop, commit: sha(4), lines: 100 })).toMatchObject({
      allowed: true,
    });
  });
});
