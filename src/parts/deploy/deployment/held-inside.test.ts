// A deployment that waits to be allowed says what for: to who waits, in its run, and in the run that it is a step of.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contextOf } from "../../../../test/data-services.ts";
import { loadServerConfig } from "../../../app/config/server-config.ts";
import { type Wired, wire } from "../../../app/wire.ts";
import { type Command, invoke, type Principal, type ProgressPart } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { autoCommands, type RunView } from "../../auto/index.ts";
import { deployCommands } from "../index.ts";

let folder: string;
let wired: Wired;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-held-"));
  mkdirSync(join(folder, "shop"));
  const env = { ...process.env, VICE_HOME: join(folder, "home") };
  wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
});
afterEach(async () => {
  await wired.close();
  rmSync(folder, { recursive: true, force: true });
});

const commands = new Map([...deployCommands, ...autoCommands].map((command) => [command.id, command]));
const person = (name: string): Principal => ({ id: `token:${name}`, name, scopes: ["admin"] });
type Tell = (parts: readonly ProgressPart[]) => void;

async function call<T>(
  id: string,
  input: object,
  principal = person("kim"),
  tell: Tell = () => {},
): Promise<T> {
  const ctx = contextOf(wired.services, { now: Date.now, principal });
  const progress = (_share: unknown, _what: unknown, parts: readonly ProgressPart[] = []): void =>
    tell(parts);
  return (await invoke(commands.get(id) as Command<Services>, input, { ...ctx, progress })) as T;
}

const project = {
  ...{ version: 1, project: "shop" },
  services: { shop: { target: { command: { deploy: "true" } } } },
  environments: [{ name: "production", approvals: 1 }],
};
const sent = () => ({
  files: [
    {
      ...{ text: JSON.stringify(project), name: "vice.yaml", place: join(folder, "shop") },
      ...{ changedAt: null, origin: "found" },
    },
  ],
});
const WHY =
  "production asks for 1 approval of v9, and has 0. Somebody else says: vice approve shop production --version v9";
const there = { environment: "production", version: "v9" };
const asked = async (): Promise<unknown[]> =>
  (await call<{ asked: unknown[] }>("deploy.approval-list", {})).asked;
const agree = (): Promise<unknown> =>
  call("deploy.approve", { service: "shop", environment: "production", version: "v9" }, person("robin"));

test("a step that is a deployment says what that one waits for, and which run it is", async () => {
  writeFileSync(join(folder, "shop", "vice.yaml"), JSON.stringify(project));
  const steps = {
    production: {
      deploy: { ...{ service: "shop", environment: "production" }, version: "v9", waitFor: "1h" },
    },
  };
  const file = join(folder, "shop", "ship.yaml");
  writeFileSync(file, JSON.stringify({ steps }));
  const outer = call<{ run: RunView }>("auto.run", { pipeline: file });
  const { runs } = wired.services.store;
  await expect.poll(() => runs.open().length, { timeout: 5000 }).toBe(2);
  const inner = runs.open().find((id) => runs.get(id)?.head.parent != null) ?? "";
  const id = runs.get(inner)?.head.parent?.runId ?? "";
  const shown = (run: string): Promise<RunView> => call("auto.show", { run });
  await expect
    .poll(async () => (await shown(id)).steps[0])
    .toMatchObject({
      run: inner,
      waits: { for: "run", names: [inner], why: WHY, until: expect.any(String) },
    });
  expect((await shown(inner)).steps[0]).toMatchObject({ key: "gate", waits: { for: "rules", why: WHY } });
  const { items } = await call<{ items: object[] }>("auto.runs", {});
  expect(items).toMatchObject([
    { id: inner, asks: [], gates: ["gate"] },
    { id, asks: [], gates: ["production"] },
  ]);
  const wish = { service: "shop", environment: "production", version: "v9" };
  await call("deploy.approval-ask", wish, person("ana"));
  expect(await asked()).toHaveLength(2);
  await agree();
  expect((await outer).run).toMatchObject({ status: "succeeded", steps: [{ waits: null, run: inner }] });
  expect(await asked()).toEqual([]);
});

test("who waits for the deployment is told why it waits", async () => {
  const told: ProgressPart[][] = [];
  const going = call("deploy.deploy", { ...sent(), ...there, wait: "1h" }, person("kim"), (parts) =>
    told.push([...parts]),
  );
  await expect
    .poll(() => told.at(-1)?.[0], { timeout: 5000 })
    .toMatchObject({ name: "gate", state: "held", last: WHY });
  await agree();
  await going;
});

test("what was asked for by a run that has ended is asked for no more", async () => {
  const going = call("deploy.deploy", { ...sent(), ...there, wait: "1h" });
  await expect.poll(asked, { timeout: 5000 }).toHaveLength(1);
  await call("auto.abort", { run: wired.services.store.runs.open()[0], reason: "not today" });
  await going;
  expect(await asked()).toEqual([]);
});
