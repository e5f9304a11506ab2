/** Tests `vice event`, the `vscli` spellings, old Node versions and the one delivery on CI. */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Bench, wrapperBench } from "./wrapper-bundle.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await wrapperBench();
  symlinkSync(bench.vice, join(bench.folder, "vscli"));
});
afterAll(() => bench.remove());
beforeEach(() => rmSync(bench.home, { recursive: true, force: true }));

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/;
const of = (op: string) => bench.records().filter((record) => record.op === op);

describe("vice event", () => {
  test("the lines of the founding text run as written", async () => {
    const script = `
TRACEID="$(vscli event -tag='source|gcloud' -tag='service|api' -type=pipeline start)"
vscli event -type=pipeline end -event-id=\${TRACEID}
echo "$TRACEID"`;
    const PATH = `${bench.folder}:${bench.env.PATH}`;
    const ended = await bench.sh("sh", script, { env: { ...bench.env, PATH } });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(UUID), stderr: "" });
    const id = ended.stdout.trim();
    const traceId = id.replaceAll("-", "");
    const tags = { source: "gcloud", service: "api" };
    expect(of("start")).toMatchObject([{ id, kind: "pipeline", service: "api", traceId, tags }]);
    expect(of("end")).toMatchObject([{ id, status: "succeeded" }]);
  });

  test.each([
    ["deploy", "deployment"],
    ["issue", "ticket"],
    ["pull_request", "change"],
    ["Build", "build"],
    ["sprint", "sprint"],
  ])("type %s is the kind %s", async (type, kind) => {
    await bench.run(["event", "start", "--type", type]);
    expect(of("start")).toMatchObject([{ kind, tags: {} }]);
  });

  test("an unknown type is an action that keeps its word; no type with --env is a deployment", async () => {
    await bench.run(["event", "--type", "__proto__", "start"]);
    await bench.run(["event", "--env", "prod", "start"]);
    await bench.run(["event", "start"]);
    const [unknown, deployment, action] = of("start");
    expect([unknown?.kind, unknown?.tags?.type]).toEqual(["action", "__proto__"]);
    expect(deployment).toMatchObject({ kind: "deployment", environment: "prod" });
    expect(action?.kind).toBe("action");
  });

  test("a flag goes before a tag of the same meaning, and tag values may hold both separators", async () => {
    await bench.run([
      "event",
      "start",
      "--service",
      "web",
      "--tag",
      "service=api",
      "--tag",
      "env|qa",
      "--tag",
      "a|b=c|d",
      "--tag",
      "bare",
    ]);
    const tags = { service: "api", env: "qa", a: "b=c|d", bare: "" };
    expect(of("start")).toMatchObject([{ service: "web", environment: "qa", tags }]);
  });

  test.each<[words: string[], warning: string]>([
    [["--tag", "shop"], 'vice: the tag "shop" has no value, write --tag shop=VALUE\n'],
    [
      ["-type=deploy"],
      "vice: this deployment stands under no service and no environment, add --service NAME --env NAME\n",
    ],
    [["--env=qa"], "vice: this deployment stands under no service, add --service NAME\n"],
    [
      ["--type=deploy", "-tag", "api", "--service=api"],
      'vice: the tag "api" has no value, write --tag api=VALUE; this deployment stands under no environment, add --env NAME\n',
    ],
    [["--env=qa", "--quiet", "--tag", "x"], ""],
    [["--type=build"], ""],
    [["--type=deploy", "--tag", "service|api", "--tag", "env=qa", "--tag", "empty="], ""],
  ])("%j is recorded, and what it lacks is said in a line", async (words, warning) => {
    const ended = await bench.run(["event", "start", ...words]);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(UUID), stderr: warning });
    expect(of("start")).toHaveLength(1);
  });

  test("end takes the start of an id: the whole of vice finds it, or says why not", async () => {
    const id = (await bench.run(["event", "start"])).stdout.trim();
    const main = `export async function findId(start, flags) {
      if (start === "0000-00") { console.error("none"); return 66; }
      console.error(start, ...flags); return "${id}"; }`;
    writeFileSync(join(bench.folder, "dist", "main.js"), main);
    writeFileSync(join(bench.folder, "package.json"), '{"type":"module","version":"9.8.7"}');
    const flags = ["--server", "http://127.0.0.1:1"];
    const ended = await bench.run(["event", "end", "--event-id", id.slice(0, 13), ...flags]);
    expect(ended).toMatchObject({ code: 0, stderr: `${id.slice(0, 13)} ${flags.join(" ")}\n` });
    expect(await bench.run(["event", "end", "0000-00"])).toMatchObject({ code: 66, stderr: "none\n" });
    expect(of("end")).toMatchObject([{ id }]);
  });

  test("parents: by flag in both spellings, as printed or as a trace id, and by the environment", async () => {
    const id = (await bench.run(["event", "start"])).stdout.trim();
    await bench.run(["event", "start", "--parent", id]);
    await bench.run(["event", "-parent-event-id", id.replaceAll("-", ""), "start"]);
    await bench.run(["event", "start"], { env: { ...bench.env, VICE_RUN_ID: id } });
    const [first, ...children] = of("start");
    expect(first).toMatchObject({ parentId: null });
    for (const child of children) expect(child).toMatchObject({ parentId: id, traceId: null });
    expect(children).toHaveLength(3);
  });

  test.each([
    [["--status", "failed", "--error", "boom"], { status: "failed", error: "boom" }],
    [["--error", "boom"], { status: "failed", error: "boom" }],
    [["--status", "cancelled"], { status: "canceled" }],
    [["--status", "0"], { status: "succeeded", exitCode: 0 }],
    [["--status", "7"], { status: "failed", exitCode: 7 }],
    [["--status=130"], { status: "canceled", exitCode: 130 }],
  ])("end %j", async (args, record) => {
    const id = (await bench.run(["event", "start"])).stdout.trim();
    expect((await bench.run(["event", "end", "--event-id", id, ...args])).code).toBe(0);
    expect(of("end")).toMatchObject([{ id, ...record }]);
  });

  test.each([
    [["event"], "start or end?"],
    [["event", "stop"], 'cannot do "stop"'],
    [["event", "start", "--tga=x"], "did you mean --tag?"],
    [["event", "end"], "--event-id"],
    [["event", "end", "--event-id", "xid"], "not an id"],
    [
      ["event", "end", "--event-id", "01a1fc25-3e64-7d26-9b6c-33e1bb6ee7a1", "--status", "done"],
      "--status must be",
    ],
    [["event", "start", "--type"], "--type needs a value"],
    [["event", "start", "-tag", "-type=deploy"], "--tag needs a value"],
  ])("%j is a usage error and records nothing", async (args, text) => {
    const ended = await bench.run(args);
    expect([ended.code, ended.stdout, existsSync(bench.home)]).toEqual([64, "", false]);
    expect(ended.stderr).toContain(text);
    expect(ended.stderr).toContain("Usage: vice event");
  });

  test("a spool that cannot be written still gives an id, a warning and 0", async () => {
    writeFileSync(join(bench.folder, "file"), "");
    const ended = await bench.run(["event", "start"], {
      env: { ...bench.env, VICE_HOME: join(bench.folder, "file") },
    });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(UUID) });
    expect(ended.stderr.split("\n")).toHaveLength(2);
  });

  test("secrets of a known shape are not recorded", async () => {
    const id = (
      await bench.run(["event", "start", "--tag", "note=https://me:hunter2@example.com"])
    ).stdout.trim();
    await bench.run(["event", "end", "--event-id", id, "--error", `refused ghp_${"a".repeat(36)}`]);
    expect(JSON.stringify(bench.records())).not.toMatch(/hunter2|ghp_/);
  });
});

describe("which Node", () => {
  test("the version is that of package.json", async () => {
    writeFileSync(join(bench.folder, "package.json"), '{"version":"9.8.7"}');
    expect((await bench.run(["--version"])).stdout).toBe("9.8.7\n");
  });

  test("an old one: small commands work, others say what they need, or find the checkout's own", async () => {
    const there = await wrapperBench("20.20.2");
    const vice = `${oldNode() ?? process.execPath} ${there.vice}`;
    expect((await there.sh("sh", `${vice} event start`)).stdout).toMatch(UUID);
    const refused = await there.sh("sh", `${vice} status`);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toMatch(/needs Node 24 or newer, but .* is 20\.20\.2\./);
    const own = join(there.folder, "node_modules", "node", "bin");
    mkdirSync(own, { recursive: true });
    writeFileSync(
      join(own, "node"),
      '#!/bin/sh\nsleep 5 >/dev/null & trap "kill $!; exit 20" TERM; echo "own $*"; kill -TERM $PPID; wait\n',
      {
        mode: 0o755,
      },
    );
    const ended = await there.sh("sh", `exec ${vice} status --json`);
    there.remove();
    expect(ended).toMatchObject({ code: 20, signal: null, stdout: `own ${there.vice} status --json\n` });
  });

  test("everything that is not small is main.js, with the words and its exit code", async () => {
    const main = "export async function main(argv) { console.log(...argv); return 21; }";
    writeFileSync(join(bench.folder, "dist", "main.js"), main);
    writeFileSync(join(bench.folder, "package.json"), '{"type":"module","version":"9.8.7"}');
    expect(await bench.run(["status", "--json"])).toMatchObject({ code: 21, stdout: "status --json\n" });
    writeFileSync(
      join(bench.folder, "dist", "main.js"),
      "export async function main() { throw new Error('oh'); }",
    );
    const bug = await bench.run(["status"]);
    expect([bug.code, bug.stdout]).toEqual([70, ""]);
    expect(bug.stderr).toContain("this is a bug in vice\nError: oh");
  });
});

/** Really old, when the machine has one: then it also shows that the file can be read by it. */
function oldNode(): string | null {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
  return folders.map((folder) => join(folder, "node")).find((file) => existsSync(file)) ?? null;
}

interface Call {
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

describe("on CI", () => {
  const calls: Call[] = [];
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    calls.length = 0;
  });

  /** @param status `null` = never answers */
  async function serve(status: number | null): Promise<Record<string, string>> {
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      request.on("end", () => {
        calls.push({ url: request.url, headers: request.headers, body });
        if (status !== null) response.writeHead(status).end("{}");
      });
    });
    await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    return { ...bench.env, CI: "true", VICE_SERVER: `http://127.0.0.1:${port}/`, VICE_TOKEN: "t0ken" };
  }

  test("run delivers what it has, and removes it only when it was acknowledged", async () => {
    const env = await serve(202);
    const ended = await bench.run(["run", "--", "sh", "-c", "exit 4"], { env });
    expect(ended.code).toBe(4);
    expect(calls).toMatchObject([{ url: "/v1/spool", headers: { authorization: "Bearer t0ken" } }]);
    const ops = calls[0]?.body
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).op);
    expect(ops).toEqual(["start", "facts", "end"]);
    expect(bench.records()).toEqual([]);
  });

  test.each([
    ["a wrong token", 401, /status 401/],
    ["a broken server", 500, /status 500/],
    ["a server that never answers", null, /no answer within 200 ms/],
  ])("%s keeps everything, warns once and changes nothing", async (_, status, warning) => {
    const env = await serve(status);
    const id = (await bench.run(["event", "start"], { env })).stdout.trim();
    const began = Date.now();
    const ended = await bench.run(["event", "end", "--event-id", id], { env });
    expect([ended.code, ended.stdout]).toEqual([0, ""]);
    expect(ended.stderr).toMatch(warning);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(
      bench
        .records()
        .map(({ op }) => op)
        .sort(),
    ).toEqual(["end", "facts", "start"]);
  });

  test("without CI, or with CI switched off, nothing is sent", async () => {
    const env = await serve(202);
    for (const CI of ["", "false", "0"])
      await bench.run(["run", "--quiet", "--", "true"], { env: { ...env, CI } });
    expect(calls).toEqual([]);
  });

  test("the server of this home is found by server.json while it lives", async () => {
    const { VICE_SERVER: url, ...env } = await serve(202);
    mkdirSync(bench.home, { recursive: true });
    writeFileSync(join(bench.home, "server.json"), JSON.stringify({ url, pid: 2 ** 30 }));
    await bench.run(["run", "--quiet", "--", "true"], { env });
    expect(calls).toHaveLength(0);
    writeFileSync(join(bench.home, "server.json"), JSON.stringify({ url, pid: process.pid }));
    await bench.run(["run", "--quiet", "--", "true"], { env });
    expect(calls).toHaveLength(1);
  });
});
