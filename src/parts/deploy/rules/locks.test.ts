/** Whose a lock is: nobody holds one as somebody else, nobody frees another's without a word, and waiting is noted. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Principal } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { dataCommands } from "../../data/index.ts";
import { deployCommands } from "../index.ts";
import type { Lock } from "./lock-state.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const person = (name: string, id = `token:${name}`): Principal => ({ id, name, scopes: ["read", "deploy"] });
const admin: Principal = { id: "local", name: "ops", scopes: ["admin"] };
const shop = { service: "shop", environment: "prod-eu" };
const run = <T>(id: string, input: object, principal: Principal, over: object = {}): Promise<T> => {
  const command = deployCommands.find((each) => each.id === `deploy.${id}`);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  return house.run(command, { ...shop, ...input }, { principal, ...over }) as Promise<T>;
};
const lock = (principal: Principal, input: object = {}, over: object = {}): Promise<Lock> =>
  run("lock", { reason: "release", ...input }, principal, over);
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fine",
    (error: unknown) => (error instanceof ViceError ? error.code : String(error)),
  );
const rules = async (principal: Principal, input: object = {}): Promise<string[]> => {
  const { reasons } = await run<{ reasons: Array<{ rule: string }> }>("can-deploy", input, principal);
  return reasons.map(({ rule }) => rule);
};
const waits = () =>
  house.services.store.log.events(0, 100).filter(({ type }) => type === "vice.lock.waited.v1");

describe("who holds it", () => {
  test("a job is named after the one whose it is, and gets its own lock again", async () => {
    const first = await lock(person("ci"), { holder: "job-7" });
    expect(first).toMatchObject({ holder: "ci/job-7", by: "token:ci" });
    expect(await lock(person("ci"), { holder: "job-7" })).toMatchObject({ id: first.id });
    expect(await lock(person("ci"), { holder: "ci/job-7" })).toMatchObject({ id: first.id });
    expect(await rules(person("ci"), { holder: "job-7" })).toEqual([]);
  });

  test("somebody else's name does not make it his", async () => {
    await lock(person("ci"), { holder: "job-7" });
    for (const holder of ["job-7", "ci/job-7", "ci"]) {
      expect(await codeOf(lock(person("kim"), { holder }))).toBe("deploy.not-allowed");
      expect(await rules(person("kim"), { holder })).toEqual(["lock"]);
      expect(await codeOf(run("unlock", { holder }, person("kim")))).toBe("input.invalid");
    }
  });

  test("nor does a token of the same name", async () => {
    await lock(person("ci"));
    const other = person("ci", "token:another");
    expect(await rules(other)).toEqual(["lock"]);
    expect(await codeOf(lock(other))).toBe("deploy.not-allowed");
    expect(await codeOf(run("unlock", {}, other))).toBe("input.invalid");
  });

  test("an admin is believed", async () => {
    expect(await lock(admin, { holder: "pipeline" })).toMatchObject({ holder: "pipeline" });
  });
});

describe("freeing it", () => {
  test("one's own needs no word; that of somebody else needs a reason or its token, and says so", async () => {
    await lock(person("ci"), { holder: "job-7" });
    expect(await codeOf(run("unlock", {}, admin))).toBe("input.invalid");
    await run("unlock", { reason: "the job was killed" }, admin);
    await lock(person("ci"), { holder: "job-7" });
    await run("unlock", { holder: "job-7" }, person("ci"));
    const { fencingToken } = await lock(person("ci"), { holder: "job-7" });
    await run("unlock", { fencingToken }, person("kim"));
    const freed = house.services.store.log.events(0, 100).filter(({ type }) => type === "vice.lock.freed.v1");
    expect(freed.map(({ actor, data }) => [actor, Object(data).reason])).toEqual([
      ["local", "the job was killed"],
      ["token:ci", "done"],
      ["token:kim", "done"],
    ]);
  });

  test("one whose lease ran out is nobody's", async () => {
    await lock(person("ci"), { lease: "1m" });
    house.clock.nowMs += 120_000;
    expect(await codeOf(run("unlock", {}, person("kim")))).toBe("fine");
  });
});

describe("waiting", () => {
  const WISH = { holder: "two", wait: "2m" };
  /** The clock goes on by a minute with each look at it: nobody really waits. */
  const hurried = () => ({
    now: () => {
      house.clock.nowMs += 10_000;
      return house.clock.nowMs;
    },
  });

  test("is noted with who waited how long for whom, and stands in the audit", async () => {
    const first = await lock(admin, { holder: "one" });
    const taken = lock(admin, WISH);
    await new Promise((done) => setTimeout(done, 50));
    house.clock.nowMs += 60_000;
    await run("unlock", { holder: "one" }, admin);
    expect(await taken).toMatchObject({ holder: "two", how: "free" });
    expect(waits()).toMatchObject([
      {
        data: {
          ...shop,
          holder: "two",
          forHolder: "one",
          forLock: first.id,
          outcome: "taken",
          waitedMs: 60_000,
        },
      },
    ]);
    const audit = dataCommands.find(({ id }) => id === "audit.export");
    const rows = audit === undefined ? null : await house.run(audit, {}, { principal: admin });
    expect(JSON.stringify(rows)).toContain("two waited 1 min for one");
  });

  test("in vain is noted too; whoever did not wait is not", async () => {
    await lock(admin, { holder: "one" });
    expect(await codeOf(lock(admin, { holder: "two" }))).toBe("deploy.not-allowed");
    expect(waits()).toEqual([]);
    expect(await codeOf(lock(admin, WISH, hurried()))).toBe("deploy.not-allowed");
    expect(waits()).toMatchObject([{ data: { outcome: "given-up", forHolder: "one" } }]);
  });

  test("that is stopped takes nothing", async () => {
    await lock(admin, { holder: "one" });
    const stop = new AbortController();
    const waiting = codeOf(lock(admin, WISH, { signal: stop.signal }));
    await new Promise((done) => setTimeout(done, 20));
    stop.abort();
    expect(await waiting).toBe("deploy.not-allowed");
  });
});

test("a lock that takes the place of others says which", async () => {
  const a = await lock(admin, { target: "a", holder: "one" });
  const b = await lock(admin, { target: "b", holder: "two" });
  const all = await lock(admin, { steal: true, holder: "three" });
  const events = house.services.store.log.events(0, 100);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "vice.lock.freed.v1",
      data: { lockId: b.id, reason: "taken over: release", supersededBy: all.id },
    }),
  );
  expect(events.at(-1)).toMatchObject({ data: { lockId: all.id, how: "stolen", former: a.id } });
});
