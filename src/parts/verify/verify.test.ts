/** Checks as a team uses them: chains, patience, gates and warnings, what the log keeps, and what the rules make of it. */
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { webServer } from "../../../test/check-worlds.ts";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import type { VerifyReport } from "../../domain/verify/report.ts";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { deployCommands } from "../deploy/index.ts";
import {
  type CheckContext,
  checkVerify,
  runChecks,
  startCheckClock,
  verifyCommands,
  verifyStep,
} from "./index.ts";

let house: WiredHouse;
let web: Awaited<ReturnType<typeof webServer>>;
/** What the server answers, by path; a number is a status. */
let answers: Record<string, () => number | string>;
let asked: string[];
beforeEach(async () => {
  house = await openWired();
  answers = { "/": () => "fine" };
  asked = [];
  web = await webServer((request, reply) => {
    asked.push(`${request.method} ${request.url} ${request.headers.cookie ?? ""}`.trim());
    const said = answers[request.url ?? ""]?.() ?? 404;
    if (request.url === "/login") reply.setHeader("set-cookie", "sid=1");
    reply.writeHead(typeof said === "number" ? said : 200).end(String(said));
  });
});
afterEach(async () => {
  await web.close();
  await house.close();
});

const at = (path: string, more: object = {}): object => ({
  type: "http",
  name: path,
  url: `${web.url}${path}`,
  ...more,
});
const place = (name: string): string => "${".concat(`{ ${name} }}`);
const contextOf = (over: Partial<CheckContext> = {}): CheckContext => ({
  ...{ cwd: house.home, env: {}, secrets: [], service: "shop", environment: "staging" },
  ...{ version: "v1", commitSha: null, url: web.url, signal: new AbortController().signal, ...over },
});
const run = (checks: unknown, over: Partial<CheckContext> = {}): Promise<VerifyReport> =>
  runChecks(checks, contextOf(over), {
    ...{ checks: house.services.checks, log: house.services.log, now: () => house.clock.nowMs },
  });
const said = ({ results }: VerifyReport): string[] =>
  results.map(({ name, status, error }) => `${name} ${status}${error === null ? "" : `: ${error}`}`);
const activities = () =>
  house.services.store.read.activities({ kind: "check" }, 100, null, house.clock.nowMs).items;

describe("a chain", () => {
  test("hands on what was captured and its cookies, and to no other chain", async () => {
    answers = { "/login": () => '{"id":7}', "/item/7": () => "seven" };
    const report = await run([
      {
        name: "buy",
        chain: [
          at("/login", { capture: { id: "$.id" } }),
          { type: "http", url: `${web.url}/item/${place("captures.id")}` },
        ],
      },
      at("/item/7"),
    ]);
    expect(said(report)).toEqual([
      `buy: /login passed`,
      `buy: ${web.url}/item/{id} passed`,
      "/item/7 passed",
    ]);
    expect(asked.toSorted()).toEqual(["GET /item/7", "GET /item/7 sid=1", "GET /login"]);
  });

  test("leaves what comes after a gate that failed, and goes on after a warning", async () => {
    const chain = [at("/none", { severity: "warn" }), at("/"), at("/gone"), at("/never")];
    const report = await run([{ chain }]);
    expect(report.passed).toBe(false);
    expect(report.results.map(({ status }) => status)).toEqual(["warned", "passed", "failed", "skipped"]);
    expect(report.results[3]?.error).toBe('"/gone" failed before it');
    expect(asked).not.toContain("GET /never");
  });

  test("says what it could not know", async () => {
    const capture = { id: "$.id" };
    const url = `${web.url}/${place("captures.id")}`;
    const report = await run([
      { chain: [at("/", { capture, severity: "warn" }), { type: "http", name: "next", url }] },
    ]);
    expect(said(report)[1]).toBe(
      `next failed: ${place("captures.id")} is not known: the check that captures it gave none`,
    );
  });
});

describe("patience", () => {
  test("it is tried until it passes, and so often in a row as is asked", async () => {
    let count = 0;
    answers = { "/": () => (++count === 3 || count > 4 ? "fine" : 503) };
    const { results } = await run([at("/", { settle: "10s", every: "5ms", stable: 2 })]);
    expect(results).toMatchObject([{ status: "passed", attempts: 6 }]);
  });

  test("when its time is over it has failed with what it saw last", async () => {
    answers = { "/": () => 503 };
    const { passed, results } = await run([at("/", { settle: "100ms", every: "20ms" })]);
    expect(passed).toBe(false);
    expect(results[0]?.attempts).toBeGreaterThan(1);
    expect(results[0]?.error).toContain("the status is 503");
  });

  test("one that does not answer is given up", async () => {
    const slow = await webServer(() => {});
    const { results } = await run([{ type: "http", url: slow.url, timeout: "50ms" }]);
    expect(results[0]?.error).toBe("it did not answer within 50 ms");
    await slow.close();
  });

  test("what is stopped proves nothing, and is not waited for", async () => {
    answers = { "/": () => 503 };
    const stop = new AbortController();
    const begun = performance.now();
    const whole = run([{ chain: [at("/", { settle: "1h" }), at("/next")] }], { signal: stop.signal });
    await pause(50);
    stop.abort("stop");
    expect(said(await whole)).toEqual(["/ failed: it was stopped", '/next skipped: "/" failed before it']);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  test("what does not depend on each other is looked at side by side", async () => {
    const sleeping = { type: "command", command: ["sleep", "0.4"] };
    const begun = performance.now();
    const { passed } = await run(Array.from({ length: 4 }, (_, n) => ({ ...sleeping, name: `s${n}` })));
    expect(passed).toBe(true);
    expect(performance.now() - begun).toBeLessThan(1200);
  });
});

describe("values and secrets", () => {
  test("are filled in, and never told", async () => {
    answers = { "/": () => 500 };
    const secret = "correct-horse-battery";
    const command = ["sh", "-c", 'echo "it is $TOKEN"; exit 1'];
    const { results } = await run(
      [
        { type: "command", name: "c", command, secrets: ["TOKEN"] },
        at("/", { headers: { a: place("env.TOKEN") } }),
      ],
      { env: { TOKEN: secret }, secrets: [secret] },
    );
    expect(results[0]?.error).toContain("it is ***");
    expect(JSON.stringify([results, activities()])).not.toContain("battery");
  });

  test("one that nobody set, or that is nowhere, is told by its name", async () => {
    const url = `${web.url}/${place("env.REGION")}`;
    const report = await run([at("/", { secrets: ["NO_SUCH"] }), { type: "http", name: "r", url }]);
    expect(said(report)).toEqual([
      "/ failed: the variable NO_SUCH is not set where vice runs",
      expect.stringContaining(`${place("env.REGION")} is not known`),
    ]);
    expect(asked).toEqual([]);
  });

  test("files of commands are gone afterwards", async () => {
    await run([{ type: "command", command: "node --version" }]);
    const { readdirSync } = await import("node:fs");
    expect(readdirSync(`${house.home}/runs`)).toEqual([]);
  });
});

describe("what is wrong is told before anything runs", () => {
  test.each<[what: string, checks: unknown, said: string]>([
    ["no kind", [{ url: "x" }], "0: type is missing; expected one of http, tcp, tls, dns, command, deployed"],
    [
      "a kind that nobody knows",
      [{ type: "htp" }],
      '0.type: "htp" is none of http, tcp, tls, dns, command, deployed (http)',
    ],
    ["a key", [{ type: "http", urll: "x", url: "x" }], '0.urll: unknown key "urll" (url)'],
    [
      "a key within",
      [{ type: "http", url: "x", expect: { contain: "x" } }],
      '0.expect.contain: unknown key "contain" (contains)',
    ],
    ["a duration", [{ type: "tcp", host: "a", port: 1, settle: "soon" }], '0.settle: "soon" is no duration'],
    ["a place", [{ type: "http", url: place("vresion") }], '0: nothing is called "vresion" here'],
    [
      "a capture of nobody",
      [{ chain: [{ type: "http", url: place("captures.tokn"), capture: { token: "$.a" } }] }],
      '0.chain.0: no check before it captures "tokn"',
    ],
    [
      "two of one name",
      [
        { type: "http", url: "x", name: "a" },
        { type: "http", url: "y", name: "a" },
      ],
      '1.name: there is already a check "a"',
    ],
    [
      "an expression",
      [{ type: "http", url: "x", expect: { matches: "(" } }],
      "0.expect.matches: it is no regular expression",
    ],
    ["a list in a list", [[{ type: "http" }]], "0: expected a check"],
    ["a chain without anything", [{ chain: [] }], "0.chain: expected at least 1 entry"],
    [
      "a line for a shell",
      [{ type: "command", command: "a | b" }],
      '0.command: "|" means something only to a shell',
    ],
    ["a key beside checks", { evry: "1m", checks: [] }, 'evry: unknown key "evry" (every)'],
    ["a check below checks", { every: "1m", checks: [{ type: "x" }] }, 'checks.0.type: "x" is none of'],
    ["no list", "http", "expected"],
  ])("%s", (_what, checks, text) => {
    const problems = checkVerify(house.services.checks)(checks);
    const told = problems.map(({ path, problem, nearest, word, known }) => {
      const near = nearest ?? (word === "htp" && known?.includes("http") ? "http" : null);
      return `${path.join(".")}${path.length > 0 ? ": " : ""}${problem}${near === null ? "" : ` (${near})`}`;
    });
    expect(told[0]).toContain(text);
  });

  test("the rest is left alone: keys with x-, values that are filled in later", () => {
    const fine = [
      { type: "tcp", host: place("env.HOST"), port: place("env.PORT"), "x-note": 1 },
      { type: "http", url: place("url"), expect: { matches: `^${place("version")}$` }, "x-a": 1 },
    ];
    expect(checkVerify(house.services.checks)(fine)).toEqual([]);
    expect(checkVerify(house.services.checks)(undefined)).toEqual([]);
  });
});

const canDeploy = deployCommands.find(({ id }) => id === "deploy.can-deploy") as Command<Services>;
const reasons = async (): Promise<string[]> => {
  const asking = { service: "shop", environment: "staging", version: "v1", new: true };
  const answer = (await house.run(canDeploy, asking)) as { reasons: Array<{ message: string }> };
  return answer.reasons.map(({ message }) => message);
};

test("every check is one activity, and the rules see the newest of each name", async () => {
  await run([at("/none"), at("/", { settle: "1s" }), at("/slow", { severity: "warn" })], {
    by: { id: "token:kim", actor: { name: "kim", login: null } },
  });
  expect(activities()).toHaveLength(3);
  const red = activities().find(({ tags }) => tags["name"] === "/none");
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
  house.clock.nowMs += 60_000;
  answers["/none"] = () => "there";
  await run([at("/none")]);
  expect(await reasons()).toEqual([]);
});

describe("as a step of a run", () => {
  const step = (checks: unknown) => {
    const executor = verifyStep({
      checks: house.services.checks,
      log: house.services.log,
      now: () => house.clock.nowMs,
    });
    const spec = {
      checks,
      service: "shop",
      environment: "staging",
      version: "v1",
      commitSha: null,
      url: web.url,
    };
    const context = {
      runId: "0193a000-0000-7000-8000-000000000001",
      step: { spec },
      cwd: house.home,
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
    const wrong = step({ every: "1m", checks: [at("/a"), at("/b")] });
    expect(await wrong.executor.run(wrong.context)).toMatchObject({
      ...{
        outcome: "failed",
        outputs: { failed: "2" },
        error: expect.stringMatching(/^\/a: the status is 404.*\(and 1 more\)$/),
      },
    });
    expect(activities()[0]?.parentId).toBe("0193a000-0000-7000-8000-000000000001");
    expect(await wrong.executor.recover(wrong.context)).toEqual({ what: "goes-on" });
  });

  test("checks that are not right fail it in words", async () => {
    const { executor, context } = step([{ type: "htp" }]);
    expect((await executor.run(context)).error).toContain(
      'The checks are not right: verify.0.type: "htp" is none of',
    );
  });
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
    house.services.store.log.append([
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
            ...{ time: new Date(house.clock.nowMs).toISOString(), traceparent: null, delivery: null },
          },
        ],
      },
    ]);
  };
  const start = () =>
    startCheckClock({
      ...{ services: house.services, now: () => house.clock.nowMs, tickMs: 3_600_000 },
      onError: (error) => {
        throw error;
      },
    });

  test("what is due is run; the same result is noted once an hour, another one at once", async () => {
    register({ every: "1m", checks: [at("/")] });
    const clock = start();
    await clock.tick();
    await clock.tick();
    expect([asked.length, activities().length]).toEqual([1, 1]);
    expect(activities()[0]).toMatchObject({ service: "web", environment: "staging", status: "succeeded" });
    house.clock.nowMs += 60_000;
    await clock.tick();
    expect([asked.length, activities().length]).toEqual([2, 1]);
    answers = {};
    house.clock.nowMs += 60_000;
    await clock.tick();
    expect(activities().map(({ status }) => status)).toEqual(["failed", "succeeded"]);
    house.clock.nowMs += 3_600_000;
    await clock.tick();
    expect(activities()).toHaveLength(3);
    await clock.stop();
    const again = start();
    await again.tick();
    expect(asked).toHaveLength(4);
    await again.stop();
  });

  test("a plain list is run only when somebody asks", async () => {
    register([at("/")]);
    const clock = start();
    await clock.tick();
    await clock.stop();
    expect(asked).toEqual([]);
  });
});

test("whoever may deploy runs registered projects only, and reads no file of the server", async () => {
  const [verify] = verifyCommands;
  if (verify === undefined) throw new Error("there is no command");
  const principal = { id: "token:kim", name: "kim", scopes: ["deploy" as const] };
  const code = (input: object) =>
    house.run(verify, input, { principal }).then(
      () => "fine",
      (error: unknown) => String(Object(error)["code"]),
    );
  expect(await code({ file: "- {type: command, command: id}" })).toBe("auth.forbidden");
  expect(await code({ project: house.home })).toBe("not-found");
  expect(await code({ files: [{ text: "version: 1\nproject: a\n" }] })).toBe("auth.forbidden");
  expect(await code({ junit: '<testsuite><testcase name="a"/></testsuite>', output: "/tmp/x.xml" })).toBe(
    "auth.forbidden",
  );
});
