/** What becomes of results: the log, the rules of deployments, steps of runs, the clock of a server; and who may run checks. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CheckHouse, openCheckHouse, place } from "../../../test/check-house.ts";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { autoCommands } from "../auto/index.ts";
import { deployCommands } from "../deploy/index.ts";
import { startCheckClock, verifyCommands, verifyStep } from "./index.ts";

let it: CheckHouse;
beforeEach(async () => {
  it = await openCheckHouse();
});
afterEach(() => it.close());
const set = (given: Record<string, () => number | string>): void => {
  it.answers.clear();
  for (const [path, answer] of Object.entries(given)) it.answers.set(path, answer);
};

const canDeploy = deployCommands.find(({ id }) => id === "deploy.can-deploy") as Command<Services>;
const reasons = async (service = "shop"): Promise<string[]> => {
  const asking = { service, environment: "staging", version: "v1", new: true };
  const answer = (await it.house.run(canDeploy, asking)) as { reasons: Array<{ message: string }> };
  return answer.reasons.map(({ message }) => message);
};

test("every check is one activity, and the rules see the newest of each name", async () => {
  await it.run([it.at("/none"), it.at("/", { settle: "1s" }), it.at("/slow", { severity: "warn" })], {
    by: { id: "token:kim", actor: { name: "kim", login: null } },
  });
  expect(it.activities()).toHaveLength(3);
  const red = it.activities().find(({ tags }) => tags["name"] === "/none");
  expect(red).toMatchObject({
    ...{
      kind: "check",
      source: "vice",
      service: "shop",
      environment: "staging",
      version: "v1",
      status: "failed",
    },
    ...{
      error: expect.stringContaining("404"),
      actor: { name: "kim" },
      tags: { check: "http", severity: "gate" },
    },
  });
  expect(await reasons()).toEqual([expect.stringContaining('The check "/none" of shop is red')]);
  it.house.clock.nowMs += 60_000;
  set({ "/none": () => "there" });
  await it.run([it.at("/none")]);
  expect(await reasons()).toEqual([]);
});

describe("as a step of a run", () => {
  const step = (checks: unknown) => {
    const executor = verifyStep({
      checks: it.services.checks,
      log: it.services.log,
      now: () => it.house.clock.nowMs,
    });
    const spec = {
      checks,
      service: "shop",
      environment: "staging",
      version: "v1",
      commitSha: null,
      url: it.url,
    };
    const context = {
      runId: "0193a000-0000-7000-8000-000000000001",
      step: { spec },
      cwd: it.house.home,
      env: {},
    };
    return { executor, context: { ...context, signal: new AbortController().signal } as never };
  };

  test("succeeds, or fails with the first reason; each check belongs to the run", async () => {
    const fine = step([{ type: "http", url: place("url") }]);
    expect(await fine.executor.run(fine.context)).toMatchObject({
      outcome: "succeeded",
      outputs: { checks: "1 passed" },
    });
    const wrong = step({ every: "1m", checks: [it.at("/a"), it.at("/b")] });
    expect(await wrong.executor.run(wrong.context)).toMatchObject({
      ...{
        outcome: "failed",
        outputs: { failed: "2" },
        error: expect.stringMatching(/^\/a: the status is 404.*\(and 1 more\)$/),
      },
    });
    expect(it.activities()[0]?.parentId).toBe("0193a000-0000-7000-8000-000000000001");
    expect(await wrong.executor.recover(wrong.context)).toEqual({ what: "goes-on" });
  });

  test("one that is stopped has not failed, unless its time was over", async () => {
    set({ "/": () => 503 });
    const { executor, context } = step([it.at("/", { settle: "1h" })]);
    const endedBy = async (reason: string) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(reason), 50);
      return (await executor.run({ ...(context as object), signal: stop.signal } as never)).outcome;
    };
    expect([await endedBy("cancel"), await endedBy("timeout")]).toEqual(["canceled", "failed"]);
    expect(it.activities()).toEqual([]);
  });

  test("checks that are not right fail it in words", async () => {
    const { executor, context } = step([{ type: "htp" }]);
    expect((await executor.run(context)).error).toContain(
      'The checks are not right: verify.0.type: "htp" is none of',
    );
  });
});

test("in a pipeline: what the pipeline knows is filled in there, and what only checks know by them", async () => {
  set({ "/login": () => '{"token":"t1"}', "/t1": () => "fine" });
  const file = join(it.house.home, "pipeline.yaml");
  const [login, next] = [
    `${place("outputs.build.base")}/login`,
    `${place("url")}/${place("captures.token")}`,
  ];
  const chain = [
    { type: "http", url: login, capture: { token: "$.token" } },
    { type: "http", url: next },
  ];
  const verify = { url: place("outputs.build.base"), checks: [{ chain }] };
  const build = { run: { command: `echo base=${it.url} >> $VICE_OUTPUTS`, shell: true } };
  writeFileSync(file, JSON.stringify({ steps: { build, prove: { needs: "build", verify } } }));
  const auto = autoCommands.find(({ id }) => id === "auto.run") as Command<Services>;
  expect(await it.house.run(auto, { pipeline: file })).toMatchObject({ run: { status: "succeeded" } });
  expect(it.asked).toEqual(["GET /login", "GET /t1 sid=1"]);
});

describe("by the clock of a server", () => {
  const register = (verify: unknown): void => {
    const config = {
      version: 1,
      project: "shop",
      services: { web: null },
      environments: ["staging"],
      verify,
    };
    const data = { project: "shop", config, origin: "sent" as const, place: null };
    it.services.store.log.append([
      {
        delivery: null,
        events: [
          {
            ...{
              type: "vice.project.registered.v1",
              source: "/commands",
              subject: "shop",
              actor: null,
              data,
            },
            ...{ time: new Date(it.house.clock.nowMs).toISOString(), traceparent: null, delivery: null },
          },
        ],
      },
    ]);
  };
  const start = () =>
    startCheckClock({
      ...{ services: it.services, now: () => it.house.clock.nowMs, tickMs: 3_600_000 },
      onError: (error) => {
        throw error;
      },
    });

  test("where nothing is known to run yet a red check stops nobody from bringing it there", async () => {
    register({ every: "1m", checks: [it.at("/none")] });
    const clock = start();
    await clock.tick();
    expect(it.activities().map(({ status }) => status)).toEqual(["failed"]);
    expect(await reasons("web")).toEqual([]);
    const at = new Date(it.house.clock.nowMs).toISOString();
    const facts = { kind: "deployment", service: "web", environment: "staging", version: "v1" } as const;
    const object = {
      ...{ identityKind: "deployment", source: "gitlab", instance: "", externalId: "1", attempt: 1 },
    };
    const transitions = [{ object, step: "succeeded" as const, at, facts }];
    await it.services.intake.appendTransitions({
      ...{ source: "gitlab", instance: "", origin: "poll", body: 1, transitions },
    });
    it.house.clock.nowMs += 60_000;
    await clock.tick();
    await clock.stop();
    // Now it is red of what runs there: that is told at once, though it was red before.
    expect(it.activities().map(({ version }) => version)).toEqual(["v1", null]);
    expect(await reasons("web")).toEqual([expect.stringContaining("is red")]);
  });

  test("what is due is run; the same result is noted once an hour, another one at once", async () => {
    register({ every: "1m", checks: [it.at("/")] });
    const clock = start();
    await clock.tick();
    await clock.tick();
    expect([it.asked.length, it.activities().length]).toEqual([1, 1]);
    expect(it.activities()[0]).toMatchObject({ service: "web", environment: "staging", status: "succeeded" });
    it.house.clock.nowMs += 60_000;
    await clock.tick();
    expect([it.asked.length, it.activities().length]).toEqual([2, 1]);
    set({});
    it.house.clock.nowMs += 60_000;
    await clock.tick();
    expect(it.activities().map(({ status }) => status)).toEqual(["failed", "succeeded"]);
    it.house.clock.nowMs += 3_600_000;
    await clock.tick();
    expect(it.activities()).toHaveLength(3);
    await clock.stop();
    const again = start();
    await again.tick();
    expect(it.asked).toHaveLength(4);
    await again.stop();
  });

  test("what somebody saw in between does not stand there as the newest when it is no longer so", async () => {
    register({ every: "1m", checks: [it.at("/none")] });
    const clock = start();
    await clock.tick();
    it.house.clock.nowMs += 1000;
    set({ "/none": () => "there" });
    await it.run([it.at("/none")], { service: "web" });
    set({});
    it.house.clock.nowMs += 60_000;
    await clock.tick();
    await clock.stop();
    expect(it.activities().map(({ status }) => status)).toEqual(["failed", "succeeded", "failed"]);
  });

  test("a plain list is run only when somebody asks", async () => {
    register([it.at("/")]);
    const clock = start();
    await clock.tick();
    await clock.stop();
    expect(it.asked).toEqual([]);
  });
});

test("whoever may deploy does not choose where variables of the server are sent", async () => {
  const [verify] = verifyCommands;
  if (verify === undefined) throw new Error("there is no command");
  const check = (more: object) => ({ type: "http", name: "there", url: place("url"), ...more });
  const config = {
    ...{ version: 1, project: "shop", services: { open: {}, shut: {} }, environments: ["staging"] },
    verify: [check({})],
  };
  const shut = { verify: [check({ headers: { a: place("env.TOKEN") }, secrets: ["TOKEN"] })] };
  Object.assign(config.services, { shut });
  const [event] = [
    {
      ...{ type: "vice.project.registered.v1" as const, source: "/commands", subject: "shop", actor: null },
      data: { project: "shop", config, origin: "sent" as const, place: null },
      ...{ time: new Date(it.house.clock.nowMs).toISOString(), traceparent: null, delivery: null },
    },
  ];
  await it.services.log.append({ delivery: null, events: [event] });
  const said = (service: string, scope: "deploy" | "admin") =>
    it.house
      .run(verify, { project: service, url: it.url }, { principal: { id: "t", name: "t", scopes: [scope] } })
      .then(
        (result) => Object(result)["items"][0].results[0].error as string | null,
        (error: unknown) => String(Object(error)["code"]),
      );
  expect(await said("open", "deploy")).toBeNull();
  expect(await said("shut", "deploy")).toBe("auth.forbidden");
  expect(await said("shut", "admin")).toContain("TOKEN is not set");
});

test("a version that somebody says leads no check elsewhere", async () => {
  const command = verifyCommands[0] as Command<Services>;
  const more = { headers: { a: place("env.TOKEN") }, secrets: ["TOKEN"] };
  const check = (url: string) => ({ type: "http", name: "there", url, ...more });
  const urls = {
    inHost: `http://${place("version")}.example.com/`,
    behindUrl: `${place("env.BASE")}${place("version")}/`,
    inPath: `${it.url}/of/${place("version")}?v=${place("version")}`,
  };
  const services = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, { verify: [check(url)] }]),
  );
  const config = { version: 1, project: "shop", services, environments: ["staging"] };
  const event = {
    ...{ type: "vice.project.registered.v1" as const, source: "/commands", subject: "shop", actor: null },
    data: { project: "shop", config, origin: "sent" as const, place: null },
    ...{ time: new Date(it.house.clock.nowMs).toISOString(), traceparent: null, delivery: null },
  };
  await it.services.log.append({ delivery: null, events: [event] });
  const code = (project: string, input: object) =>
    it.house
      .run(command, { project, ...input }, { principal: { id: "t", name: "t", scopes: ["deploy"] } })
      .then(
        () => "fine",
        (error: unknown) => String(Object(error)["code"]),
      );
  const version = "../../x?y@evil.example";
  expect(await code("inHost", { version })).toBe("auth.forbidden");
  expect(await code("behindUrl", { version })).toBe("auth.forbidden");
  expect(await code("inHost", {})).toBe("fine");
  expect(await code("inPath", { version })).toBe("fine");
  await it.run([{ type: "http", url: urls.inPath }], { version });
  const encoded = encodeURIComponent(version);
  expect(it.asked).toEqual([`GET /of/${encoded}?v=${encoded}`]);
});

test("whoever may deploy runs registered projects only, and reads no file of the server", async () => {
  const [verify] = verifyCommands;
  if (verify === undefined) throw new Error("there is no command");
  const principal = { id: "token:kim", name: "kim", scopes: ["deploy" as const] };
  const code = (input: object) =>
    it.house.run(verify, input, { principal }).then(
      () => "fine",
      (error: unknown) => String(Object(error)["code"]),
    );
  expect(await code({ file: "- {type: command, command: id}" })).toBe("auth.forbidden");
  expect(await code({ project: it.house.home })).toBe("not-found");
  expect(await code({ files: [{ text: "version: 1\nproject: a\n" }] })).toBe("auth.forbidden");
  const output = join(it.house.home, "x.xml");
  expect(await code({ junit: '<testsuite><testcase name="a"/></testsuite>', output })).toBe("fine");
  expect(existsSync(output)).toBe(false);
});

describe("with a policy", () => {
  const command = verifyCommands[0] as Command<Services>;
  const grant = { role: "deployer" as const, service: "web", team: null };
  const as = async (who: string, input: object) =>
    it.house.run(command, input, { principal: { id: `token:${who}`, name: who, scopes: ["deploy"] } }).then(
      () => "fine",
      (error: unknown) => String(Object(error)["code"]),
    );
  beforeEach(async () => {
    const roles = [
      { ...grant, who: "kim", environment: "staging" },
      { ...grant, who: "lee", environment: null },
    ];
    Object.assign(it.services.config, { roles });
    const config = {
      ...{ version: 1, project: "shop", services: { web: null, api: null } },
      ...{ environments: ["staging", "prod-eu"], verify: [it.at("/")] },
    };
    const event = {
      ...{ type: "vice.project.registered.v1" as const, source: "/commands", subject: "shop", actor: null },
      data: { project: "shop", config, origin: "sent" as const, place: null },
      ...{ time: new Date(it.house.clock.nowMs).toISOString(), traceparent: null, delivery: null },
    };
    await it.services.log.append({ delivery: null, events: [event] });
  });

  test("whoever deploys a service in one environment checks it there, and nowhere else", async () => {
    const codes = [];
    for (const [who, project, environment, service] of [
      ["kim", "web", "staging"],
      ["kim", "shop", "staging", "web"],
      ["lee", "web", "prod-eu"],
      ["kim", "web", "prod-eu"],
      ["kim", "shop", "staging"],
      ["lee", "api", "staging"],
    ] as const)
      codes.push(await as(who, { project, environment, service }));
    expect(codes).toEqual(["fine", "fine", "fine", ...Array(3).fill("auth.forbidden")]);
  });

  test("results of another runner are taken from whoever deploys there, and count for nobody else", async () => {
    const red = '<testsuite><testcase name="a"><failure/></testcase></testsuite>';
    const tap = "1..1\nok 1 - a\n";
    const codes = [];
    for (const [who, service, environment] of [
      ["kim", "api", "staging"],
      ["kim", "web", "prod-eu"],
      ["kim", "web", undefined],
      ["kim", undefined, undefined],
      ["kim", "web", "staging"],
      ["lee", "web", undefined],
    ] as const)
      codes.push(
        await as(who, { junit: red, service, environment }),
        await as(who, { tap, service, environment }),
      );
    const refused = Array(8).fill("auth.forbidden");
    expect(codes).toEqual([...refused, ...Array(4).fill("fine")]);
    const places = it.activities().map(({ environment }) => String(environment));
    expect(places.sort()).toEqual(["null", "null", "staging", "staging"]);
  });
});
