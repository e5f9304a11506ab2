/**
 * The "Done when", as a new user would try it: a real server, real curl, the real command, a real browser.
 * Each test goes on where the one before stopped.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FakeApi } from "../fake-api.ts";
import { needs } from "../needs.ts";
import { type Server, startServer, VICE, vice } from "../reliability/server.ts";
import { eventually, json, pick, type Row, type StatusItem, viceJson } from "./house-api.ts";
import { bytesOf, type HookAnswer, SECRETS, secretVariables, send, type Tool } from "./house-senders.ts";
import {
  CELLS,
  DELIVERIES,
  HEROKU_APPS,
  herokuApi,
  NAMES,
  SCRIPT,
  type SourceItem,
  STAR,
  script,
  serverYaml,
  WANTED,
} from "./house-story.ts";
import { launch, openPage } from "./page-harness.ts";

const place = mkdtempSync(join(tmpdir(), "vice-done-"));
const homeOf = (name: string): string => {
  const home = join(place, name);
  mkdirSync(home, { recursive: true });
  return home;
};

needs("curl", "chromium", "sh", "webhook-fixtures").describe("done when", () => {
  let server: Server;
  let api: FakeApi;
  let home: string;
  let head: string;
  const answers: HookAnswer[] = [];

  beforeAll(async () => {
    api = await herokuApi();
    home = homeOf("first");
    writeFileSync(join(home, "vice.server.yaml"), serverYaml(api.url));
    server = await startServer(home, secretVariables());
  });
  afterAll(async () => {
    await server?.end("SIGTERM");
    await api?.[Symbol.asyncDispose]();
    rmSync(place, { recursive: true, force: true });
  });

  const status = (): Promise<{ items: StatusItem[] }> => json(`${server.url}/v1/status`);
  const deployments = async (): Promise<Row[]> =>
    (await json<{ items: Row[] }>(`${server.url}/v1/deployments`)).items;
  const of = async (wanted: { source: string; externalId: string }): Promise<Row> => {
    const rows = await deployments();
    const found = rows.find((row) => row.source === wanted.source && row.externalId === wanted.externalId);
    if (!found) throw new Error(`${wanted.source} ${wanted.externalId} is not there`);
    return found;
  };

  test("unsigned and wrongly signed deliveries are refused, with the next step, and nothing is kept", async () => {
    const firsts = new Map<Tool, (typeof DELIVERIES)[number]>();
    for (const delivery of [...DELIVERIES, script("start")]) firsts.set(delivery.tool, delivery);
    expect([...firsts.keys()].sort()).toEqual(Object.keys(SECRETS).sort());
    for (const delivery of firsts.values()) {
      for (const proof of [false, "a-wrong-secret"]) {
        const answer = await send(server.url, delivery, proof);
        expect([delivery.tool, answer.status, answer.error?.code]).toEqual([
          delivery.tool,
          401,
          expect.stringMatching(/^hook\./),
        ]);
        expect(answer.error?.hint).toMatch(/secret/);
      }
    }
    expect(await deployments()).toEqual([]);
  });

  test("signed ones are accepted", async () => {
    for (const delivery of DELIVERIES) answers.push(await send(server.url, delivery));
    expect(answers.map(({ status: code, outcome }) => `${code} ${outcome}`)).toEqual(
      DELIVERIES.map(() => "202 accepted"),
    );
    for (const action of ["start", "end"] as const) {
      expect(await send(server.url, script(action))).toMatchObject({ status: 200, outcome: "accepted" });
    }
  });

  test("an event that is not used is ignored and counted; sent again is a duplicate", async () => {
    expect(await send(server.url, STAR)).toMatchObject({ status: 202, outcome: "ignored" });
    const before = await deployments();
    for (const [at, delivery] of DELIVERIES.entries()) {
      const again = await send(server.url, delivery);
      expect([delivery.body, again.outcome, again.activities]).toEqual([
        delivery.body,
        "duplicate",
        answers[at]?.activities,
      ]);
    }
    expect(await deployments()).toEqual(before);
    const { items } = await viceJson<{ items: SourceItem[] }>(home, "source", "list");
    const sum = (key: string): number =>
      items
        .filter(({ source }) => source === "github")
        .reduce((total, { counts }) => total + (counts[key] ?? 0), 0);
    expect(["accepted", "duplicate", "ignored", "rejected"].map(sum)).toEqual([2, 2, 1, 2]);
  });

  test("each deployment reads as its payload says, Heroku's stage asked for at its API", async () => {
    await eventually(
      () => of({ source: "heroku", externalId: "6be9012f-1c42-4f2d-bb99-af152aad07d8" }),
      ({ environment }) => environment !== null,
    );
    for (const { reported, ...wanted } of WANTED) {
      const row = await of(wanted);
      expect({ reported: row.tags.reportedService, ...pick(row, Object.keys(wanted)) }).toEqual({
        reported,
        ...wanted,
      });
      expect(row).toMatchObject({ service: reported, kind: "deployment", verified: true, attempt: 1 });
    }
    const asked = api.requests.map(({ path, headers }) => [path, headers.authorization]);
    const paths = Object.values(HEROKU_APPS).map((id) => `/apps/${id}/pipeline-couplings`);
    expect(asked.toSorted()).toEqual(paths.map((path) => [path, "Bearer token-for-the-fake-api"]).toSorted());
  });

  test("TeamCity's build is a deployment because a rule says so; its payload has no time", async () => {
    const row = await of({ source: "teamcity", externalId: "19952" });
    expect(row).toMatchObject({
      kind: "deployment",
      service: "Project_Compile",
      environment: "qa",
      tier: "testing",
      status: "succeeded",
      startedAt: null,
      verified: true,
    });
    expect(Date.now() - Date.parse(String(row.occurredAt))).toBeLessThan(60_000);
  });

  test("the script of the ValueStream text runs as written, by a link named vscli", async () => {
    const bin = homeOf("bin");
    symlinkSync(VICE, join(bin, "vscli"));
    const PATH = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    const { stdout } = await promisify(execFile)("sh", ["-c", SCRIPT], {
      env: { PATH, HOME: home, VICE_HOME: home },
    });
    const id = stdout.trim();
    const row = await eventually(
      () => json<Row>(`${server.url}/v1/activities/${id}`),
      (found) => found.status === "succeeded",
    );
    expect(row).toMatchObject({
      id,
      kind: "pipeline",
      source: "local",
      service: "api",
      status: "succeeded",
      durationFrom: "paired",
    });
    expect(row.tags).toMatchObject({ source: "gcloud" });
  });

  test("vice status --json and GET /v1/status are equal, and show each tool's service in its place", async () => {
    const read = await status();
    expect(await viceJson(home, "status")).toEqual(read);
    for (const wanted of WANTED) {
      const item = read.items.find(({ service }) => service === wanted.reported);
      expect(item).toMatchObject({
        environment: wanted.environment,
        lastAttempt: { externalId: wanted.externalId },
      });
      expect(item?.running?.externalId ?? null).toBe(
        wanted.status === "succeeded" ? wanted.externalId : null,
      );
    }
  });

  test("the names become one service, in history too", async () => {
    const [first = "", ...others] = NAMES;
    const merged = await vice(home, ["service", "merge", first, ...others, "--into", "shop"]);
    expect([merged.code, merged.stderr]).toEqual([0, ""]);
    const { items } = await eventually(status, (read) =>
      read.items.every(({ service }) => !NAMES.includes(service ?? "")),
    );
    const shop = items.filter(({ service }) => service === "shop");
    const seen = shop.map(({ environment, running, lastAttempt }) => [
      environment,
      running?.source ?? null,
      lastAttempt.source,
      lastAttempt.tags.reportedService,
    ]);
    expect(seen.toSorted()).toEqual(
      [
        ["Development", null, "octopus", "Argo CD Octopub"],
        ["test", "jenkins", "jenkins", "jenkins_test"],
        ["qa", "teamcity", "teamcity", "Project_Compile"],
        ["staging", "gitlab", "gitlab", "root/test-deployment-webhooks"],
        ["production", "heroku", "heroku", "zulip-test"],
      ].toSorted(),
    );
    expect(await viceJson(home, "status")).toEqual(await status());
    const history = await viceJson<{ items: Row[] }>(home, "deployments", "shop");
    expect(history.items.map(({ source }) => source).sort()).toEqual([
      "github",
      "gitlab",
      "heroku",
      "jenkins",
      "octopus",
      "teamcity",
    ]);
  });

  test("the page shows all of them, live, and nothing complains", async () => {
    const browser = await launch();
    const { page, complaints, close } = await openPage(browser, server.url);
    try {
      await page.goto("/");
      const row = page.getByRole("row", { name: /^shop/ });
      await row.waitFor();
      for (const cell of CELLS) {
        await row.getByRole("link", { name: cell }).waitFor({ timeout: 3000 });
      }
      await page.getByText("Live", { exact: true }).waitFor();
      const late = { ...(JSON.parse(bytesOf(DELIVERIES[0] ?? STAR).toString()) as object) };
      const newer = {
        ...late,
        deployment_id: 16,
        status_changed_at: "2021-05-01 10:00:00 UTC",
        ref: "1.0.1",
      };
      await send(server.url, { tool: "gitlab", body: newer, event: "Deployment Hook" });
      await row.getByRole("link", { name: /^staging: 1\.0\.1/ }).waitFor({ timeout: 1000 });
      expect(complaints).toEqual([]);
    } finally {
      await close();
      await browser.close();
    }
  });

  test("deployment-info tells what runs", async () => {
    const info = await json(`${server.url}/deployment-info/shop/staging`);
    expect(info).toMatchObject({
      service: "shop",
      environment: "staging",
      version: "1.0.1",
      commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      deployedAt: "2021-05-01T10:00:00.000Z",
    });
    expect(await json(`${server.url}/deployment-info?service=shop&environment=staging`)).toEqual(info);
  });

  test("a backup made while it runs is restored elsewhere, and audit verify agrees with its head", async () => {
    const backups = `file://${join(place, "backups")}`;
    const made = await viceJson<{ head: string; seq: number }>(home, "greed", "backup", backups);
    head = made.head;
    const other = homeOf("other");
    const restored = await viceJson<{ head: string }>(other, "data", "restore", backups);
    expect(restored.head).toBe(head);
    const verified = await viceJson<{ ok: boolean; head: string }>(
      other,
      "audit",
      "verify",
      "--head",
      `${made.seq}:${head}`,
    );
    expect(verified.ok).toBe(true);
    expect(await viceJson(other, "status")).toEqual(await status());
    const wrong = await vice(other, ["audit", "verify", "--head", `${made.seq}:${"0".repeat(64)}`]);
    expect(wrong.code).not.toBe(0);
  });

  test("the same deliveries the other way round give the same normal form on another server", async () => {
    const second = homeOf("second");
    writeFileSync(join(second, "vice.server.yaml"), serverYaml(api.url));
    const other = await startServer(second, secretVariables());
    try {
      for (const delivery of DELIVERIES.toReversed()) await send(other.url, delivery);
      const read = async (): Promise<Row[]> =>
        (await json<{ items: Row[] }>(`${other.url}/v1/deployments`)).items;
      const there = await eventually(read, (rows) =>
        rows.some(({ source, environment }) => source === "heroku" && environment === "production"),
      );
      const here = await deployments();
      for (const row of there.filter(({ source }) => source !== "teamcity")) {
        const same = here.find(({ id }) => id === row.id);
        expect({ ...row, service: null, traceId: null }).toEqual({ ...same, service: null, traceId: null });
      }
      expect(there).toHaveLength(7);
    } finally {
      await other.end("SIGTERM");
    }
  });
});
