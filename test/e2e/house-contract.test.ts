/** Walks the contract's HTTP section against the built server: every route of this version, shapes, cursors, what runs where. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer } from "../reliability/server.ts";
import { call, expectError, NORMAL_FORM, type Reply, type Row, type StatusItem } from "./house-api.ts";

const home = mkdtempSync(join(tmpdir(), "vice-contract-"));
let server: Server;
beforeAll(async () => {
  server = await startServer(home);
});
afterAll(async () => {
  await server?.end("SIGTERM");
  rmSync(home, { recursive: true, force: true });
});

const get = <T = Record<string, unknown>>(path: string): Promise<Reply<T>> => call<T>(server.url, path);
const post = <T = Record<string, unknown>>(path: string, body: unknown, headers = {}): Promise<Reply<T>> =>
  call<T>(server.url, path, { method: "POST", body, headers });

interface Report {
  id: string;
  service?: string;
  environment?: string;
  status?: string;
  version?: string;
  startedAt?: string;
  finishedAt?: string;
  deploymentKind?: string;
}
const report = async (given: Report): Promise<string> => {
  const body = { status: "succeeded", service: "shop", environment: "prod-eu", ...given };
  const answer = await post<{ outcome: string; activities: string[] }>("/hooks/generic", body);
  expect([answer.status, answer.body.outcome]).toEqual([202, "accepted"]);
  return answer.body.activities[0] ?? "";
};
const at = (hour: number): string => new Date(Date.UTC(2026, 9, 1, hour)).toISOString();

describe("routes", () => {
  test.each([
    "/v1/status",
    "/v1/deployments",
    "/v1/activities",
    "/v1/events",
    "/v1/commands",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/",
  ])("GET %s", async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  test("OpenAPI 3.1 describes them", async () => {
    const { body } = await get<{ openapi: string; paths: Record<string, unknown> }>("/openapi.json");
    expect(body.openapi).toMatch(/^3\.1\./);
    for (const path of [
      "/hooks/{source}/{instance}/{key}",
      "/customhttp",
      "/v1/deployments/{id}",
      "/v1/query",
      "/v1/stream",
      "/v1/session",
      "/deployment-info/{service}/{environment}",
      "/deployment-info",
    ])
      expect(Object.keys(body.paths)).toContain(path);
  });

  test("errors of every kind have one shape", async () => {
    expectError(await post("/hooks/gitlb", {}), 404, /gitlab/);
    expectError(await post("/hooks/github", "{no json"), 400);
    expectError(await post("/hooks/github", Buffer.alloc(26 * 1024 * 1024 + 1, 0x20)), 413);
    expectError(await get("/v1/deployments/01a1fc46-0000-7000-8000-000000000000"), 404);
    expectError(await get("/v1/deployments?status=fine"), 400);
    expectError(await get("/v1/deployments?cursor=made-up"), 400);
    expectError(await get("/v1/stats"), 404, /\/v1\/status/);
    expectError(await call(server.url, "/v1/status", { method: "DELETE" }), 405);
    expectError(await post("/v1/query", { sql: "DELETE FROM deployments" }), 400);
    expectError(await post("/v1/commands/viz.stats", {}), 404, /viz\.status|\/v1\/commands/);
    expectError(await get("/deployment-info/nobody/nowhere"), 404);
  });

  test("any content type that carries JSON is taken", async () => {
    for (const [n, type] of ["text/plain", "application/javascript", "application/vnd.x+json"].entries()) {
      const body = JSON.stringify({ id: `type-${n}`, service: "types", status: "succeeded" });
      const answer = await post("/hooks/generic", body, { "content-type": type });
      expect([type, answer.status, answer.body.outcome]).toEqual([type, 202, "accepted"]);
    }
  });
});

describe("lists", () => {
  test("a walk by cursor gives every id once while new ones arrive; limits are kept", async () => {
    const wanted = new Set<string>();
    for (let n = 0; n < 60; n += 1)
      wanted.add(
        await report({
          id: `walk-${n}`,
          service: "walk",
          ...(n === 6 ? { status: "running", startedAt: at(6) } : { finishedAt: at(n % 7) }),
        }),
      );
    const seen: string[] = [];
    let next: string | null = "";
    for (let page = 0; next !== null; page += 1) {
      const from: string = next === "" ? "" : `&cursor=${encodeURIComponent(next)}`;
      const path = `/v1/deployments?service=walk&limit=7${from}`;
      const { body } = await get<{ items: Row[]; next: string | null }>(path);
      expect(body.items.length).toBeLessThanOrEqual(7);
      seen.push(...body.items.map(({ id }) => id));
      next = body.next;
      await report({ id: `late-${page}`, service: "walk", finishedAt: at(page % 9) });
      // one that was shown moves further down, and is not met again
      await report({ id: "walk-6", service: "walk", status: "running", startedAt: at(5 - page) });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.toSorted()).toEqual([...wanted].toSorted());
    const usual = await get<{ items: Row[] }>("/v1/deployments");
    expect(usual.body.items).toHaveLength(50);
    const most = await get<{ items: Row[] }>("/v1/deployments?limit=100000");
    expect([most.status, most.body.items.length > 60]).toEqual([200, true]);
  });

  test("newest first, and every row has all keys of the normal form", async () => {
    const { body } = await get<{ items: Row[] }>("/v1/activities?limit=1000");
    const order = body.items.map(({ occurredAt, id }) => `${String(occurredAt)} ${id}`);
    expect(order).toEqual(order.toSorted().reverse());
    for (const row of body.items) expect(Object.keys(row)).toEqual(expect.arrayContaining(NORMAL_FORM));
  });

  test("filters", async () => {
    await report({ id: "f-1", service: "filters", environment: "qa", status: "failed", finishedAt: at(3) });
    await report({ id: "f-2", service: "filters", environment: "qa", finishedAt: at(5) });
    const versions = async (query: string): Promise<number> =>
      (await get<{ items: Row[] }>(`/v1/deployments?service=filters&${query}`)).body.items.length;
    expect(await versions("status=failed")).toBe(1);
    expect(await versions("environment=QA")).toBe(2);
    expect(await versions(`since=${at(5)}`)).toBe(1);
    expect(await versions(`until=${at(5)}`)).toBe(1);
    expect(await versions("source=gitlab")).toBe(0);
    expect(await versions("tier=testing&kind=deployment")).toBe(2);
  });

  test("one: with its transitions, links and raw deliveries", async () => {
    const id = await report({ id: "one", service: "one", finishedAt: at(1) });
    const { body } = await get<Record<string, unknown>>(`/v1/deployments/${id}`);
    expect(body).toMatchObject({ id, transitions: [expect.any(Object)], deliveries: [expect.any(Object)] });
    expect(body).toHaveProperty("links");
  });
});

describe("what runs where", () => {
  const item = async (service: string, query = ""): Promise<StatusItem | undefined> => {
    const { body } = await get<{ items: StatusItem[] }>(`/v1/status?service=${service}${query}`);
    return body.items[0];
  };

  test("a failed attempt never ran, configuration changes nothing, at= looks back, a teardown ends it", async () => {
    const deploy = { service: "web", environment: "prod-eu" };
    await report({ ...deploy, id: "1", version: "v1", finishedAt: at(1) });
    await report({ ...deploy, id: "2", version: "v2", finishedAt: at(2) });
    await report({ ...deploy, id: "3", version: "v3", status: "failed", finishedAt: at(3) });
    expect(await item("web")).toMatchObject({ running: { version: "v2" }, lastAttempt: { version: "v3" } });
    await report({ ...deploy, id: "4", deploymentKind: "config", finishedAt: at(4) });
    expect((await item("web"))?.running?.version).toBe("v2");
    expect((await item("web", `&at=${at(1)}`))?.running?.version).toBe("v1");
    await report({ ...deploy, id: "5", deploymentKind: "teardown", finishedAt: at(5) });
    expect((await item("web"))?.running).toBeNull();
    expect((await item("web", `&at=${at(4)}`))?.running?.version).toBe("v2");
  });

  test("kinds are relative to what ran, computed again when an older one arrives", async () => {
    const deploy = { service: "kinds", environment: "prod-eu" };
    const kinds = async (): Promise<unknown[]> => {
      const { body } = await get<{ items: Row[] }>("/v1/deployments?service=kinds");
      return body.items.map(({ deploymentKind }) => deploymentKind).reverse();
    };
    await report({ ...deploy, id: "k2", version: "v2", finishedAt: at(2) });
    await report({ ...deploy, id: "k3", version: "v2", finishedAt: at(3) });
    await report({ ...deploy, id: "k4", version: "v1", finishedAt: at(4) });
    expect(await kinds()).toEqual(["deploy", "redeploy", "deploy"]);
    await report({ ...deploy, id: "k1", version: "v1", finishedAt: at(1) });
    expect(await kinds()).toEqual(["deploy", "deploy", "redeploy", "rollback"]);
  });

  test("what names no service stands last", async () => {
    await post("/hooks/generic", { id: "nameless", status: "succeeded", environment: "prod-eu" });
    const services = async (query: string): Promise<unknown[]> =>
      (await get<{ items: StatusItem[] }>(`/v1/status${query}`)).body.items.map(({ service }) => service);
    expect((await services("")).at(-1)).toBeNull();
    expect((await services(`?at=${new Date().toISOString()}`)).at(-1)).toBeNull();
  });

  test("previews only when asked for", async () => {
    await report({ id: "p", service: "preview", environment: "pr-123", finishedAt: at(1) });
    expect(await item("preview")).toBeUndefined();
    expect((await item("preview", "&ephemeral=true"))?.tier).toBe("ephemeral");
  });

  test("the same place in other letter case is the same place, and is kept as sent", async () => {
    await report({ id: "c1", service: "letters", environment: "Prod-EU", finishedAt: at(1) });
    await report({ id: "c2", service: "letters", environment: "prod-eu", finishedAt: at(2) });
    const { body } = await get<{ items: StatusItem[] }>("/v1/status?service=letters");
    expect(body.items).toHaveLength(1);
    const rows = (await get<{ items: Row[] }>("/v1/deployments?service=letters")).body.items;
    expect(rows.map(({ environment }) => environment)).toEqual(["prod-eu", "Prod-EU"]);
  });
});
