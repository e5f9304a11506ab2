/** Tests that `vice doctor` sees what stands on the disk and what does not report, not only what runs. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contextOf, deployment } from "../../test/data-services.ts";
import { invoke } from "../kit/command.ts";
import { backupCommand } from "../parts/data/backup/backup-command.ts";
import { doctor } from "../parts/data/doctor/doctor.ts";
import { loadServerConfig } from "./config/server-config.ts";
import { tightenHome } from "./home.ts";
import { type Wired, wire } from "./wire.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const FILE = `sources:
  github: { secretFile: SECRET }
  gitlab: { poll: { url: "https://gitlab.example.com", token: x } }
`;
let home: string;
let file: string;
let wired: Wired;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "vice-doctor-"));
  file = join(home, "vice.server.yaml");
  writeFileSync(join(home, "secret"), "s3cret", { mode: 0o600 });
  writeFileSync(file, FILE.replace("SECRET", join(home, "secret")), { mode: 0o600 });
  const env = { VICE_HOME: home, VICE_HOOK_SECRET_JIRA: "" };
  wired = await wire({ config: loadServerConfig(env, { config: file }), env, mode: "write", now: () => NOW });
  tightenHome(home);
});
afterEach(async () => {
  await wired.close();
  rmSync(home, { recursive: true, force: true });
});

interface Finding {
  check: string;
  level: string;
  saw: string;
  mend: string | null;
}
async function found(check: string): Promise<Finding | undefined> {
  const result = await invoke(doctor, {}, contextOf(wired.services, { now: () => NOW }));
  return (result as { items: Finding[] }).items.find((one) => one.check === check);
}

test("a configuration that would not be taken, with the errors of the start", async () => {
  expect(await found("configuration")).toMatchObject({ level: "ok", saw: file });
  writeFileSync(file, "hots: 1\nport: x\n");
  const broken = await found("configuration");
  expect(broken).toMatchObject({ level: "problem" });
  expect(broken?.saw).toContain(`${file}:1: unknown key "hots"; did you mean "host"?`);
  expect(broken?.saw).toContain(`${file}:2: port: expected a number, got text`);
});

test("one that was changed and not read again", async () => {
  writeFileSync(file, `${FILE.replace("SECRET", join(home, "secret"))}abandonAfter: 3h\n`);
  expect(await found("configuration")).toMatchObject({
    level: "warning",
    mend: expect.stringContaining("HUP"),
  });
});

test("secrets that are gone or empty, and files that others can read", async () => {
  expect((await found("secrets"))?.saw).toBe("empty: VICE_HOOK_SECRET_JIRA");
  expect(await found("file modes")).toMatchObject({ level: "ok" });
  chmodSync(join(home, "secret"), 0o644);
  chmodSync(home, 0o755);
  const { saw = "" } = (await found("file modes")) ?? {};
  expect(saw).toContain(`${home} (755)`);
  expect(saw).toContain(`${join(home, "secret")} (644)`);
  rmSync(join(home, "secret"));
  expect((await found("configuration"))?.saw).toContain(`${file}:2: sources.github.secretFile`);
});

test("sources that are set up and silent", async () => {
  expect((await found("silent sources"))?.saw).toBe("github never, gitlab never");
  const at = new Date(NOW - 20 * 86_400_000).toISOString();
  const { intake } = wired.services;
  const object = { identityKind: "deployment", source: "gitlab", instance: "", externalId: "1", attempt: 1 };
  const transitions = [{ object, step: "succeeded" as const, at, facts: { service: "shop" } }];
  await intake.appendTransitions({ source: "gitlab", instance: "", origin: "poll", body: 1, transitions });
  expect((await found("silent sources"))?.saw).toBe("github never");
});

test("readings that fail, until one succeeds", async () => {
  const { state } = wired.services.store;
  expect(await found("reading from vendors")).toMatchObject({ level: "ok" });
  state.set("backfill", "gitlab/", { progress: 0, state: "waiting: 401 Unauthorized" }, NOW - 3_600_000);
  const failing = await found("reading from vendors");
  expect(failing).toMatchObject({ level: "problem" });
  expect(failing?.saw).toMatch(/^gitlab: 401 Unauthorized \(for 1 h/);
  state.set("backfill", "gitlab/gitlab.example.com", { progress: 1, state: "done" }, NOW);
  expect(await found("reading from vendors")).toMatchObject({ level: "ok" });
});

test("activities that links and figures cannot take, and what to type", async () => {
  const { store, log } = wired.services;
  expect(await found("links and figures")).toMatchObject({ level: "ok" });
  await log.append(deployment("1"));
  store.read.activities({}, 1, null, NOW);
  const db = new DatabaseSync(store.maintenance.health().file);
  db.exec("UPDATE activity SET doc = json_set(doc, '$.tags', null)");
  db.close();
  while (!store.maintenance.work(1000).idle);
  const finding = await found("links and figures");
  expect(finding).toMatchObject({ level: "problem", mend: expect.stringContaining("vice data rebuild") });
  expect(finding?.saw).toContain("1 in dora, 1 in spans");
});

test("a backup made by hand counts, and one by the clock that failed must be mended", async () => {
  const { store, log } = wired.services;
  for (let n = 0; n < 100; n += 1) await log.append(deployment(String(n)));
  const context = contextOf(wired.services, { now: () => NOW });
  const asked = async () => doctor.output.parse(await invoke(doctor, {}, context));
  expect(await found("backup")).toMatchObject({ level: "warning", saw: "never made" });
  expect(doctor.exit?.(await asked())).toBe(0);
  await invoke(backupCommand, { url: join(home, "backups") }, context);
  expect(await found("backup")).toMatchObject({ level: "ok" });
  store.state.set("schedule", "backup", { atMs: NOW, failures: 2, problem: "no place", result: null }, NOW);
  expect(await found("backup")).toMatchObject({ level: "ok" });
  expect(await found("scheduled backup")).toMatchObject({
    level: "problem",
    saw: "the last one failed: no place",
  });
  expect(doctor.exit?.(await asked())).toBe(1);
});

test("a channel that fails, for how long, and what was given up", async () => {
  expect(await found("notices")).toMatchObject({ level: "ok" });
  const { outbox } = wired.services.store;
  outbox.put([{ id: "msg_1", channel: "terminal", payload: {} }], NOW - 2 * 3_600_000);
  const row = outbox.head("terminal") ?? { n: 0 };
  outbox.settle(row, { state: "waiting", dueMs: NOW, error: "example.com answered 503" }, NOW);
  expect(await found("notices")).toMatchObject({
    level: "problem",
    saw: "terminal: example.com answered 503 (for 2 h), 1 wait",
  });
  outbox.settle(row, { state: "given-up", dueMs: NOW, error: "example.com answered 503" }, NOW);
  expect(await found("notices")).toMatchObject({ level: "problem", saw: "terminal, 1 given up" });
  outbox.drop(null);
  expect(await found("notices")).toMatchObject({ level: "ok" });
});

test("secrets of channels that others may read", async () => {
  const secret = join(home, "hook");
  writeFileSync(secret, "whsec_x", { mode: 0o644 });
  const channel = (url: string): string => `notify: { ops: { type: slack, url: "${url}" } }\n`;
  writeFileSync(file, channel(`file:${secret}`));
  chmodSync(file, 0o644);
  expect((await found("file modes"))?.saw).toContain(secret);
  expect((await found("file modes"))?.saw).not.toContain(file);
  writeFileSync(file, channel("https://hooks.example.com/hush"));
  expect((await found("file modes"))?.saw).toContain(file);
});
