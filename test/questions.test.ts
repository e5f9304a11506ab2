// Questions that people ask of a running server, each answered from deliveries whose answer was counted by hand.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVICES } from "../src/app/demo/company.ts";
import { release } from "../src/app/demo/release.ts";
import type { DeployToolName, Hook, Place, Service } from "../src/app/demo/story.ts";
import { createWorld, type Plan, rollOut } from "../src/app/demo/world.ts";
import { type RunningServer, startServer } from "../src/app/serve.ts";
import type { Activity } from "../src/domain/activity.ts";

/** Reports look back from the present, so the deliveries are of the last hours. */
const NOON = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
const CONFIG = `
aliases: { shop: [web/deploy-shop, web/shop] }
teams: { storefront: [shop], payments: [example-shop/till] }
transforms: [{ source: github, drop: [/deployment/description, /workflow_run] }]
`;

let home: string;
let server: RunningServer;
const world = createWorld(3);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "vice-questions-"));
  const config = join(home, "vice.server.yaml");
  writeFileSync(config, CONFIG);
  server = await startServer({ env: { VICE_LOG_LEVEL: "silent" }, home, config, port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

const read = async <T>(path: string): Promise<T> =>
  (await fetch(new URL(path, server.url))).json() as Promise<T>;
const deployments = async (query: string): Promise<Activity[]> =>
  (await read<{ items: Activity[] }>(`/v1/deployments?${query}`)).items;

async function post({ source, headers, body }: Hook): Promise<void> {
  const answer = await fetch(new URL(`/hooks/${source}`, server.url), {
    ...{ method: "POST", headers, body: JSON.stringify(body) },
  });
  expect(answer.status, await answer.text()).toBe(202);
}

/** A service in one tool, with a place for each environment. */
function serviceIn(tool: DeployToolName, reportedAs: string, environments: readonly string[]): Service {
  const [example] = SERVICES;
  if (example === undefined) throw new Error("the company has no service");
  const place = (environment: string): Place => ({
    ...{ tool, reportedAs, environment, reportedEnvironment: environment, usualMs: 60_000 },
  });
  return {
    ...example,
    name: reportedAs,
    repository: reportedAs,
    places: environments.map(place),
    version: () => `v1.${world.nextNumber()}.0`,
  };
}

/** Deploys a new release of the service to all its places. */
async function deploy(service: Service, plan: Plan, skip: (hook: Hook, at: number) => boolean = () => false) {
  const { made } = release(world, service, plan.queuedMs - 60_000, 1000);
  for (const place of service.places) {
    const { scenes } = rollOut(world, made, place, plan);
    const hooks = scenes.filter((scene): scene is Hook => "source" in scene);
    for (const hook of hooks.filter((each, at) => !skip(each, at))) await post(hook);
  }
  return made;
}

const plan = (minutesAgo: number, seconds = 90): Plan => {
  const startMs = NOON - minutesAgo * 60_000;
  return { queuedMs: startMs - 5000, startMs, endMs: startMs + seconds * 1000 };
};

test("how long did it take? pairs are exact, and without a start nobody knows", async () => {
  await deploy(serviceIn("octopus", "Paired", ["Production EU"]), plan(300, 754));
  const onlyEnd = (_hook: Hook, at: number): boolean => at < 2;
  await deploy(serviceIn("octopus", "Startless", ["Production EU"]), plan(290, 60), onlyEnd);
  expect(await deployments("service=Paired")).toMatchObject([
    { durationMs: 754_000, durationFrom: "paired" },
  ]);
  expect(await deployments("service=Startless")).toMatchObject([
    { status: "succeeded", startedAt: null, durationMs: null, durationFrom: null },
  ]);
});

test("what runs after the tool was changed? one series, each with the tool of its time", async () => {
  const before = await deploy(serviceIn("jenkins", "web/deploy-shop", ["prod-eu"]), plan(250));
  const after = await deploy(serviceIn("gitlab", "web/shop", ["prod-eu"]), plan(200));
  const found = await deployments("service=shop&environment=prod-eu");
  expect(found.map(({ source, version }) => [source, version])).toEqual([
    ["gitlab", after.version],
    ["jenkins", before.version],
  ]);
});

test("what are the versions of this service? one line for each environment", async () => {
  const made = await deploy(serviceIn("gitlab", "web/shop", ["dev", "staging"]), plan(100));
  const { items } = await read<{ items: Array<{ environment: string; running: Activity }> }>(
    "/v1/versions/shop",
  );
  const versions = Object.fromEntries(
    items.map(({ environment, running }) => [environment, running.version]),
  );
  expect(versions).toMatchObject({ dev: made.version, staging: made.version });
  expect(versions["prod-eu"]).not.toBe(made.version);
});

test("what do all teams run? one page of everything, and one of each team", async () => {
  await deploy(serviceIn("github", "example-shop/till", ["prod-eu"]), plan(90));
  const services = async (query: string): Promise<string[]> => {
    const { items } = await read<{ items: Array<{ service: string }> }>(`/v1/status${query}`);
    return [...new Set(items.map(({ service }) => service))];
  };
  expect(await services("")).toEqual(expect.arrayContaining(["shop", "example-shop/till"]));
  expect(await services("?team=payments")).toEqual(["example-shop/till"]);
});

test("a field that the configuration drops is in no body and no fact", async () => {
  const service = serviceIn("github", "example-shop/dropped", ["dev"]);
  const made = await deploy(service, plan(80));
  const [found] = await deployments("service=example-shop/dropped");
  expect(found).toMatchObject({ status: "succeeded", version: made.version });
  expect(found?.tags).not.toHaveProperty("title");
  const { deliveries } = await read<{ deliveries: Array<{ id: string }> }>(`/v1/deployments/${found?.id}`);
  expect(deliveries.length).toBeGreaterThan(0);
  for (const { id } of deliveries) {
    const whole = JSON.stringify(await read(`/v1/deliveries/${id}`));
    expect(whole).toContain("example-shop/dropped");
    expect(whole).not.toContain(made.title);
    expect(whole).not.toContain("run_attempt");
  }
});

interface Ran {
  name: string;
  login?: string;
  status: string;
  deploys?: string;
}

/** Start and end as the wrapper writes them. */
function spoolLines(id: number, { name, login = "kim", status, deploys }: Ran): string {
  const uuid = `01a1fc4f-c5d3-7e0b-a43b-${String(id).padStart(12, "0")}`;
  const place =
    deploys === undefined
      ? { kind: "action" }
      : { kind: "deployment", service: deploys, environment: "prod-eu" };
  const start = {
    v: 1,
    op: "start",
    id: uuid,
    at: new Date(NOON).toISOString(),
    name,
    actor: { name: null, login },
    ...place,
  };
  const end = {
    v: 1,
    op: "end",
    id: uuid,
    at: new Date(NOON + 2000).toISOString(),
    status,
    durationMs: 2000,
  };
  return `${JSON.stringify(start)}\n${JSON.stringify(end)}\n`;
}

async function postSpool(lines: string): Promise<void> {
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await fetch(new URL("/v1/spool", server.url), { method: "POST", headers, body: lines });
  expect(answer.status).toBe(202);
}

test("how often does it work? a failed end counts, ending twice does not", async () => {
  const ran = ["succeeded", "succeeded", "succeeded", "failed", "canceled"];
  const lines = ran.map((status, at) =>
    spoolLines(100 + at, { name: "./deploy.sh", status, deploys: "by-hand" }),
  );
  await postSpool(lines.join(""));
  const [, again = ""] = spoolLines(100, { name: "./deploy.sh", status: "failed" }).split("\n");
  await postSpool(again.replace(new Date(NOON + 2000).toISOString(), new Date(NOON + 5000).toISOString()));
  const { figures } = await read<{ figures: object }>("/v1/report/by-hand");
  expect(figures).toMatchObject({ attempts: 5, succeeded: 3, failed: 1, canceled: 1, successRate: 0.75 });
});

test("which steps do people run by hand? one row for each, with count, failures and owner", async () => {
  const ran: Ran[] = [
    { name: "terraform apply", login: "kim", status: "succeeded" },
    { name: "terraform apply", login: "kim", status: "failed" },
    { name: "terraform apply", login: "lou", status: "succeeded" },
    { name: "make load-test", login: "lou", status: "succeeded" },
    { name: "./rotate-keys.sh", login: "noor", status: "succeeded" },
  ];
  await postSpool(ran.map((each, at) => spoolLines(at, each)).join(""));
  const { items } = await read<{ items: Array<{ name: string }> }>("/v1/local-actions");
  const steps = items.filter(({ name }) => name !== "./deploy.sh");
  expect(steps).toHaveLength(3);
  expect(steps).toContainEqual(
    expect.objectContaining({ name: "terraform apply", runs: 3, failed: 1, owner: "kim", p50Ms: 2000 }),
  );
});
