// The engine on a real store with real processes: order, width, outputs, secrets, time limits, cancel, groups, gates.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contextOf, plainEvent } from "../../../test/data-services.ts";
import { loadServerConfig } from "../../app/config/server-config.ts";
import { type Wired, wire } from "../../app/wire.ts";
import { type Command, type CommandContext, invoke, type Principal } from "../../kit/command.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { Services } from "../../ports/services.ts";
import { autoCommands, createRunEngine } from "./index.ts";
import { makePlan } from "./make-plan.ts";
import type { RunView } from "./say-run.ts";

let folder: string;
let wired: Wired;
const SECRET = "hunter2-very\nsecret";
const env = (): Record<string, string | undefined> => ({
  ...process.env,
  VICE_HOME: join(folder, "home"),
  TOKEN: SECRET,
});
const open = async (): Promise<Wired> =>
  wire({ config: loadServerConfig(env()), env: env(), mode: "write", now: Date.now });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-auto-"));
  wired = await open();
});
afterEach(async () => {
  await wired.close();
  rmSync(folder, { recursive: true, force: true });
});

const commands = new Map(autoCommands.map((command) => [command.id, command]));
const robin: Principal = { id: "token:robin", name: "robin", scopes: ["admin"] };
const kim: Principal = { id: "token:kim", name: "kim", scopes: ["deploy"] };

const call = (id: string, input: object, over: Partial<CommandContext<Services>> = {}): Promise<unknown> =>
  invoke(
    commands.get(id) as Command<Services>,
    input,
    contextOf(wired.services, { now: Date.now, principal: robin, ...over }),
  );

function file(steps: unknown, more: object = {}, name = "pipeline.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ ...more, steps }));
  return path;
}

async function run(
  steps: unknown,
  more: object = {},
  over: Partial<CommandContext<Services>> = {},
): Promise<RunView> {
  const result = (await call("auto.run", { pipeline: file(steps, more) }, over)) as { run: RunView };
  return result.run;
}

const statuses = ({ steps }: RunView): Record<string, string> =>
  Object.fromEntries(steps.map(({ key, status }) => [key, status]));
const sh = (command: string, more: object = {}) => ({ run: { command, shell: true, ...more } });
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const onlyRun = (): string => wired.services.store.runs.list({}, 1, null).items[0]?.id ?? "";

describe("steps", () => {
  test("that are independent run together, and what one gives the next one gets", async () => {
    const began = performance.now();
    const sleeping = Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, { run: "sleep 0.5" }]));
    const ended = await run({
      ...sleeping,
      give: sh('echo "version=v1 2" >> "$VICE_OUTPUTS"'),
      take: {
        run: ["sh", "-c", 'test "$1" = "v1 2"', "sh", `\${{ ${"outputs.give.version"} }}`],
        needs: "give",
      },
    });
    expect(ended.status).toBe("succeeded");
    expect(performance.now() - began).toBeLessThan(1500);
  });

  test("that end at the same moment are all noted", async () => {
    const steps = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`s${at}`, { run: "true" }]));
    expect(await run(steps, { parallel: 40 })).toMatchObject({ status: "succeeded" });
  });

  test("get a plain environment and their secrets, which stand nowhere", async () => {
    const command =
      'echo "$TOKEN"; printf %s "$TOKEN" | base64 -w0; echo; echo "leak=$TOKEN" >> "$VICE_OUTPUTS"; env';
    const ended = await run({ a: sh(command, { secrets: ["TOKEN"], env: { COLOR: "blue" } }) });
    const { text } = (await call("auto.log", { run: ended.id, step: "a" })) as { text: string };
    expect(text).toContain("COLOR=blue");
    expect(text).toContain(`VICE_STEP_KEY=${ended.id}/a/1`);
    expect(text).not.toContain("VICE_HOME");
    const log = JSON.stringify(wired.services.store.log.events(0, 100));
    for (const form of ["hunter2-very", Buffer.from(SECRET).toString("base64")]) {
      expect(text).not.toContain(form);
      expect(log).not.toContain(form);
    }
    expect(ended.steps[0]?.outputs).toEqual({ leak: "***" });
  });

  test.each([
    [{ run: "sh -c 'exit 3'" }, "it ended with exit code 3"],
    [{ run: "no-such-command-here" }, "command or folder not found"],
    [{ run: { command: "true", secrets: ["NOT_THERE"] } }, "the variable NOT_THERE is not set"],
    [{ run: { command: "true", secrets: ["VICE_HOME"] } }, "the variable VICE_HOME is not set"],
    [{ run: "sleep 20", timeout: "100ms" }, "it took longer than 100 ms"],
  ])("%j fails", async (step, error) => {
    const ended = await run({ a: step });
    expect([ended.status, ended.steps[0]?.error]).toEqual(["failed", expect.stringContaining(error)]);
  });

  test("are tried again as often as asked", async () => {
    const ended = await run({
      a: { ...sh("echo x >> tries; test $(wc -l < tries) = 3"), retry: { times: 2, backoff: "10ms" } },
    });
    expect(ended.steps[0]).toMatchObject({ status: "succeeded", attempt: 3 });
  });

  test("of one group are never done at once, also in two runs", async () => {
    const alone = { ...sh("mkdir busy && sleep 0.1 && rmdir busy"), group: "db" };
    const runs = await Promise.all([run({ a: alone, b: alone }), run({ c: alone })]);
    expect(runs.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });

  test("may be other pipelines, which wait for a person with the outer one", async () => {
    file({ ok: { approve: { self: true } } }, {}, "inner.yaml");
    const waiting = await run({ inner: { pipeline: "inner.yaml" }, after: { run: "true", needs: "inner" } });
    expect(statuses(waiting)).toEqual({ inner: "running", after: "waiting" });
    const inner = wired.services.store.runs.list({ name: "inner" }, 1, null).items[0];
    await call("auto.approve", { run: inner?.id, step: "ok" });
    await until(() => wired.services.store.runs.get(waiting.id)?.head.status === "succeeded");
  });

  test("ask other systems, with a key that is the same each time", async () => {
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      asked.push([request.method, request.headers["idempotency-key"], request.headers["x-trace"]]);
      response.writeHead(request.url === "/ok" ? 201 : 500).end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const http = { url: `http://127.0.0.1:${port}/ok`, method: "POST", body: { a: 1 }, secrets: ["TOKEN"] };
      expect((await run({ a: { http } })).steps[0]?.error).toContain("allowPrivateHosts");
      Object.assign(wired.services.config, { allowPrivateHosts: ["127.0.0.1"] });
      const ended = await run({
        a: { http: { ...http, headers: { "x-trace": "t" } } },
        b: { http: `http://127.0.0.1:${port}/no` },
      });
      expect(ended.steps.map(({ status, error }) => [status, error])).toEqual([
        ["succeeded", null],
        ["failed", "it answered 500"],
      ]);
      expect(asked).toContainEqual(["POST", `${ended.id}/a/1`, "t"]);
    } finally {
      server.close();
    }
  });
});

describe("a run", () => {
  test("that is interrupted ends its commands and still cleans up", async () => {
    const stop = new AbortController();
    const going = run(
      { a: sh("touch began; exec sleep 20"), tidy: { ...sh("touch tidied"), needs: "a", if: "always()" } },
      {},
      { signal: stop.signal },
    );
    await until(() => existsSync(join(folder, "began")));
    stop.abort();
    expect(await going).toMatchObject({ status: "canceled", reason: "interrupted" });
    expect(existsSync(join(folder, "tidied"))).toBe(true);
  });

  test("that is aborted ends what does not listen", async () => {
    const going = run({ a: sh("trap '' TERM; touch began; while true; do sleep 0.05; done") });
    await until(() => existsSync(join(folder, "began")));
    await call("auto.abort", { run: onlyRun(), reason: "now" });
    expect(await going).toMatchObject({ status: "aborted" });
    await expect(call("auto.cancel", { run: onlyRun(), reason: "again" })).rejects.toThrow(
      "has ended (aborted)",
    );
  });

  test("waits for another person, who agrees or refuses", async () => {
    const waiting = await run({ ok: { approve: "Ship it?" }, ship: { run: "true", needs: "ok" } });
    expect(statuses(waiting)).toEqual({ ok: "running", ship: "waiting" });
    await expect(call("auto.approve", { run: waiting.id, step: "ok" })).rejects.toThrow("cannot agree");
    await expect(call("auto.approve", { run: waiting.id, step: "ship" })).rejects.toThrow("waits for nobody");
    await expect(call("auto.approve", { run: waiting.id, step: "ko" })).rejects.toThrow('no step "ko"');
    const ended = (await call(
      "auto.approve",
      { run: waiting.id, step: "ok" },
      { principal: kim },
    )) as RunView;
    expect(ended).toMatchObject({ status: "succeeded", steps: [{ approvals: [{ by: "token:kim" }] }, {}] });
    const other = await run({ look: { manual: { checklist: ["backup is there"] } } });
    const refused = await call("auto.approve", {
      run: other.id,
      step: "look",
      refuse: true,
      reason: "it is not",
    });
    expect(refused).toMatchObject({ status: "failed", steps: [{ error: "refused: it is not" }] });
  });

  test("that was canceled can still be aborted, without waiting for what does not end", async () => {
    const going = run({ a: sh("trap '' TERM; touch began; while true; do sleep 0.05; done") });
    await until(() => existsSync(join(folder, "began")));
    const began = performance.now();
    const asked = [call("auto.cancel", { run: onlyRun(), reason: "wrong" })];
    await until(() => wired.services.store.runs.get(onlyRun())?.head.status === "canceling");
    asked.push(call("auto.abort", { run: onlyRun(), reason: "now" }));
    await Promise.all(asked);
    expect(await going).toMatchObject({ status: "aborted", steps: [{ status: "canceled" }] });
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test("pauses and goes on", async () => {
    const going = run({ a: sh("touch began; sleep 0.3"), b: { run: "true", needs: "a" } });
    await until(() => existsSync(join(folder, "began")));
    const paused = call("auto.pause", { run: onlyRun(), reason: "look" });
    expect(statuses(await going)).toEqual({ a: "succeeded", b: "waiting" });
    expect(await paused).toMatchObject({ status: "paused" });
    expect(await call("auto.resume", { run: onlyRun(), reason: "fine" })).toMatchObject({
      status: "succeeded",
    });
  });

  test("that was left is gone on with: what is noted counts, what may be done again is, what nobody knows is said", async () => {
    const { store, auto } = wired.services;
    const touch = sh("touch $VICE_STEP.done");
    const steps = {
      ...{ noted: touch, lost: touch, again: { ...touch, idempotent: true } },
      after: { ...touch, needs: ["noted", "lost", "again"], if: "always()" },
    };
    // What a process leaves that ends between intent and outcome.
    const runId = uuidv7();
    const plan = await makePlan(file(steps), {}, store.standing);
    const intents = ["noted", "lost", "again"].map((step) =>
      plainEvent("vice.step.intended.v1", {
        runId,
        step,
        attempt: 1,
        key: `${runId}/${step}/1`,
        again: false,
      }),
    );
    const begun = [
      plainEvent("vice.run.planned.v1", { runId, plan, parent: null }),
      plainEvent("vice.run.started.v1", { runId }),
    ];
    store.log.append([{ delivery: null, events: [...begun, ...intents] }]);
    mkdirSync(join(folder, "home/runs", runId), { recursive: true });
    const end = { exitCode: 0, signal: null, problem: null, outputs: { n: "1" } };
    writeFileSync(join(folder, "home/runs", runId, "noted.1.end.json"), JSON.stringify(end));
    await auto.takeUp();
    await until(() => store.runs.get(runId)?.head.status === "failed");
    const left = store.runs.get(runId)?.steps;
    expect(["noted", "lost", "again", "after"].map((key) => left?.get(key)?.status)).toEqual([
      ...["succeeded", "unknown", "succeeded", "succeeded"],
    ]);
    expect(left?.get("noted")?.outputs).toEqual({ n: "1" });
    expect(["noted", "lost", "again", "after"].map((key) => existsSync(join(folder, `${key}.done`)))).toEqual(
      [...[false, false, true, true]],
    );
  });

  test("outlives a server that stops in order", async () => {
    const { services } = wired;
    const { store, auto } = services;
    const options = { ...services, env: env(), now: Date.now, onError: () => {}, stopMs: 10 };
    const stopping = createRunEngine(options);
    const steps = { a: { ...sh("test -e began && exit 0; touch began; exec sleep 30"), idempotent: true } };
    const id = await stopping.start(await makePlan(file(steps), {}, store.standing), { actor: null });
    await until(() => existsSync(join(folder, "began")));
    await stopping.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(store.runs.get(id)?.head.status).toBe("running");
    await auto.takeUp();
    await until(() => store.runs.get(id)?.head.status === "succeeded");
  });

  test("that was left asks the command that knows whether it was done", async () => {
    const { store, auto } = wired.services;
    const steps = {
      was: sh("touch was.again", { done: "true" }),
      not: sh("touch not.again", { done: "false" }),
      nobody: sh("touch nobody.again", { done: "no-such-command-here" }),
    };
    const runId = uuidv7();
    const plan = await makePlan(file(steps), {}, store.standing);
    const intents = Object.keys(steps).map((step) =>
      plainEvent("vice.step.intended.v1", {
        runId,
        step,
        attempt: 1,
        key: `${runId}/${step}/1`,
        again: false,
      }),
    );
    const planned = plainEvent("vice.run.planned.v1", { runId, plan, parent: null });
    const begun = [planned, plainEvent("vice.run.started.v1", { runId })];
    store.log.append([{ delivery: null, events: [...begun, ...intents] }]);
    await auto.takeUp();
    await until(() => store.runs.get(runId)?.head.status === "failed");
    const left = store.runs.get(runId)?.steps;
    const names = Object.keys(steps);
    expect(names.map((key) => left?.get(key)?.status)).toEqual(["succeeded", "succeeded", "unknown"]);
    expect(names.map((key) => existsSync(join(folder, `${key}.again`)))).toEqual([false, true, false]);
  });

  test("that was left and is then canceled does nothing again", async () => {
    const { store } = wired.services;
    const runId = uuidv7();
    const steps = { a: { ...sh("touch done"), idempotent: true } };
    const plan = await makePlan(file(steps), {}, store.standing);
    const intent = { runId, step: "a", attempt: 1, key: `${runId}/a/1`, again: false };
    const events = [
      plainEvent("vice.run.planned.v1", { runId, plan, parent: null }),
      plainEvent("vice.run.started.v1", { runId }),
      plainEvent("vice.step.intended.v1", intent),
    ];
    store.log.append([{ delivery: null, events }]);
    expect(await call("auto.cancel", { run: runId, reason: "no longer" })).toMatchObject({
      status: "canceled",
    });
    expect(existsSync(join(folder, "done"))).toBe(false);
  });
});

describe("a plan", () => {
  const steps = { a: { run: "true" } };

  test("is only said, kept, and carried out exactly or not at all", async () => {
    const pipeline = file(steps);
    const save = join(folder, "plan.json");
    const { planned } = (await call("auto.run", { pipeline, save })) as { planned: { hash: string } };
    expect(wired.services.store.runs.list({}, 1, null).items).toEqual([]);
    const planFile = readFileSync(save, "utf8");
    expect(JSON.parse(planFile)).toMatchObject({ hash: planned.hash });
    expect(await call("auto.run", { planFile })).toMatchObject({ run: { status: "succeeded" } });
    file({ ...steps, b: { run: "true" } });
    await expect(call("auto.run", { planFile })).rejects.toThrow(
      `The world has moved since this plan was made: ${pipeline}`,
    );
    await expect(call("auto.run", { planFile: "{}" })).rejects.toThrow("no plan that vice made");
  });

  test("of a file is for those who may do everything here", async () => {
    await expect(call("auto.run", { pipeline: file(steps) }, { principal: kim })).rejects.toThrow('"admin"');
  });

  test("of a registered project is for whoever deploys, and a file of that name is not taken for it", async () => {
    const config = { pipeline: { steps: { ok: { run: "true" } } } };
    const data = { project: "shop", config, origin: "sent", place: null } as const;
    const { log } = wired.services.store;
    log.append([{ delivery: null, events: [plainEvent("vice.project.registered.v1", data)] }]);
    const pipeline = file({ evil: { run: "touch evil" } }, {}, "shop");
    const { run: ended } = (await call("auto.run", { pipeline }, { principal: kim })) as { run: RunView };
    expect(statuses(ended)).toEqual({ ok: "succeeded" });
    expect(existsSync(join(folder, "evil"))).toBe(false);
  });

  test("names file, line and the nearest word", async () => {
    const path = join(folder, "p.yaml");
    writeFileSync(path, "steps:\n  build:\n    run: 'true'\n  test:\n    run: 'true'\n    needs: [biuld]\n");
    await expect(call("auto.run", { pipeline: path })).rejects.toMatchObject({
      details: { file: path, line: 6, nearest: "build" },
    });
  });

  test("is found in vice.yaml, and pipelines that name each other are refused", async () => {
    writeFileSync(
      join(folder, "vice.yaml"),
      "version: 1\nproject: shop\npipeline:\n  steps:\n    a: { run: 'true' }\n",
    );
    expect(await call("auto.graph", { pipeline: folder })).toEqual({ mermaid: 'flowchart LR\n  s0["a"]' });
    expect(await call("auto.run", { pipeline: folder, plan: true })).toMatchObject({
      planned: { name: "shop" },
    });
    file({ a: { pipeline: "b.yaml" } }, {}, "a.yaml");
    file({ a: { pipeline: "a.yaml" } }, {}, "b.yaml");
    await expect(call("auto.run", { pipeline: join(folder, "a.yaml") })).rejects.toThrow(
      "the pipelines name each other",
    );
  });
});
