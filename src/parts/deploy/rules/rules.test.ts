/** The rules as a team uses them: a cord, a freeze, locks and approvals, against a real store, and after a rebuild. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Principal } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { deployCommands } from "../index.ts";
import { assertFencing, type Lock, takeLock } from "./lock-state.ts";
import { watchTrunk } from "./trunk.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const person = (name: string): Principal => ({ id: `token:${name}`, name, scopes: ["read", "deploy"] });
const run = <T>(id: string, input: unknown, who = person("kim")): Promise<T> => {
  const command = deployCommands.find((each) => each.id === `deploy.${id}`);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  return house.run(command, input, { principal: who }) as Promise<T>;
};
interface Verdict {
  allowed: boolean;
  reasons: Array<{ rule: string; message: string; by: string | null; since: string | null }>;
}
const shop = { service: "shop", environment: "prod-eu" };
const ask = (input: object = {}, who = person("kim")): Promise<Verdict> =>
  run("can-deploy", { ...shop, ...input }, who);
const rules = async (input: object = {}): Promise<string[]> =>
  (await ask(input)).reasons.map(({ rule }) => rule);
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fine",
    (error: unknown) => (error instanceof ViceError ? error.code : String(error)),
  );
const later = (ms: number): void => {
  house.clock.nowMs += ms;
};
const MINUTE = 60_000;

test("a pulled cord refuses with who, when and why; released, the line goes on; both are in the audit", async () => {
  const { id } = await run<{ id: string }>("andon-pull", { team: undefined, reason: "orders are lost" });
  const { allowed, reasons } = await ask();
  expect(allowed).toBe(false);
  expect(reasons).toMatchObject([
    { rule: "andon", by: "token:kim", since: new Date(house.clock.nowMs).toISOString() },
  ]);
  expect(reasons[0]?.message).toContain("orders are lost");
  await run("andon-release", { id: id.slice(0, 13), reason: "mended" }, person("lee"));
  expect(await rules()).toEqual([]);
  const types = house.services.store.log.events(0, 100).map(({ type, actor }) => [type, actor]);
  expect(types).toContainEqual(["vice.andon.pulled.v1", "token:kim"]);
  expect(types).toContainEqual(["vice.andon.released.v1", "token:lee"]);
});

test("a freeze holds from its beginning to its end, unless it is lifted or overridden for a while", async () => {
  await run("freeze", { tier: "production", from: "1h", to: "3h", reason: "audit" });
  expect(await rules()).toEqual([]);
  later(61 * MINUTE);
  expect(await rules()).toEqual(["freeze"]);
  expect(await rules({ environment: "staging" })).toEqual([]);
  await run("freeze-override", { service: "shop", for: "10m", reason: "security" });
  expect(await rules()).toEqual([]);
  later(10 * MINUTE);
  expect(await rules()).toEqual(["freeze"]);
  later(120 * MINUTE);
  expect(await rules()).toEqual([]);
});

describe("locks", () => {
  const lock = (over: object = {}, who = "job-1") =>
    run<Lock>("lock", { ...shop, reason: "release", holder: who, ...over });

  test("one holder at a time; whoever has it is told with the refusal; stealing needs to be said and is recorded", async () => {
    const first = await lock();
    expect(await codeOf(lock({}, "job-2"))).toBe("deploy.not-allowed");
    expect(await rules()).toEqual(["lock"]);
    expect(await rules({ holder: "job-1" })).toEqual([]);
    const second = await lock({ steal: true, reason: "holder is gone" }, "job-2");
    expect(second).toMatchObject({ how: "stolen", holder: "kim/job-2" });
    expect(second.fencingToken).toBeGreaterThan(first.fencingToken);
    expect((await run<{ items: Lock[] }>("locks", {})).items).toHaveLength(1);
  });

  test("the same holder gets his own lock again", async () => {
    const first = await lock();
    expect((await lock()).fencingToken).toBe(first.fencingToken);
  });

  test("a lease ends without a sign of life, and the token of the late one is refused", async () => {
    const first = await lock({ lease: "10m" });
    later(9 * MINUTE);
    await lock({ lease: "10m" });
    later(9 * MINUTE);
    expect(await rules()).toEqual(["lock"]);
    later(2 * MINUTE);
    expect(await rules()).toEqual([]);
    const second = await lock({ lease: "10m" }, "job-2");
    expect(second.how).toBe("expired");
    const place = { ...shop, target: null };
    expect(() => assertFencing(house.services, place, first.fencingToken)).toThrow(
      "was lost; kim/job-2 holds it now",
    );
    expect(() => assertFencing(house.services, place, second.fencingToken)).not.toThrow();
  });

  test("of many at once one gets it", async () => {
    const context = {
      services: house.services,
      now: () => house.clock.nowMs,
      progress: () => {},
      signal: AbortSignal.timeout(9000),
    };
    const wish = { ...shop, target: null, reason: "race", leaseMs: null, steal: false };
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        takeLock({ ...context, principal: person("kim") }, { ...wish, holder: `job-${n}` }),
      ),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("locks of two targets do not meet, one of the whole environment meets both", async () => {
    await lock({ target: "a" });
    await lock({ target: "b" }, "job-2");
    expect(await codeOf(lock({}, "job-3"))).toBe("deploy.not-allowed");
    await run("unlock", { ...shop, target: "a", holder: "job-1" });
    await run("unlock", { ...shop, target: "b", holder: "job-2" });
    await lock({}, "job-3");
    expect(await codeOf(lock({ target: "a" }))).toBe("deploy.not-allowed");
  });

  test("it is freed only by the token that holds it, when one is named", async () => {
    const { fencingToken } = await lock();
    expect(await codeOf(run("unlock", { ...shop, fencingToken: fencingToken - 1 }))).toBe("conflict");
    await run("unlock", { ...shop, fencingToken });
    expect(await codeOf(run("unlock", shop))).toBe("not-found");
  });
});

test("who asked cannot agree; another one can, for the version that he says", async () => {
  await run("approval-ask", { ...shop, version: "v2" }, person("kim"));
  expect(await codeOf(run("approve", { ...shop, version: "v2" }, person("kim")))).toBe("deploy.not-allowed");
  await run("approve", { ...shop, version: "v2" }, person("lee"));
  const { items, asked } = await run<{ items: unknown[]; asked: unknown[] }>("approval-list", {});
  expect(items).toMatchObject([{ by: "token:lee", version: "v2" }]);
  expect(asked).toMatchObject([{ by: "token:kim", version: "v2" }]);
});

test("a slip in a name is told; a new one has to be said to be new", async () => {
  await house.send({
    source: "generic",
    body: { id: "1", service: "shop", environment: "prod-eu", status: "succeeded" },
  });
  expect(await codeOf(ask({ service: "shopp" }))).toBe("not-found");
  expect(await codeOf(run("andon-pull", { environment: "prod-ue", reason: "x" }))).toBe("not-found");
  expect(await codeOf(ask({ service: "shopp", new: true }))).toBe("fine");
  expect(await codeOf(ask({ service: "billing" }))).toBe("not-found");
  expect(await codeOf(ask({ environment: "nowhere" }))).toBe("not-found");
  expect(await codeOf(ask({ environment: "pr-123" }))).toBe("fine");
});

describe("a policy", () => {
  const grant = (
    who: string,
    role: "viewer" | "deployer" | "approver" | "admin",
    environment: string | null = null,
  ) => ({
    ...{ who, role, environment, service: null, team: null },
  });
  beforeEach(async () => {
    await house.close();
    house = await openWired({
      roles: [
        grant("*", "viewer"),
        grant("kim", "deployer", "dev*"),
        grant("lee", "approver"),
        grant("ops", "admin"),
      ],
    });
  });

  test("lets each do what his role allows there, and says what he lacks", async () => {
    const lock = (environment: string, who: string) =>
      codeOf(run("lock", { service: "shop", environment, reason: "x", holder: who }, person(who)));
    expect(await lock("dev-1", "kim")).toBe("fine");
    expect(await lock("prod-eu", "kim")).toBe("auth.forbidden");
    expect(await lock("prod-eu", "lee")).toBe("auth.forbidden");
    expect(await lock("prod-eu", "ops")).toBe("fine");
    expect(await codeOf(run("andon-pull", { reason: "everywhere" }, person("kim")))).toBe("auth.forbidden");
    expect(await codeOf(run("approve", shop, person("kim")))).toBe("auth.forbidden");
    expect(await codeOf(run("approve", shop, person("lee")))).toBe("fine");
  });
});

describe("a red trunk", () => {
  const pipeline = async (id: number, step: "failed" | "succeeded", ref: string): Promise<void> => {
    const { log } = house.services;
    await log.append(
      deployment(`${id}`, { kind: "pipeline", ref, environment: null }, step, NOON + id * 1000),
    );
    await log.settled();
    await new Promise((done) => setImmediate(done));
  };

  test("pulls the cord of its service once, and releases it when it is green; other branches do nothing", async () => {
    await house.close();
    house = await openWired({ trunk: ["main"] });
    const problems: unknown[] = [];
    const stop = watchTrunk({
      services: house.services,
      now: () => house.clock.nowMs,
      onError: (error) => problems.push(error),
    });
    await pipeline(1, "failed", "feature/x");
    expect(await rules()).toEqual([]);
    await pipeline(2, "failed", "refs/heads/main");
    await pipeline(3, "failed", "main");
    expect((await ask()).reasons).toMatchObject([{ rule: "andon", by: "vice" }]);
    await pipeline(4, "succeeded", "feature/x");
    expect(await rules()).toEqual(["andon"]);
    await pipeline(5, "succeeded", "main");
    expect(await rules()).toEqual([]);
    await stop();
    expect(problems).toEqual([]);
  });

  test("does not release what a person pulled", async () => {
    await house.close();
    house = await openWired({ trunk: ["main"] });
    const stop = watchTrunk({ services: house.services, now: () => house.clock.nowMs, onError: () => {} });
    await run("andon-pull", { service: "shop", reason: "by hand" });
    await pipeline(1, "succeeded", "main");
    expect(await rules()).toEqual(["andon"]);
    await stop();
  });
});

describe("what a registered project asks", () => {
  const register = async (environment: object): Promise<void> => {
    const config = {
      version: 1,
      project: "shop",
      services: { shop: {} },
      environments: [{ name: "staging" }, { name: "prod-eu", ...environment }],
    };
    const data = { project: "shop", config, origin: "sent" as const, place: null };
    const said = {
      source: "/test",
      time: new Date(NOON).toISOString(),
      actor: "local",
      traceparent: null,
      delivery: null,
    };
    await house.services.log.append({
      delivery: null,
      events: [{ ...said, type: "vice.project.registered.v1", subject: "shop", data }],
    });
  };
  const deployed = (id: number, version: string) =>
    house.services.log.append(
      deployment(`${id}`, { environment: "staging", version }, "succeeded", NOON - id * 1000),
    );

  test("a version passes below first", async () => {
    await register({ after: ["staging"] });
    await deployed(1, "v1");
    expect(await rules({ version: "v2" })).toEqual(["promotion"]);
    expect(await rules()).toEqual(["promotion"]);
    expect(await rules({ version: "v1" })).toEqual([]);
  });

  test("others agree, with the role that it asks for, each once", async () => {
    await register({ after: [], approvals: { count: 2 } });
    const subject = { ...shop, version: "v1" };
    await run("approval-ask", subject, person("kim"));
    await run("approve", subject, person("lee"));
    await run("approve", subject, person("lee"));
    expect(await rules({ version: "v1" })).toEqual(["approval"]);
    await run("approve", subject, person("max"));
    expect(await rules({ version: "v1" })).toEqual([]);
    expect(await rules({ version: "v2" })).toEqual(["approval"]);
  });

  test("windows and small batches", async () => {
    await register({
      after: [],
      maxCommits: 5,
      freeze: [{ reason: "lunch", timeZone: "UTC", every: "day", from: "11:30", to: "12:30" }],
    });
    expect(await rules({ commits: 6 })).toEqual(["freeze", "batch"]);
    later(31 * MINUTE);
    expect(await rules({ commits: 5 })).toEqual([]);
  });

  test("the newest of its files counts", async () => {
    await register({ after: [], maxCommits: 1 });
    await register({ after: [], maxCommits: 9 });
    expect(await rules({ commits: 6 })).toEqual([]);
  });
});

test("what stands is the same when the read models are built again", async () => {
  const { id } = await run<{ id: string }>("andon-pull", { service: "shop", reason: "a" });
  await run("andon-pull", { service: "ledger", reason: "b" });
  await run("andon-release", { id, reason: "done" });
  await run("lock", { ...shop, reason: "x", holder: "one" });
  await run("lock", { ...shop, reason: "y", holder: "two", steal: true });
  await run("freeze", { reason: "z" });
  const { standing, maintenance } = house.services.store;
  const all = () => (["andon", "lock", "freeze", "override"] as const).map((kind) => standing.list(kind));
  const live = all();
  expect(live.map(({ length }) => length)).toEqual([1, 1, 1, 0]);
  maintenance.startRebuild();
  while (!maintenance.work(50).idle);
  expect(all()).toEqual(live);
});
