/** One application, four tools, four names: they become one service, in history too, and apart again. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { sample as github } from "../../../adapters/source/github/sample.ts";
import { sample as gitlab } from "../../../adapters/source/gitlab/sample.ts";
import { sample as heroku } from "../../../adapters/source/heroku/sample.ts";
import { sample as jenkins } from "../../../adapters/source/jenkins/sample.ts";
import type { Activity } from "../../../domain/activity.ts";
import type { NameRule } from "../../../domain/names.ts";
import { nameCommands } from "./index.ts";
import type { listNames } from "./list.ts";
import type { MadeRules } from "./make-rules.ts";
import type { UnmatchedName } from "./unmatched.ts";

interface Named {
  services: Array<{
    service: string;
    team: string | null;
    reported: Array<{ name: string; source: string; ruleId: string | null }>;
  }>;
  unmatched: UnmatchedName[];
  environments: Array<{ name: string; tier: string; ruleId: string | null }>;
  rules: Array<NameRule & { id: string; origin: string; actor: string | null; reason: string | null }>;
}

let house: WiredHouse;
const run = (id: string, input: unknown): Promise<unknown> => {
  const command = nameCommands.find((each) => each.id === id);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  return house.run(command, input);
};
const make = (id: string, input: unknown) => run(id, input) as Promise<MadeRules>;
const names = () => run(listId, {}) as Promise<Named>;
const listId: (typeof listNames)["id"] = "data.names";

const status = () => house.services.store.read.status({ ephemeral: true }, house.clock.nowMs);
const history = (service: string) =>
  house.services.store.read.activities({ service, kind: "deployment" }, 100, null, house.clock.nowMs).items;
const shown = (activity: Activity) => [activity.source, activity.service, activity.tags["reportedService"]];

beforeEach(async () => {
  house = await openWired();
  await house.send({ source: "gitlab", ...gitlab });
  await house.send({ source: "github", ...github });
  await house.send({ source: "heroku", ...heroku });
  await house.send({ source: "jenkins", ...jenkins });
});
afterEach(() => house.close());

describe("four tools, four names", () => {
  const FOUR = ["web/shop", "example-shop/shop", "shop-production", "web/deploy-shop"];

  test("stand alone at first, and each is told the plainest name that looks alike", async () => {
    const { services, unmatched } = await names();
    expect(services.map(({ service }) => service)).toEqual(FOUR.toSorted());
    expect(unmatched.map(({ name }) => name).toSorted()).toEqual(FOUR.toSorted());
    const suggested = Object.fromEntries(unmatched.map(({ name, suggestion }) => [name, suggestion]));
    expect(suggested["web/shop"]).toBeNull();
    expect(suggested["example-shop/shop"]).toBe("web/shop");
    expect(suggested["web/deploy-shop"]).toBe("web/shop");
  });

  test("merged they are one service in status, lists and history; without the rules all is as before", async () => {
    const before = { status: status(), names: await names() };
    const made = await make("service.merge", { from: FOUR, into: "shop", reason: "one application" });
    expect(made).toMatchObject({ activities: 4, changed: true, atMost: false, newService: "shop" });
    const merged = await names();
    expect(merged.services).toHaveLength(1);
    expect(merged.services[0]).toMatchObject({ service: "shop" });
    expect(merged.services[0]?.reported.map(({ name }) => name).toSorted()).toEqual(FOUR.toSorted());
    expect(merged.unmatched).toEqual([]);
    const ruleIds = made.rules.map(({ id }) => id).toSorted();
    expect(merged.services[0]?.reported.map(({ ruleId }) => ruleId).toSorted()).toEqual(ruleIds);
    expect(new Set(status().map(({ service }) => service))).toEqual(new Set(["shop"]));
    expect(history("shop").map(shown).toSorted()).toEqual([
      ["github", "shop", "example-shop/shop"],
      ["gitlab", "shop", "web/shop"],
      ["heroku", "shop", "shop-production"],
      ["jenkins", "shop", "web/deploy-shop"],
    ]);
    expect(history("web/shop")).toEqual([]);
    for (const { id } of made.rules) await run("names.remove", { id, reason: "a mistake" });
    expect({ status: status(), names: await names() }).toEqual(before);
  });

  test("reports of one deployment by two tools count once, only as long as they are one service", async () => {
    const { rules } = await make("service.merge", { from: ["web/shop", "example-shop/shop"], into: "shop" });
    const primaries = () => history("shop").map(({ primaryId }) => primaryId !== null);
    expect(primaries().toSorted()).toEqual([false, true]);
    for (const { id } of rules) await run("names.remove", { id });
    expect(
      [...history("web/shop"), ...history("example-shop/shop")].map(({ primaryId }) => primaryId),
    ).toEqual([null, null]);
  });

  test("what comes later is named too, and each rule stands in the log with its author", async () => {
    await make("service.alias", { name: "web/shop", service: "shop", source: "gitlab", reason: "ours" });
    await house.send({
      source: "gitlab",
      headers: gitlab.headers,
      body: { ...gitlab.body, deployment_id: 16, environment: "staging" },
    });
    expect(
      history("shop")
        .map(({ environment }) => environment)
        .toSorted(),
    ).toEqual(["prod-eu", "staging"]);
    const events = house.services.store.log
      .events(0, 100)
      .filter(({ type }) => type === "vice.names.ruled.v1");
    expect(events).toMatchObject([
      { actor: "local", data: { reason: "ours", rule: { set: { service: "shop" } } } },
    ]);
    expect((await names()).rules).toMatchObject([{ origin: "page", actor: "local", reason: "ours" }]);
  });

  test("saying the same again changes nothing; a dry run changes nothing", async () => {
    const input = { name: "web/shop", service: "shop" };
    expect(await make("service.alias", { ...input, dryRun: true })).toMatchObject({
      activities: 1,
      changed: false,
      dryRun: true,
    });
    expect((await names()).rules).toEqual([]);
    const first = await make("service.alias", input);
    const again = await make("service.alias", input);
    expect(again).toMatchObject({ activities: 0, changed: false, rules: first.rules });
    expect((await names()).rules).toHaveLength(1);
  });

  test("a later merge wins over an earlier one, and moves future names of a pattern too", async () => {
    await make("service.alias", { name: "*/shop", service: "shop" });
    await make("service.merge", { from: ["shop"], into: "store" });
    await house.send({
      source: "gitlab",
      headers: gitlab.headers,
      body: {
        ...gitlab.body,
        deployment_id: 20,
        project: { ...gitlab.body.project, id: 9, path_with_namespace: "new/shop" },
      },
    });
    expect(
      history("store")
        .map(({ tags }) => tags["reportedService"])
        .toSorted(),
    ).toEqual(["example-shop/shop", "new/shop", "web/shop"]);
    await make("service.merge", { from: ["store"], into: "shop" });
    expect(history("shop")).toHaveLength(3);
    expect(history("store")).toEqual([]);
  });

  test("a name that is already another one's leads to the service behind it", async () => {
    await make("service.alias", { name: "web/shop", service: "store" });
    const wrong = run("service.merge", { from: ["shop-production"], into: "web/shop" });
    await expect(wrong).rejects.toMatchObject({ code: "not-found", details: { nearest: "store" } });
    const merged = await make("service.merge", { from: ["shop-production"], into: "STORE" });
    expect(merged.newService).toBeNull();
    expect(history("store")).toHaveLength(2);
    const slip = run("service.alias", { name: "web/shop", service: "stor" });
    await expect(slip).rejects.toMatchObject({ code: "not-found", details: { nearest: "store" } });
  });

  test("a reported name takes a plain new one, its own one again, and with `new` one that looks like another", async () => {
    await make("service.alias", { name: "web/shop", service: "web/shops" });
    await make("service.alias", { name: "web/shop", service: "web/shop" });
    expect(history("web/shop")).toHaveLength(1);
    await make("service.alias", { name: "shop-production", service: "web/shop2", new: true });
    expect(history("web/shop2")).toHaveLength(1);
    await make("service.merge", { from: ["web/shop", "web/shop2"], into: "web/shops" });
    expect(history("web/shops")).toHaveLength(2);
  });

  test("a split by environment is the more particular rule", async () => {
    await house.send({
      source: "gitlab",
      headers: gitlab.headers,
      body: { ...gitlab.body, deployment_id: 17, environment: "admin-prod" },
    });
    await make("service.alias", { name: "web/shop", service: "shop" });
    const split = await make("service.split", { name: "web/shop", service: "admin", environment: "admin-*" });
    expect(split.atMost).toBe(true);
    expect(history("admin").map(({ environment }) => environment)).toEqual(["admin-prod"]);
    expect(history("shop").map(({ environment }) => environment)).toEqual(["prod-eu"]);
    await run("names.remove", { id: split.rules[0]?.id });
    expect(history("shop")).toHaveLength(2);
  });

  test("a team by service and a tier by environment", async () => {
    await make("service.merge", { from: FOUR, into: "shop" });
    await make("service.team", { service: "shop", team: "payments" });
    await make("environment.tier", { environment: "PROD-EU", tier: "staging" });
    expect(history("shop").map(({ team }) => team)).toEqual(Array(4).fill("payments"));
    const tiers = new Set(
      history("shop")
        .filter(({ environment }) => environment === "prod-eu")
        .map(({ tier }) => tier),
    );
    expect([...tiers]).toEqual(["staging"]);
    const { services, environments, rules } = await names();
    expect(services[0]?.team).toBe("payments");
    expect(environments.find(({ name }) => name === "prod-eu")).toMatchObject({
      tier: "staging",
      ruleId: rules[0]?.id,
    });
  });

  test("a rule leaves bots out of status and lists, not out of the log", async () => {
    await make("service.exclude", { actor: "ro*", reason: "bot" });
    const { read } = house.services.store;
    expect(status().map(({ lastAttempt }) => lastAttempt.source)).not.toContain("gitlab");
    expect(history("web/shop")).toEqual([]);
    const all = read.activities(
      { service: "web/shop", includeExcluded: true },
      10,
      null,
      house.clock.nowMs,
    ).items;
    expect(all).toHaveLength(1);
    expect(read.detail(all[0]?.id ?? "", house.clock.nowMs)?.excluded).toBe("bot");
  });
});

describe("names that differ in case only", () => {
  const [UPPER, LOWER] = ["Hello-World", "hello-world"];
  const LONG = "Codertocat/Hello-World";
  const reports = (project: string, id: number) =>
    house.send({
      source: "gitlab",
      headers: gitlab.headers,
      body: {
        ...gitlab.body,
        deployment_id: id,
        project: { ...gitlab.body.project, id, path_with_namespace: project },
      },
    });
  beforeEach(async () => {
    await reports(UPPER, 31);
    await reports(LOWER, 32);
    await reports(LONG, 33);
  });
  const names = () => [UPPER, LOWER, LONG].map((name) => history(name).length);

  test("the exact one is the one that is merged into, and the other stays what it is", async () => {
    await make("service.merge", { from: [LONG], into: LOWER });
    expect(names()).toEqual([1, 2, 0]);
  });
  test.each([
    [LOWER, UPPER, [2, 0, 1]],
    [UPPER, LOWER, [0, 2, 1]],
  ])("%s is merged into %s", async (from, into, counts) => {
    const { rules } = await make("service.merge", { from: [from], into });
    expect(names()).toEqual(counts);
    for (const { id } of rules) await run("names.remove", { id });
    expect(names()).toEqual([1, 1, 1]);
  });
  test("what moves one of them leaves the other alone: merge, alias, split, team", async () => {
    await make("service.merge", { from: [LOWER], into: "shop", new: true });
    expect(names()).toEqual([1, 0, 1]);
    await make("service.team", { service: UPPER, team: "payments" });
    expect([history(UPPER), history("shop")].map(([one]) => one?.team)).toEqual(["payments", null]);
  });
  test("an alias of one tool's name leaves the other name alone", async () => {
    await make("service.alias", { name: UPPER, service: "store", new: true });
    expect(names()).toEqual([0, 1, 1]);
  });
  test("services that may be one are told with the command that merges them", async () => {
    const command = nameCommands.find(({ id }) => id === "service.unmatched");
    if (command === undefined) throw new Error("missing");
    const result = (await house.run(command, {})) as { alike: unknown[] };
    expect(result.alike).toContainEqual({ service: LOWER, into: UPPER, why: "case" });
    const text = command.text(result, { nowMs: house.clock.nowMs, columns: 100, color: (_, said) => said });
    expect(text).toContain("  hello-world and Hello-World: the same name in another case");
    expect(text).toContain("    vice service merge hello-world --into Hello-World");
    expect(text).toContain("    vice service merge shop-production --into");
    await make("service.merge", { from: [LOWER], into: UPPER });
    const after = (await house.run(command, {})) as { alike: Array<{ why: string }> };
    expect(after.alike.map(({ why }) => why)).not.toContain("case");
  });
  test("a spelling that none of them has says which there are; a service alone takes another case with `new`", async () => {
    const which = run("service.merge", { from: [LONG], into: "HELLO-WORLD" });
    await expect(which).rejects.toMatchObject({
      code: "input.invalid",
      details: { stands: [UPPER, LOWER] },
    });
    await make("service.merge", { from: [LOWER], into: UPPER });
    await make("service.merge", { from: [UPPER], into: "HELLO-World", new: true });
    expect(history("HELLO-World")).toHaveLength(2);
  });
});

describe("what cannot be", () => {
  test.each([
    ["service.merge", { from: ["web/sho"], into: "shop" }, "not-found", "web/shop"],
    ["service.merge", { from: ["example-shop/shop"], into: "web/shp" }, "not-found", "web/shop"],
    ["service.merge", { from: ["heroku"], into: "web/shop2", dryRun: true }, "not-found", "web/shop"],
    ["service.alias", { name: "shop-production", service: "web/sohp" }, "not-found", "web/shop"],
    ["service.merge", { from: ["web/shop"], into: "web/shop" }, "input.invalid", null],
    ["service.team", { service: "web/shopp", team: "x" }, "not-found", "web/shop"],
    ["service.split", { name: "nothing-such", service: "x" }, "not-found", null],
    ["service.alias", { name: "/(/", service: "x" }, "data.invalid", null],
    ["service.exclude", { reason: "all" }, "input.invalid", null],
    ["environment.tier", { environment: "prod-e", tier: "production" }, "not-found", "prod-eu"],
    ["names.remove", { id: "0193" }, "not-found", null],
  ])("%s %j is %s", async (id, input, code, nearest) => {
    await expect(run(id, input)).rejects.toMatchObject({
      code,
      ...(nearest === null ? {} : { details: { nearest } }),
    });
    expect((await names()).rules).toEqual([]);
  });

  test("a rule of the configuration is taken out there", async () => {
    const configured = await openWired({ rules: [{ match: { service: "a" }, set: { service: "b" } }] });
    const remove = nameCommands.find(({ id }) => id === "names.remove");
    if (remove === undefined) throw new Error("missing");
    await expect(configured.run(remove, { id: "config:1" })).rejects.toMatchObject({ code: "conflict" });
    await configured.close();
  });
});
