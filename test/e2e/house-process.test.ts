/** Walks the contract's command line section against the built product: serve and its signals, the server record, exit codes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer, vice } from "../reliability/server.ts";
import { call } from "./house-api.ts";

const place = mkdtempSync(join(tmpdir(), "vice-process-"));
let homes = 0;
function newHome(): string {
  homes += 1;
  const home = join(place, `h${homes}`);
  mkdirSync(home);
  return home;
}
afterAll(() => rmSync(place, { recursive: true, force: true }));

const delivery = (id: string): { method: string; body: unknown } => ({
  method: "POST",
  body: { id, service: "shop", environment: "production", status: "succeeded", version: "v1" },
});

describe("serve", () => {
  test("writes where it is, stops on TERM with 0 within 10 s, and the next command reads the store itself", async () => {
    const home = newHome();
    const server = await startServer(home);
    const record = JSON.parse(readFileSync(join(home, "server.json"), "utf8")) as Record<string, unknown>;
    expect(record).toMatchObject({ url: server.url, pid: server.pid, homeId: expect.any(String) });
    expect(Date.now() - Date.parse(String(record.startedAt))).toBeLessThan(60_000);
    expect(statSync(join(home, "server.json")).mode & 0o077).toBe(0);
    await call(server.url, "/hooks/generic", delivery("1"));
    const through = await vice(home, ["status", "--json"]);
    const stream = await fetch(`${server.url}/v1/stream`);
    const began = performance.now();
    expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(10_000);
    await stream.body?.cancel().catch(() => undefined);
    expect(() => statSync(join(home, "server.json"))).toThrow();
    const alone = await vice(home, ["status", "--json"]);
    expect([alone.code, JSON.parse(alone.stdout)]).toEqual([0, JSON.parse(through.stdout)]);
    expect(JSON.parse(alone.stdout).items).toHaveLength(1);
  });

  test("a record left by a killed server is passed over", async () => {
    const home = newHome();
    await (await startServer(home)).end("SIGKILL");
    const { code, stdout } = await vice(home, ["status", "--json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { items: [] }]);
  });

  test("its logs are JSON on stderr, with request and delivery ids", async () => {
    const server = await startServer(newHome(), { VICE_LOG_LEVEL: "info" });
    const answer = await call<{ delivery: string }>(server.url, "/hooks/generic", delivery("1"));
    await server.end("SIGTERM");
    const lines = server.stderr().trim().split("\n");
    const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(JSON.stringify(read.find((line) => JSON.stringify(line).includes(answer.body.delivery)))).toMatch(
      /req(uest)?(Id|_id)?"/i,
    );
  });

  test("a port in use: which one, what to do, and an exit code of its own", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => blocker.once("listening", done));
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, stdout, stderr } = await vice(newHome(), ["serve", "--port", String(port)]);
    blocker.close();
    expect([code, stdout]).toEqual([69, ""]);
    expect(stderr).toMatch(new RegExp(`${port}`));
    expect(stderr).toMatch(/--port/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("a broken configuration is named with its file and the nearest key, and nothing starts", async () => {
    const home = newHome();
    writeFileSync(join(home, "vice.server.yaml"), "sorces: {}\n");
    const { code, stderr } = await vice(home, ["serve", "--port", "0"]);
    expect(code).toBe(65);
    expect(stderr).toMatch(/vice\.server\.yaml/);
    expect(stderr).toMatch(/sources/);
    expect(stderr).toMatch(/line 1|:1/);
  });
});

describe("secrets", () => {
  const send = (url: string, secret: string, path = "gitlab") =>
    call(url, `/hooks/${path}`, {
      method: "POST",
      headers: { "x-gitlab-token": secret },
      body: { object_kind: "push" },
    });

  test("from a file, and HUP reads it again", async () => {
    const home = newHome();
    const file = join(home, "gitlab.secret");
    writeFileSync(file, "the-first-secret\n");
    const server = await startServer(home, { VICE_HOOK_SECRET_GITLAB_FILE: file });
    expect((await send(server.url, "the-first-secret")).status).toBe(202);
    writeFileSync(file, '["the-second-secret", "the-third-secret"]');
    process.kill(server.pid, "SIGHUP");
    await expect.poll(async () => (await send(server.url, "the-second-secret")).status).toBe(202);
    expect((await send(server.url, "the-third-secret")).status).toBe(202);
    expect((await send(server.url, "the-first-secret")).status).toBe(401);
    writeFileSync(join(home, "vice.server.yaml"), "sources: [\n");
    process.kill(server.pid, "SIGHUP");
    await expect.poll(() => server.stderr()).toMatch(/the former one holds/);
    expect((await send(server.url, "the-second-secret")).status).toBe(202);
    await server.end("SIGTERM");
    expect(server.stderr()).not.toMatch(/the-(first|second|third)-secret/);
  });

  test("one for an instance, a key in the address that is never logged, and none in open mode", async () => {
    const secrets = {
      VICE_HOOK_SECRET_GITLAB_EU_WEST: "the-secret-of-eu",
      VICE_HOOK_SECRET_JENKINS: "jenkins-key-1",
    };
    const server = await startServer(newHome(), { ...secrets, VICE_LOG_LEVEL: "debug" });
    expect((await send(server.url, "the-secret-of-eu", "gitlab/eu-west")).status).toBe(202);
    expect((await send(server.url, "wrong", "gitlab/eu-west")).status).toBe(401);
    const body = {
      method: "POST",
      body: { name: "job", build: { number: 1, phase: "STARTED", full_url: "http://ci/job/job/1/" } },
    };
    expect((await call(server.url, "/hooks/jenkins/ci/jenkins-key-1", body)).status).toBe(202);
    expect((await call(server.url, "/hooks/jenkins/ci/another-key", body)).status).toBe(401);
    const open = await call<{ activities: string[] }>(server.url, "/hooks/generic", delivery("open"));
    const row = await call(server.url, `/v1/activities/${open.body.activities[0]}`);
    expect(row.body).toMatchObject({ verified: false });
    await server.end("SIGTERM");
    expect(server.stderr()).not.toMatch(/jenkins-key-1|another-key|the-secret-of-eu/);
  });
});

describe("which server", () => {
  let server: Server;
  let token = "";
  beforeAll(async () => {
    const home = newHome();
    server = await startServer(home);
    await call(server.url, "/hooks/generic", delivery("1"));
    const made = await vice(home, ["token", "create", "--name", "reader", "--scopes", "read", "--json"]);
    token = String((JSON.parse(made.stdout) as { token: string }).token);
  });
  afterAll(() => server?.end("SIGTERM"));

  const items = ({ stdout }: { stdout: string }): unknown[] =>
    (JSON.parse(stdout) as { items: unknown[] }).items;

  test("by flag or environment, with a token; the first token ends open mode", async () => {
    const home = newHome();
    const flags = ["--server", server.url, "--token", token];
    expect(items(await vice(home, ["status", "--json", ...flags]))).toHaveLength(1);
    const env = { VICE_SERVER: server.url, VICE_TOKEN: token };
    expect(items(await vice(home, ["status", "--json"], env))).toHaveLength(1);
    const without = await vice(home, ["status"], { VICE_SERVER: server.url });
    expect([without.code, without.stdout]).toEqual([77, ""]);
    expect(without.stderr).toMatch(/VICE_TOKEN/);
    const wrong = { VICE_SERVER: "http://127.0.0.1:1", VICE_TOKEN: "wrong" };
    expect(items(await vice(home, ["status", "--json", ...flags], wrong))).toHaveLength(1);
  });

  test("one that is down is 69 with the next step; a scope that is missing is 77", async () => {
    const down = await vice(newHome(), ["status", "--server", "http://127.0.0.1:1"]);
    expect(down.code).toBe(69);
    expect(down.stderr).toMatch(/vice serve/);
    const env = { VICE_SERVER: server.url, VICE_TOKEN: token };
    const refused = await vice(newHome(), ["token", "list"], env);
    expect(refused.code).toBe(77);
    expect(refused.stderr).not.toContain(token);
  });
});

describe("exit codes and output", () => {
  test.each<[string[], number, RegExp]>([
    [["statsu"], 64, /status/],
    [["status", "--nope"], 64, /--nope/],
    [["deployments", "show", "01a1fc46-0000-7000-8000-000000000000"], 66, /vice deployments/],
    [["query", "DELETE FROM deployments"], 64, /read/i],
    [["deployments", "--since", "yesterdayish"], 64, /Write 2026-11-20T14:32Z, 30d/],
    [["report", "nobody"], 66, /nobody/],
  ])("vice %j is %d", async (args, code, said) => {
    const ended = await vice(newHome(), args);
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
    expect(ended.stderr).toMatch(said);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  test("every list is one JSON document on stdout, in the shape of its route, also when empty", async () => {
    const home = newHome();
    for (const words of ["status", "deployments", "activities", "source list", "token list"]) {
      const { code, stdout } = await vice(home, [...words.split(" "), "--json"]);
      expect([words, code, JSON.parse(stdout)]).toMatchObject([words, 0, { items: expect.any(Array) }]);
    }
  });

  test("the vices and the plain names are the same commands", async () => {
    const home = newHome();
    await vice(home, ["run", "--service", "shop", "--env", "production", "--quiet", "--", "true"]);
    const plain = await vice(home, ["viz", "report", "shop", "--json"]);
    const byVice = await vice(home, ["gluttony", "report", "shop", "--json"]);
    expect(plain.code).toBe(0);
    const withoutNow = (text: string): string => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "");
    expect(withoutNow(byVice.stdout)).toBe(withoutNow(plain.stdout));
    expect(plain.stdout).toMatch(/shop/);
  });
});
