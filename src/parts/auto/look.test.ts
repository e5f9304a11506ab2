// What somebody sees who looks at a run that goes on: who waits for what, who said what, and the log as it grows.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contextOf } from "../../../test/data-services.ts";
import { loadServerConfig } from "../../app/config/server-config.ts";
import { type Wired, wire } from "../../app/wire.ts";
import {
  type Command,
  type CommandContext,
  invoke,
  type Principal,
  type ProgressPart,
} from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { autoCommands } from "./index.ts";
import type { RunView } from "./run-view.ts";

let folder: string;
let wired: Wired;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-look-"));
  const env = { ...process.env, VICE_HOME: join(folder, "home") };
  wired = await wire({ config: loadServerConfig(env), env, mode: "write", now: Date.now });
});
afterEach(async () => {
  await wired.close();
  rmSync(folder, { recursive: true, force: true });
});

const robin: Principal = { id: "local", name: "robin", scopes: ["admin"] };
const kim: Principal = { id: "token:kim", name: "kim", scopes: ["admin"] };

function call<T>(
  id: string,
  input: object,
  principal = robin,
  progress: CommandContext<Services>["progress"] = () => {},
): Promise<T> {
  const command = autoCommands.find((each) => each.id === id) as Command<Services>;
  // As a server does it: nobody waits for the end.
  const services = { ...wired.services, baseUrl: "http://127.0.0.1:1" };
  return invoke(command, input, contextOf(services, { now: Date.now, principal, progress })) as Promise<T>;
}

async function begin(steps: object, name = "release"): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, JSON.stringify({ name, steps }));
  const { run } = await call<{ run: RunView }>("auto.run", { pipeline: file, detach: true });
  return run.id;
}
const show = (run: string): Promise<RunView> => call("auto.show", { run });
const log = (run: string, step: string, from = 0) =>
  call<{ text: string; next: number }>("auto.log", { run, step, from });
const stepsOf = ({ steps }: RunView) => Object.fromEntries(steps.map((step) => [step.key, step]));
const waitsOf = (view: RunView) => Object.fromEntries(view.steps.map(({ key, waits }) => [key, waits]));

test("a run says who waits for what: people, steps, and another run in its group", async () => {
  const first = await begin({ ask: { approve: { note: "Go?", count: 2 }, group: "production" } }, "first");
  const id = await begin({
    ship: { run: "echo shipped", group: "production" },
    after: { run: "true", needs: "ship" },
  });
  const gate = await show(first);
  expect(waitsOf(gate)).toEqual({ ask: { for: "person", names: [], until: null, why: null } });
  expect(stepsOf(gate)["ask"]?.asks).toEqual({ note: "Go?", count: 2, self: false, checklist: [] });
  expect(waitsOf(await show(id))).toEqual({
    ship: { for: "group", names: [first], until: null, why: null },
    after: { for: "steps", names: ["ship"], until: null, why: null },
  });

  await call("auto.approve", { run: first, step: "ask", note: "seen" }, kim);
  const agreed = stepsOf(await show(first))["ask"]?.approvals;
  expect(agreed).toEqual([{ by: "token:kim", byName: "token:kim", at: expect.any(String), note: "seen" }]);
  await call("auto.approve", { run: first, step: "ask", refuse: true, reason: "not today" }, kim);
  await expect.poll(async () => (await show(id)).status).toBe("succeeded");
  const refused = await show(first);
  expect(stepsOf(refused)["ask"]).toMatchObject({
    error: "refused: not today",
    refused: { byName: "token:kim", reason: "not today" },
    waits: null,
  });
});

test("the log of a step is empty before it begins, grows, and never breaks a letter apart", async () => {
  const id = await begin({
    count: { run: { command: "printf 'ä'; sleep 0.3; printf 'ö'", shell: true } },
    later: { run: "true", needs: "count" },
  });
  expect(await log(id, "later")).toEqual({ text: "", next: 0 });
  await expect.poll(async () => (await log(id, "count")).text).toBe("ä");
  await expect.poll(async () => await log(id, "count", 2)).toEqual({ text: "ö", next: 4 });
  await expect.poll(async () => (await show(id)).status).toBe("succeeded");
});

test("whoever waits for a run is told its steps, with what each wrote last", async () => {
  const file = join(folder, "told.yaml");
  const build = 'printf "one\\n\\033[32mtwo\\033[0m\\n\\n"; sleep 1.2; exit 3';
  writeFileSync(
    file,
    JSON.stringify({
      steps: {
        build: { run: { command: build, shell: true } },
        ask: { approve: { note: "Go?", self: true } },
        after: { run: "true", needs: "build" },
      },
    }),
  );
  const told: ProgressPart[][] = [];
  const { run } = await call<{ run: RunView }>(
    "auto.run",
    { pipeline: file },
    robin,
    (_share, _what, parts) => told.push([...(parts ?? [])]),
  );
  expect(told.some((parts) => parts.some(({ name, last }) => name === "build" && last === "two"))).toBe(true);
  expect(told.at(-1)).toMatchObject([
    { name: "build", state: "failed", last: "it ended with exit code 3" },
    { name: "ask", state: "asks", last: `vice auto approve ${run.id} ask`, endedMs: null },
    { name: "after", state: "left", startedMs: null },
  ]);
  await call("auto.abort", { run: run.id, reason: "seen" });
});
