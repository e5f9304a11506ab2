/** A configuration that is read again holds from then on, for the past too: here whose report of one deployment counts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { pino } from "pino";
import { expect, test } from "vitest";
import { fakeJenkins, JOB } from "../../test/triggers/jenkins.ts";
import { TOKEN } from "../../test/triggers/server.ts";
import { callOf } from "../../test/triggers/world.ts";
import { openWired } from "../../test/wired-house.ts";
import { startServer } from "./serve.ts";

test("another order of sources takes effect at the reload", async () => {
  const house = await openWired({ sourceOrder: ["octopus", "gitlab"] });
  const { services, wired } = house;
  const facts = { service: "shop", environment: "prod-eu", version: "v1", kind: "deployment" as const };
  const at = "2026-11-20T11:00:00.000Z";
  for (const source of ["gitlab", "octopus"]) {
    const object = { identityKind: "deployment", source, instance: "", externalId: "1", attempt: 1 };
    const transitions = [{ object, step: "succeeded" as const, at, facts }];
    await services.intake.appendTransitions({ source, instance: "", origin: "poll", body: 1, transitions });
  }
  const primary = () =>
    services.store.read
      .activities({}, 10, null, house.clock.nowMs)
      .items.filter(({ primaryId }) => primaryId === null)
      .map(({ source }) => source);
  expect(primary()).toEqual(["octopus"]);
  await wired.reload({ ...services.config, sourceOrder: ["gitlab", "octopus"] });
  await expect.poll(primary).toEqual(["gitlab"]);
  await house.close();
});

test("a token that was renewed is the one that starts jobs", async () => {
  await using jenkins = await fakeJenkins();
  const poll = { url: jenkins.url, only: [], everySeconds: 60, backfillDays: 1 };
  const withToken = (token: string) => ({
    sources: [{ source: "jenkins", instance: null, secrets: [], options: null, poll: { ...poll, token } }],
  });
  const house = await openWired(withToken("deployer:of-last-year"));
  const { services, wired } = house;
  const spec = { jenkins: { url: jenkins.url, job: JOB } };
  const target = services.targets.get("trigger");
  if (target === null) throw new Error("no such target");
  const problems = async () => (await target.plan(callOf(target, spec).call)).problems;
  expect(await problems()).toEqual([expect.stringContaining("401")]);
  await wired.reload({ ...services.config, ...withToken(`deployer:${TOKEN}`) });
  expect(await problems()).toEqual([]);
  await house.close();
});

test("two reloads at once leave no workers behind that nobody stops", async () => {
  const home = mkdtempSync(join(tmpdir(), "vice-reload-"));
  let log = "";
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      log += String(chunk);
      done();
    },
  });
  const server = await startServer({ env: { VICE_HOME: home }, port: 0, logger: pino(sink) });
  await Promise.all([server.reload(), server.reload()]);
  await server.close();
  const said = log;
  await wait(1300);
  rmSync(home, { recursive: true, force: true });
  expect(log.slice(said.length)).toBe("");
  expect(log.match(/was read again/g)).toHaveLength(2);
  await server.reload();
  expect(log.match(/was read again/g)).toHaveLength(2);
});
