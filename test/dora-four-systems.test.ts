// The five DORA metrics over four systems at once, each telling in its own recorded form, against a count by hand.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect } from "vitest";
import { commitsTold, type DoraHouse, doraHouse } from "./dora-house.ts";
import { fixturePath } from "./fixtures-dir.ts";
import { needs } from "./needs.ts";

type Json = Record<string, unknown>;
const recorded = (...path: string[]): Json => JSON.parse(readFileSync(fixturePath(...path), "utf8")) as Json;
const within = (body: Json, key: string): Json => body[key] as Json;

const HOUR = 3_600_000;
/** "7 15" = 7 November, 15:00 UTC. */
const ms = (when: string): number => {
  const [day = "", hour = ""] = when.split(" ");
  return Date.parse(`2026-11-${day.padStart(2, "0")}T${hour.padStart(2, "0")}:00:00.000Z`);
};
const iso = (when: string): string => new Date(ms(when)).toISOString();
/** "g1" as a whole sha. */
const sha = (name: string): string => Buffer.from(name.padEnd(20, "-")).toString("hex");

let made = 0;
const next = (): number => {
  made += 1;
  return 7000 + made;
};
let house: DoraHouse;

/** GitHub: a deployment of Codertocat/Hello-World that was successful. */
async function github(when: string, commit: string): Promise<void> {
  const body = recorded("github", "deployment_status.success.json");
  const id = next();
  const status = {
    ...within(body, "deployment_status"),
    id: next(),
    created_at: iso(when),
    updated_at: iso(when),
  };
  const deployment = {
    ...within(body, "deployment"),
    id,
    sha: sha(commit),
    created_at: iso(when),
    updated_at: iso(when),
  };
  const headers = { "x-github-event": "deployment_status", "x-github-delivery": `d-${id}` };
  await house.send({ source: "github", headers, body: { ...body, deployment_status: status, deployment } });
}

/** GitLab: a deployment of root/test-deployment-webhooks. */
async function gitlab(when: string, commit: string, status = "success"): Promise<void> {
  const body = recorded("gitlab", "deployment.json");
  const url = String(body["commit_url"]).replace(/[0-9a-f]{40}$/, sha(commit));
  await house.send({
    source: "gitlab",
    headers: { "x-gitlab-event": "Deployment Hook" },
    body: {
      ...body,
      ...{ status, status_changed_at: iso(when), deployment_id: next(), deployable_id: next() },
      ...{ environment: "production", commit_url: url, short_sha: sha(commit).slice(0, 8), ref: "main" },
    },
  });
}

/** Octopus: a deployment of the project billing, which tells a version and no commit. */
async function octopus(when: string, version: string): Promise<void> {
  const body = recorded("octopus", "subscription.deployment-failed.json");
  const event = within(within(body, "Payload"), "Event");
  const id = `Deployments-${next()}`;
  const parts = [
    ["Projects-1", "billing"],
    ["Releases-1", version],
    ["Environments-1", "Production"],
  ] as const;
  let message = "Deployed ";
  const references = parts.map(([document, name]) => {
    const reference = { ReferencedDocumentId: document, StartIndex: message.length, Length: name.length };
    message += `${name} `;
    return reference;
  });
  const own = {
    ...{ Category: "DeploymentSucceeded", Id: `Events-${next()}`, Occurred: iso(when), Message: message },
    MessageReferences: [...references, { ReferencedDocumentId: id, StartIndex: 0, Length: 8 }],
    RelatedDocumentIds: [id, ...parts.map(([document]) => document)],
  };
  const payload = { ...within(body, "Payload"), Event: { ...event, ...own } };
  await house.send({ source: "octopus", body: { ...body, Payload: payload } });
}

/** Jenkins: a job that ended, with what it was given. */
async function jenkins(job: string, when: string, more: Json): Promise<void> {
  const body = within(recorded("jenkins", "statistics-gatherer.deploy.success.json"), "payload");
  const number = next();
  const times = { startTime: ms(when) - 60_000, endTime: ms(when), duration: 60_000 };
  await house.send({
    source: "jenkins",
    body: {
      ...body,
      ...times,
      number,
      fullJobName: job,
      jobName: job,
      buildUrl: `job/${job}/${number}/`,
      ...more,
    },
  });
}
const build = (when: string, version: string, commit: string): Promise<void> =>
  jenkins("billing", when, { parameters: { VERSION: version }, scmInfo: { commit: sha(commit) } });
const deploys = (when: string, version: string, commit: string, branch: string): Promise<void> =>
  jenkins("mail", when, {
    jobName: "deploy:mail",
    parameters: { VERSION: version, ENVIRONMENT: "production" },
    scmInfo: { commit: sha(commit), branch },
  });

/** PagerDuty, as its documentation of V3 webhooks shows an incident. */
async function pagerduty(when: string, event: "triggered" | "resolved", service: string): Promise<void> {
  const data = {
    ...{ id: "Q1", type: "incident", number: 1, title: "Pages are slow", created_at: iso("7 15") },
    service: { id: "P1", type: "service_reference", summary: service },
  };
  await house.send({
    source: "pagerduty",
    body: { event: { id: `01-${event}`, event_type: `incident.${event}`, occurred_at: iso(when), data } },
  });
}

/** As `vice data import git` reads them: each the child of the one before, of repositories of their own. */
const history = (...list: Array<[name: string, when: string]>) =>
  commitsTold(
    ...list.map(([name, when], at): [string, string[], number] => [
      sha(name),
      at === 0 ? [] : [sha(list[at - 1]?.[0] ?? "")],
      ms(when),
    ]),
  );

const PERIOD = { from: iso("1 0"), to: iso("11 0") };
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const median = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[(values.length - 1) / 2];

needs("webhook-fixtures").describe("four systems", () => {
  beforeAll(async () => {
    house = await doraHouse();
    // In no order of time: what comes late counts as if it had come in time.
    await deploys("9 8", "2.1", "m1", "origin/hotfix/bounces");
    await octopus("8 14", "1.1.0");
    await github("5 12", "g1"); // back to what ran before
    await github("3 10", "g1");
    await gitlab("7 11", "l2");
    await gitlab("7 9", "l2", "failed");
    await pagerduty("7 15", "triggered", "root/test-deployment-webhooks");
    await house.tell(
      history(["g0", "1 1"], ["g1", "2 10"], ["g2", "4 10"], ["g3", "5 4"]),
      history(["l0", "1 1"], ["l1", "5 9"], ["l2", "6 23"]),
      history(["j0", "1 1"], ["j1", "8 8"]),
      history(["m0", "1 1"], ["m1", "9 2"]),
    );
    await github("1 10", "g0");
    await github("5 10", "g3");
    await gitlab("2 9", "l0");
    await gitlab("6 9", "l1");
    await octopus("2 14", "1.0.0");
    await deploys("3 8", "2.0", "m0", "origin/main");
    await build("2 12", "1.0.0", "j0");
    await build("8 9", "1.1.0", "j1");
    await pagerduty("7 18", "resolved", "root/test-deployment-webhooks");
    await house.services.log.settled();
  });
  afterAll(() => house.close());

  needs("webhook-fixtures").test("all four are there, as services of their own", async () => {
    const { services } = await house.dora({ ...PERIOD, by: "service" });
    const counts = services?.map(({ service, metrics }) => [service, metrics.deploymentFrequency.count]);
    expect(Object.fromEntries(counts ?? [])).toEqual({
      ...{ "Codertocat/Hello-World": 4, "root/test-deployment-webhooks": 3, billing: 2, mail: 2 },
    });
  });

  needs("webhook-fixtures").test("each of the five is what was counted by hand", async () => {
    const { metrics, more } = await house.dora(PERIOD);
    // 4 + 3 + 2 + 2 deployments in 10 days; the failed attempt of GitLab is none.
    expect(metrics.deploymentFrequency).toMatchObject({ value: 1.1, count: 11 });
    expect(more).toMatchObject({ succeeded: 11, failedAttempts: 1, canceled: 0 });
    // g1 24 h, g2 24 h, g3 6 h, l1 24 h, l2 12 h, j1 6 h (by the version of its build), m1 6 h; first deployments bring none.
    expect(metrics.changeLeadTime).toMatchObject({ value: 12 * 3600, count: 7 });
    // Changes: 3 of GitHub (going back is none), 3 of GitLab, 2 of Jenkins; nobody watches billing.
    // Failed: g3 (rolled back), l2 (incident), 2.0 of mail (hotfix).
    expect(metrics.changeFailRate).toMatchObject({
      ...{ value: 3 / 8, count: 8, services: { all: 4, watched: 3 } },
      reason: "of 3 of 4 services; one is left out, because nobody watches it",
    });
    // g3 2 h until it was rolled back, l2 7 h until the incident ended, 2.0 of mail 144 h until the hotfix.
    expect(metrics.failedDeploymentRecoveryTime).toMatchObject({ value: 7 * 3600, count: 3, open: 0 });
    // The rollback and the hotfix, of 9 deployments of services that are watched.
    expect(metrics.reworkRate).toMatchObject({ value: 2 / 9, count: 9 });
    // l2 was live at 11:00, the incident began at 15:00.
    expect(more.timeToDetect).toMatchObject({ medianSeconds: 4 * 3600, count: 1 });
  });

  needs("webhook-fixtures").test("and what the rows behind each add up to", async () => {
    const { metrics } = await house.dora(PERIOD);
    const values = async (metric: string): Promise<number[]> =>
      (await house.rows(metric, PERIOD)).items.map(({ value }) => value ?? Number.NaN);
    const [often, leads, fails, repairs, rework] = [
      await values("deploymentFrequency"),
      await values("changeLeadTime"),
      await values("changeFailRate"),
      await values("failedDeploymentRecoveryTime"),
      await values("reworkRate"),
    ];
    expect(metrics.deploymentFrequency.value).toBe(sum(often) / 10);
    expect(metrics.changeLeadTime.value).toBe(median(leads));
    expect(metrics.changeFailRate.value).toBe(sum(fails) / fails.length);
    expect(metrics.failedDeploymentRecoveryTime.value).toBe(median(repairs));
    expect(metrics.reworkRate.value).toBe(sum(rework) / rework.length);
    expect(repairs.map((seconds) => (seconds * 1000) / HOUR).sort((a, b) => a - b)).toEqual([2, 7, 144]);
    const { items } = await house.rows("changeLeadTime", PERIOD);
    expect(items.find(({ service }) => service === "billing")?.commitFrom).toBe(
      "commit from the build of 1.1.0",
    );
  });
});
