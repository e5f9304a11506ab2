/** Ways round the rules that are closed: old locks beside living ones, names of projects, teams, approvals for whatever comes. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployment, plainEvent } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { ViceError } from "../../../kit/errors.ts";
import { incidentCommands } from "../../data/incidents/incident-commands.ts";
import { deployCommands } from "../index.ts";
import type { Lock } from "./lock-state.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const run = <T>(id: string, input: unknown, who = "kim"): Promise<T> => {
  const command = deployCommands.find((each) => each.id === `deploy.${id}`);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  const principal = { id: `token:${who}`, name: who, scopes: ["read" as const, "deploy" as const] };
  return house.run(command, input, { principal }) as Promise<T>;
};
const shop = { service: "shop", environment: "prod-eu" };
const rules = async (input: object = {}): Promise<string[]> => {
  const { reasons } = await run<{ reasons: Array<{ rule: string }> }>("can-deploy", { ...shop, ...input });
  return reasons.map(({ rule }) => rule);
};
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fine",
    (error: unknown) => (error instanceof ViceError ? error.code : String(error)),
  );
const MINUTE = 60_000;

describe("locks of targets", () => {
  const lock = (over: object, who: string) =>
    run<Lock>("lock", { ...shop, reason: "release", holder: who, ...over });
  beforeEach(async () => {
    await lock({ target: "a", lease: "1m" }, "job-1");
    house.clock.nowMs += 2 * MINUTE;
    await lock({ target: "b" }, "job-2");
  });

  test("one whose lease ran out does not hide one that is held", async () => {
    expect(await rules()).toEqual(["lock"]);
    expect(await codeOf(lock({}, "job-3"))).toBe("deploy.not-allowed");
  });

  test("a lock of the whole environment takes the place of all of them", async () => {
    expect(await lock({ steal: true }, "job-3")).toMatchObject({ how: "stolen" });
    expect(house.services.store.standing.list("lock").map(({ data }) => data.holder)).toEqual(["kim/job-3"]);
  });

  test("each is freed by its own name only", async () => {
    expect(await codeOf(run("unlock", shop))).toBe("not-found");
    await run("unlock", { ...shop, target: "b", holder: "job-2" });
    expect(await rules()).toEqual([]);
  });
});

describe("what a registered project says", () => {
  const register = (environment: object): void => {
    const environments = [{ name: "staging" }, { name: "prod-eu", after: [], ...environment }];
    const config = { version: 1, project: "web", team: "storefront", services: { shop: {} }, environments };
    const data = { project: "web", config, origin: "sent" as const, place: null };
    house.services.store.log.append([
      { delivery: null, events: [plainEvent("vice.project.registered.v1", data, "web")] },
    ]);
  };

  test("its team is the one of its services, also before their first deployment", async () => {
    register({});
    await run("andon-pull", { team: "storefront", reason: "orders are lost" });
    expect(await rules()).toEqual(["andon"]);
  });

  test("its names are known before anything is deployed there", async () => {
    register({ approvals: 1 });
    expect(await rules()).toEqual(["approval"]);
    expect(await codeOf(rules({ environment: "prod-ue" }))).toBe("not-found");
    expect(await codeOf(rules({ service: "shopp" }))).toBe("not-found");
  });

  test("who agreed to the next version agreed to one, and not to all that come", async () => {
    register({ approvals: 1 });
    await run("approve", shop, "lee");
    expect(await rules({ version: "v1" })).toEqual([]);
    house.clock.nowMs += MINUTE;
    const went = deployment("1", { environment: "prod-eu", version: "v1" }, "succeeded", house.clock.nowMs);
    await house.services.log.append(went);
    expect(await rules({ version: "v2" })).toEqual(["approval"]);
  });

  test("a version that was only taken down below has not passed there", async () => {
    register({ after: ["staging"] });
    const facts = { environment: "staging", version: "v1", deploymentKind: "teardown" as const };
    await house.services.log.append(deployment("1", facts, "succeeded", NOON - 1000));
    expect(await rules({ version: "v1" })).toEqual(["promotion"]);
  });
});

test("an incident that is open for a week stops as one of an hour does", async () => {
  const began = NOON - 7 * 24 * 60 * MINUTE;
  await house.services.log.append(deployment("i", { kind: "incident", environment: null }, "running", began));
  expect(await rules()).toEqual(["incident"]);
});

test("an incident that was opened here is closed here: the hint is the command", async () => {
  const hints = async (): Promise<Array<string | null>> => {
    const { reasons } = await run<{ reasons: Array<{ hint: string | null }> }>("can-deploy", shop);
    return reasons.map(({ hint }) => hint);
  };
  const [open] = incidentCommands;
  if (open === undefined) throw new Error("there is no command to open one");
  const { id } = (await house.run(open, { service: "shop", reason: "down", new: true })) as { id: string };
  expect(await hints()).toEqual([`When it is over: vice incident close ${id.slice(0, 13)} --reason "..."`]);
  const theirs = deployment("i", { kind: "incident", environment: null }, "running", NOON - MINUTE);
  await house.services.log.append(theirs);
  expect(await hints()).toContain("Close it where it was opened.");
});
