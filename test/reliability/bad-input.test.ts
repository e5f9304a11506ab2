/** Bad input at every door: each gets an error with code, message and hint, the right exit code or status, and loses nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadServerConfig } from "../../src/app/config/server-config.ts";
import { ViceError } from "../../src/kit/errors.ts";
import { type Client, clientOf } from "./post.ts";
import { type Server, startServer, vice } from "./server.ts";
import { GITHUB_SECRET, signedDelivery } from "./signed-delivery.ts";

const home = mkdtempSync(join(tmpdir(), "vice-bad-"));
const yaml = join(home, "bad.yaml");

afterAll(() => rmSync(home, { recursive: true, force: true }));

function configError(text: string | Buffer): ViceError {
  writeFileSync(yaml, text);
  try {
    loadServerConfig({ VICE_HOME: home }, { config: yaml });
  } catch (error) {
    if (error instanceof ViceError) return error;
    throw error;
  }
  throw new Error(`this was taken as a configuration:\n${text}`);
}

/** What is wrong, the line that must be named, and a word that must stand in message or hint. */
const CONFIGURATIONS: ReadonlyArray<
  readonly [what: string, text: string | Buffer, line: number | null, word: string]
> = [
  ["an unclosed bracket", "host: 127.0.0.1\nsources: [\n", 3, "]"],
  ["a tab as indentation", "sources:\n\tgithub: {}\n", 2, ""],
  ["a key twice", "port: 1\nport: 2\n", 2, "stands there twice"],
  ["an unknown key", "host: 127.0.0.1\nsorces: {}\n", 2, "sources"],
  ["an unknown key inside", "sources:\n  github:\n    secret: x\n    secretfile: y\n", 4, "secretFile"],
  ["a number as text", "port: many\n", 1, "port"],
  ["a port that is none", "port: 70000\n", 1, "65535"],
  ["a list instead of a map", "sources:\n  - github\n", null, "sources"],
  ["a text instead of a file", "just some words\n", null, "keys with values"],
  ["a list as a whole", "- a\n- b\n", null, "keys with values"],
  ["a duration that is none", "abandonAfter: soon\n", 1, "30s"],
  ["an unknown tier", "environments:\n  - name: prod\n    tier: live\n", 3, "production, staging"],
  [
    "a pattern that is none",
    "names:\n  - match: { service: '/(/' }\n    set: { service: x }\n",
    2,
    "names.0",
  ],
  [
    "an alias bomb",
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d]\n",
    null,
    "",
  ],
  ["binary", Buffer.from([0, 159, 146, 150, 255, 254, 1, 2]), null, ""],
  ["a reserved key", "__proto__:\n  host: 1.2.3.4\n", null, "__proto__"],
];

test.each(CONFIGURATIONS)("a configuration with %s", (_what, text, line, word) => {
  const error = configError(text);
  expect(error.code).toBe("config.invalid");
  expect(error.exit).toBe(65);
  expect(error.message).toContain(line === null ? yaml : `${yaml}:${line}:`);
  expect(`${error.message} ${error.hint}`).toContain(word);
  expect(error.hint).not.toBe("");
});

test("a server with a broken configuration ends with 65, says where, and makes nothing", async () => {
  writeFileSync(yaml, "host: 127.0.0.1\nsorces: {}\n");
  const ended = await vice(join(home), ["serve", "--port", "0", "--config", yaml]);
  expect(ended.code).toBe(65);
  expect(ended.stderr).toContain(`${yaml}:2`);
  expect(ended.stderr).toContain("sources");
  expect(ended.stderr).not.toMatch(/\n\s+at /);
});

describe("over HTTP", () => {
  let server: Server;
  let client: Client;

  beforeAll(async () => {
    server = await startServer(home, { VICE_HOOK_SECRET_GITHUB: GITHUB_SECRET });
    client = clientOf(server.url, 1);
  });

  afterAll(async () => {
    client.close();
    await server.end("SIGTERM");
  });

  const GETS: ReadonlyArray<readonly [path: string, status: number]> = [
    ["/v1/deployments?limit=many", 400],
    ["/v1/deployments?cursor=%00%ff", 400],
    ["/v1/deployments?cursor=bm9uc2Vuc2U", 400],
    ["/v1/deployments?since=yesterday-ish", 400],
    ["/v1/deployments?status=splendid", 400],
    ["/v1/status?at=never", 400],
    ["/v1/status?tier=live", 400],
    ["/v1/activities?kind=dance", 400],
    ["/v1/deployments/not-an-id", 404],
    ["/v1/deployments/%E0%A4%A", 400],
    [`/v1/deployments/${"0".repeat(32)}`, 404],
    ["/v1/deploymints", 404],
    ["/hooks/github", 405],
    ["/deployment-info/nobody/nowhere", 404],
  ];

  test.each(GETS)("GET %s -> %i", async (path, status) => {
    const answer = await client.get(path);
    expect(answer.status, answer.body).toBe(status);
    const { error } = JSON.parse(answer.body) as { error: { code: string; message: string; hint: string } };
    expect(error.code).not.toBe("bug");
    expect(error.message).not.toBe("");
    expect(error.hint).not.toBe("");
    expect(answer.body).not.toMatch(/\n\s+at |node_modules|\.ts:\d/);
  });

  const JSON_TYPE = { "content-type": "application/json" };
  const POSTS: ReadonlyArray<readonly [path: string, body: string | Buffer, status: number]> = [
    ["/v1/query", "{", 400],
    ["/v1/query", "[]", 400],
    ["/v1/query", '{"sql":1}', 400],
    ["/v1/query", '{"sql":"DROP TABLE event"}', 400],
    ["/v1/query", '{"sql":"SELECT"}', 400],
    ["/v1/query", Buffer.from([0xff, 0xfe, 0x7b]), 400],
    ["/v1/events", "[".repeat(100_000), 400],
    ["/v1/commands/no.such", "{}", 404],
    ["/hooks/githup", "{}", 404],
    ["/hooks/github", "{}", 401],
  ];

  test.each(POSTS)("POST %s", async (path, body, status) => {
    const answer = await client.post(path, JSON_TYPE, Buffer.from(body));
    expect(answer.status, answer.body).toBe(status);
    const { error } = JSON.parse(answer.body) as { error: { code: string; message: string; hint: string } };
    expect(error.code).not.toBe("bug");
    expect(error.hint).not.toBe("");
  });

  test("nothing of it was lost or broken: the next delivery is taken and seen", async () => {
    const { path, headers, body } = signedDelivery("after", { deployment: 1, state: "success" });
    expect((await client.post(path, headers, body)).status).toBe(202);
    const { items } = JSON.parse((await client.get("/v1/status")).body) as { items: unknown[] };
    expect(items).toHaveLength(1);
    expect(server.stderr()).not.toContain('"level":50');
  });
});

const WORDS: ReadonlyArray<readonly [args: string[], code: number, word: string]> = [
  [["stauts"], 64, "status"],
  [["status", "--sevice", "x"], 64, "--service"],
  [["deployments", "--limit", "many"], 64, "limit"],
  [["deployments", "--since", "yesterday-ish"], 64, "yesterday-ish"],
  [["deployments", "show", "nothing"], 66, "nothing"],
  [["query", "DROP TABLE event"], 64, "SELECT"],
  [["serve", "--port", "many"], 64, "port"],
  [["serve", "--config", "/no/such/file.yaml"], 65, "/no/such/file.yaml"],
];

test.each(WORDS)("vice %j -> %i", async (args, code, word) => {
  const ended = await vice(home, args);
  expect(ended.stderr).toContain(word);
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stdout).toBe("");
  expect(ended.stderr).not.toMatch(/\n\s+at /);
});
