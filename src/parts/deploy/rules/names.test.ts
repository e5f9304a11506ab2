/** One service, several names: a rule that was said for one of them holds for what is asked by another. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployment, plainEvent } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { NameRule } from "../../../domain/names.ts";
import type { Command } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { dataCommands } from "../../data/index.ts";
import { deployCommands } from "../index.ts";

let house: WiredHouse;
const open = async (rules: NameRule[]): Promise<void> => {
  house = await openWired({ rules });
};
afterEach(() => house.close());

const run = <T>(id: string, input: unknown): Promise<T> => {
  const commands: ReadonlyArray<Command<Services>> = [...deployCommands, ...dataCommands];
  const command = commands.find((each) => each.id === id);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  const principal = { id: "token:kim", name: "kim", scopes: ["read" as const, "deploy" as const] };
  return house.run(command, input, id.startsWith("deploy.") ? { principal } : {}) as Promise<T>;
};
const ask = async (service: string, environment: string, over: object = {}): Promise<string[]> => {
  const { reasons } = await run<{ reasons: Array<{ rule: string }> }>("deploy.can-deploy", {
    ...{ service, environment },
    ...over,
  });
  return reasons.map(({ rule }) => rule);
};
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fine",
    (error: unknown) => (error instanceof ViceError ? error.code : String(error)),
  );
const went = (id: string, service: string, environment: string, source = "gitlab") =>
  house.services.log.append(
    deployment(id, { service, environment, tags: { by: source } }, "succeeded", NOON - 60_000),
  );
const register = async (services: object, environment: object): Promise<void> => {
  const config = { version: 1, project: "web", services, environments: [environment] };
  const data = { project: "web", config, origin: "sent" as const, place: null };
  await house.services.log.append({
    delivery: null,
    events: [plainEvent("vice.project.registered.v1", data, "web")],
  });
};

describe("names that a rule gives", () => {
  beforeEach(async () => {
    await open([
      { match: { service: "Shop Web" }, set: { service: "example-shop/shop" } },
      { match: { environment: "Production" }, set: { environment: "prod-eu" } },
      { match: { source: "gitlab", service: "group/shop" }, set: { service: "example-shop/shop" } },
      { match: { source: "gitlab", environment: "live" }, set: { environment: "prod-eu" } },
    ]);
    await went("1", "group/shop", "live");
    await went("2", "shop", "staging");
    await run("service.merge", { from: ["shop"], into: "example-shop/shop" });
    await house.services.log.settled();
  });

  const NAMES = ["example-shop/shop", "EXAMPLE-SHOP/shop", "shop", "SHOP", "Shop Web", "group/shop"];
  const PLACES = ["prod-eu", "Prod-EU", "Production", "live"];

  test("the answer names the service as it is called", async () => {
    const answer = await run("deploy.can-deploy", { service: "Shop Web", environment: "Production" });
    expect(answer).toMatchObject({ service: "example-shop/shop", environment: "prod-eu", allowed: true });
  });

  test.each(NAMES)("a cord on %s holds for each of the others", async (said) => {
    await run("deploy.andon-pull", { service: said, reason: "wrong prices" });
    for (const name of NAMES) expect([name, await ask(name, "prod-eu")]).toEqual([name, ["andon"]]);
  });

  test.each(PLACES)("a freeze of %s holds for each of the others", async (said) => {
    await run("deploy.freeze", { environment: said, reason: "audit" });
    for (const place of PLACES) expect([place, await ask("shop", place)]).toEqual([place, ["freeze"]]);
    await run("deploy.freeze-override", { service: "Shop Web", environment: said, reason: "security" });
    for (const place of PLACES) expect([place, await ask("shop", place)]).toEqual([place, []]);
  });

  test("a lock by one name is the lock of the other", async () => {
    const lock = (service: string, environment: string, holder: string) =>
      run("deploy.lock", { service, environment, holder, reason: "release" });
    await lock("Shop Web", "Production", "one");
    expect(await ask("group/shop", "live", { holder: "two" })).toEqual(["lock"]);
    expect(await codeOf(lock("shop", "prod-eu", "two"))).toBe("deploy.not-allowed");
    await run("deploy.unlock", { service: "SHOP", environment: "live", reason: "over" });
    expect(await ask("group/shop", "live", { holder: "two" })).toEqual([]);
  });

  test("a project's policy holds by whatever name it calls its service and environment", async () => {
    await register({ "Shop Web": {} }, { name: "Production", approvals: 1, after: [] });
    for (const name of NAMES)
      expect([name, await ask(name, "prod-eu", { version: "v9" })]).toEqual([name, ["approval"]]);
    await run("deploy.approve", { service: "shop", environment: "live", version: "v9" });
    expect(await ask("Shop Web", "Production", { version: "v9", holder: "x" })).toEqual(["approval"]);
  });

  test("an incident of the service stops it by its other names and in other letters too", async () => {
    const facts = { kind: "incident" as const, environment: null, service: "shop" };
    await house.services.log.append(deployment("i", facts, "running", NOON - 60_000));
    for (const name of NAMES) expect([name, await ask(name, "prod-eu")]).toEqual([name, ["incident"]]);
  });
});

test("what was said before a merge holds for the service that it became", async () => {
  await open([]);
  await went("1", "web", "prod-eu");
  await went("2", "store", "prod-eu");
  await run("deploy.andon-pull", { service: "web", reason: "wrong prices" });
  expect(await ask("store", "prod-eu")).toEqual([]);
  await run("service.merge", { from: ["web"], into: "store" });
  expect([await ask("store", "prod-eu"), await ask("web", "prod-eu")]).toEqual([["andon"], ["andon"]]);
  const { items } = await run<{ items: Array<{ scope: { service: string } }> }>("deploy.andon-list", {});
  expect(items.map(({ scope }) => scope.service)).toEqual(["store"]);
});

test("a name that stands for two services is asked back", async () => {
  await open([
    { match: { source: "gitlab", tags: { by: "one" }, service: "app" }, set: { service: "shop" } },
    { match: { source: "gitlab", tags: { by: "two" }, service: "app" }, set: { service: "ledger" } },
  ]);
  await went("1", "app", "prod-eu", "one");
  await went("2", "app", "prod-eu", "two");
  expect(await codeOf(ask("app", "prod-eu"))).toBe("input.invalid");
  expect(await ask("shop", "prod-eu")).toEqual([]);
});

test("an environment that only a project names is known", async () => {
  await open([]);
  await went("1", "web", "staging");
  await register({ web: {} }, { name: "prod-eu", approvals: 1 });
  expect(await ask("web", "prod-eu")).toEqual(["approval"]);
  expect(await codeOf(ask("web", "prod-us"))).toBe("not-found");
});
