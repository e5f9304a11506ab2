// What vice starts at Jenkins and what Jenkins reports of it by webhook are one deployment: the whole way, with real parts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { wire } from "../src/app/wire.ts";
import { type Command, invoke } from "../src/kit/command.ts";
import type { RunView } from "../src/parts/auto/index.ts";
import { deployCommands } from "../src/parts/deploy/index.ts";
import type { Services } from "../src/ports/services.ts";
import { contextOf } from "./data-services.ts";
import { fakeJenkins, JOB } from "./triggers/jenkins.ts";
import { type Run, TOKEN } from "./triggers/server.ts";

/** As the notification plugin tells it, with the commit of the job's own repository. */
const notification = (run: Run, phase: string, at: number) => ({
  name: "shop deploy",
  url: "job/team/job/shop%20deploy/",
  build: {
    ...{
      full_url: "http://jenkins.internal.example/job/team/job/shop%20deploy/10/",
      number: 10,
      queue_id: run.id,
    },
    ...{ phase, timestamp: at, url: "job/team/job/shop%20deploy/10/" },
    ...(phase === "STARTED" ? {} : { status: "SUCCESS", duration: 40 }),
    scm: { commit: "b".repeat(40), branch: "origin/main" },
    parameters: Object.fromEntries(run.facts["parameters"] as Array<[string, string]>),
  },
});

test("a triggered build that Jenkins reports joins the deployment of vice", async () => {
  await using fake = await fakeJenkins();
  const home = mkdtempSync(join(tmpdir(), "vice-joins-"));
  const env = {
    ...process.env,
    VICE_HOME: home,
    VICE_TRIGGER_TOKEN_JENKINS: `${fake.url} deployer:${TOKEN}`,
  };
  const wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
  const send = (body: unknown) =>
    wired.services.intake.receive({
      ...{ source: "jenkins", instance: null, key: null, allowUnsigned: true },
      headers: { "content-type": "application/json" },
      rawBody: Buffer.from(JSON.stringify(body)),
    });
  try {
    // Jenkins tells of the build while vice follows it.
    const reported: Array<Promise<unknown>> = [];
    fake.trouble = ({ path }) => {
      const [run] = fake.runs;
      if (run !== undefined) run.asked = Math.max(run.asked, 4);
      if (run !== undefined && path.endsWith("/10/api/json") && reported.length === 0)
        reported.push(send(notification(run, "STARTED", Date.now())));
      return null;
    };
    const project = {
      ...{ version: 1, project: "shop", environments: ["staging"] },
      services: {
        shop: {
          target: { trigger: { jenkins: { url: fake.url, job: JOB, parameters: { VERSION: "1.4.2" } } } },
        },
      },
    };
    const files = [
      { text: JSON.stringify(project), name: "vice.yaml", place: home, changedAt: null, origin: "found" },
    ];
    const deploy = deployCommands.find(({ id }) => id === "deploy.deploy") as Command<Services>;
    const { run } = (await invoke(
      deploy,
      { files, version: "1.4.2" },
      contextOf(wired.services, { now: Date.now }),
    )) as { run: RunView };
    expect(run.deployment?.outcome).toBe("succeeded");
    const [started] = fake.runs;
    if (started === undefined) throw new Error("nothing was started");
    await Promise.all(reported);
    await send(notification(started, "COMPLETED", Date.now()));

    const { items } = wired.services.store.read.activities({ kind: "deployment" }, 10, null, Date.now());
    const own = items.find(({ source }) => source === "vice");
    const theirs = items.find(({ source }) => source === "jenkins");
    expect(items).toHaveLength(2);
    expect(own).toMatchObject({ id: run.id, status: "succeeded", version: "1.4.2", primaryId: null });
    expect(own?.url).toBe(`${fake.url}/job/team/job/shop%20deploy/10/`);
    expect(theirs).toMatchObject({
      ...{ externalId: `${JOB}#10`, status: "succeeded", service: "shop", environment: "staging" },
      ...{ parentId: run.id, primaryId: run.id, traceId: own?.traceId },
    });
    const [there] = wired.services.store.read.status({ environment: "staging" }, Date.now());
    expect([there?.running?.id, there?.lastAttempt.id]).toEqual([run.id, run.id]);
    expect(JSON.stringify(wired.services.store.log.events(0, 1000))).not.toContain(TOKEN);
  } finally {
    await wired.close();
    rmSync(home, { recursive: true, force: true });
  }
});
