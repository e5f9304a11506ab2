// The quick way to `vice can-deploy` says the same bytes and ends the same as the ordinary one, or leaves it to that.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onlyWhatIsUsed } from "../scripts/only-what-is-used.mjs";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { quickCanDeploy, WITHOUT_FILE } from "../src/app/quick-can-deploy.ts";
import type { Facts, Step } from "../src/domain/transition.ts";
import { type CliDoor, cliDoor, type Said } from "./cli-door.ts";
import { deployment, plainEvent } from "./data-services.ts";

const HOUR = 3_600_000;
const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";
const root = resolve(import.meta.dirname, "..");
let door: CliDoor;
let nowMs = 0;

const PROJECT = `
version: 1
project: web-shop
team: payments
services: { checkout: {}, basket: {} }
environments:
  - { name: staging }
  - { name: prod-eu, approvals: 1, maxCommits: 3 }
  - name: prod-us
    promote: false
    freeze: [{ reason: no time is right, timeZone: Europe/Berlin, every: day, from: "00:00", to: "24:00" }]
`;

beforeAll(async () => {
  door = cliDoor();
  await tellAStory(door);
  nowMs = Date.now();
});
afterAll(() => door.remove());

async function tellAStory({ home, append, vice }: CliDoor): Promise<void> {
  const ago = (hours: number): number => Date.now() - hours * HOUR;
  const run = (id: string, facts: Facts, step: Step = "succeeded", hours = 5): Promise<void> =>
    append(deployment(id, facts, step, ago(hours)));
  for (const service of ["shop", "ledger", "mail", "search", "basket", "group/old-search"])
    for (const environment of ["staging", "prod-eu"])
      await run(`${service}/${environment}`, { service, environment, version: "v1", team: "payments" });
  // So many that whoever builds the read models again does not do it beside the first question.
  const settled = { service: "mail", environment: "staging", observed: "v1" };
  const events = Array.from({ length: 2100 }, () => plainEvent("vice.drift.settled.v1", settled));
  await append({ delivery: null, events });
  const built = { service: "checkout", ref: "main", kind: "build" } as const;
  await run("c1", {
    service: "checkout",
    environment: "prod-eu",
    version: "v1",
    commitSha: SHA,
    ref: "main",
  });
  for (const n of [1, 2, 3, 4])
    await run(`b${n}`, { ...built, commitSha: `${n}`.repeat(40) }, "succeeded", 4 - n / 9);
  await run("c2", { service: "checkout", environment: "staging", version: "v2", commitSha: "4".repeat(40) });
  await run("i1", { kind: "incident", service: "mail", tags: { title: "mails get lost" } }, "running", 2);
  await run("k1", { kind: "check", service: "search", version: "v1", tags: { name: "smoke" } }, "failed", 1);
  await run("p1", { service: "shop", environment: "pr-17", version: "v3" });
  const odd = { project: "odd", config: { project: "odd", services: { tomorrow: {} }, environments: 7 } };
  const unreadable = { ...odd, origin: "sent" as const, place: null };
  await append({ delivery: null, events: [plainEvent("vice.project.registered.v1", unreadable, "odd")] });
  const file = join(home, "project.yaml");
  writeFileSync(file, PROJECT);
  for (const words of [
    ["project", "register", file],
    ["service", "merge", "group/old-search", "--into", "search"],
    ["andon", "pull", "--service", "ledger", "--reason", "sums\u0007 are wrong"],
    ["freeze", "add", "--service", "mail", "--from", "0s", "--to", "3d", "--reason", "year end"],
    ["freeze", "add", "--environment", "staging", "--from", "0s", "--reason", "quiet"],
    ["freeze", "override", "--service", "shop", "--environment", "staging", "--for", "1h", "--reason", "fix"],
    ["lock", "shop", "prod-eu", "--holder", "job-7", "--lease", "2h", "--reason", "release"],
    ["approval", "ask", "basket", "prod-eu", "--version", "v1"],
  ]) {
    const { code, err } = await vice(...words);
    if (code !== 0) throw new Error(`${words.join(" ")}: ${err}`);
  }
}

const quick = (words: readonly string[], env: Record<string, string> = {}): Said | null => {
  const answer = quickCanDeploy(words, { VICE_HOME: door.home, HOME: door.home, ...env }, false, () => nowMs);
  return answer === null ? null : { code: answer.code, out: `${answer.text}\n`, err: "" };
};
const ordinary = (words: readonly string[], env: Record<string, string> = {}): Promise<Said> =>
  door.viceWith({ env, now: () => nowMs }, "can-deploy", ...words);

/** What is asked, and what the rules say: nothing = go ahead. */
const CASES: ReadonlyArray<readonly [words: string, rules: string[]]> = [
  ["search staging --version v1", ["freeze"]],
  ["shop pr-17", []],
  ["shop pr-99 --version v9", []],
  ["basket staging", ["freeze"]],
  ["ledger prod-eu --version v1", ["andon"]],
  ["ledger staging", ["andon", "freeze"]],
  ["mail prod-eu", ["freeze", "incident"]],
  ["shop staging --version=v2", []],
  ["shop prod-eu", ["lock"]],
  ["shop prod-eu --holder job-7", []],
  ["SHOP Prod-EU --holder=other", ["lock"]],
  ["search prod-eu", ["check"]],
  ["group/old-search prod-eu --version v1", ["check"]],
  ["tomorrow prod-eu --new", ["project"]],
  ["checkout prod-eu", ["promotion", "approval"]],
  ["checkout prod-eu --version v2", ["approval", "batch"]],
  [`checkout prod-eu --commit ${"4".repeat(40)}`, ["approval", "batch"]],
  ["checkout prod-eu --version v2 --commits 2", ["approval"]],
  ["checkout prod-eu --version v1 --commits 0", ["promotion", "approval"]],
  [`checkout prod-eu --commit=${SHA} --holder me`, ["promotion", "approval"]],
  ["checkout prod-us --version v2 --new", ["freeze"]],
  ["basket prod-eu --version v1", ["approval"]],
  ["brand-new prod-eu --new", []],
];

describe.each(CASES)("%s", (line, rules) => {
  const words = line.split(" ");

  test.each([[[]], [["--json"]]])("%j", async (flags) => {
    const asked = [...words, ...flags];
    expect(quick(asked)).toEqual(await ordinary(asked));
  });

  test("is what the rules say", () => {
    const said = quick([...words, "--json"]);
    const found = JSON.parse(said?.out ?? "{}").reasons.map(({ rule }: { rule: string }) => rule);
    expect([found, said?.code]).toEqual([rules, rules.length === 0 ? 0 : 23]);
  });
});

test("flags that change nothing in a pipe", async () => {
  const asked = ["shop", "prod-eu", "--quiet", "--no-color"];
  expect(quick(asked)).toEqual(await ordinary(asked));
});

test("colours where they are forced into a pipe", async () => {
  const env = { FORCE_COLOR: "1" };
  expect(quick(["shop", "prod-eu"], env)?.out).toContain("\u001b[31m");
  expect(quick(["shop", "prod-eu"], env)).toEqual(await ordinary(["shop", "prod-eu"], env));
});

describe("left to the ordinary way", () => {
  test.each([
    "",
    "shop",
    "shop prod-eu more",
    "shop prod-eu --yes",
    "shop prod-eu --csv",
    "shop prod-eu -q",
    "shop prod-eu --help",
    "shop prod-eu --server http://127.0.0.1:1",
    "shop prod-eu --home /tmp",
    "shop prod-eu --json=yes",
    "shop prod-eu --version",
    "shop prod-eu --version --json",
    "shop prod-eu --version v1 --version v2",
    "shop prod-eu --commit short",
    "shop prod-eu --commits many",
    "shop prod-eu --commits -1",
    "shop - --json",
    "shop -- prod-eu",
    // what it refuses
    "shpo prod-eu",
    "shop prd-eu",
  ])("the words %j", (line) => {
    expect(quick(line.split(" ").filter(Boolean))).toBeNull();
  });

  test("a terminal", () => {
    expect(quickCanDeploy(["shop", "pr-17"], { VICE_HOME: door.home }, true)).toBeNull();
  });

  test.each([
    "VICE_SERVER",
    "VICE_CONFIG",
    "VICE_PORT",
    "VICE_PUBLIC_URL",
    "VICE_HOOK_SECRET_X_FILE",
  ])("%s", (name) => {
    expect(quick(["shop", "pr-17"], { [name]: "x" })).toBeNull();
  });

  test.each([
    "server.json",
    "vice.server.yaml",
    "secrets.json",
    "spool/active.ndjson",
  ])("%s in the home", (name) => {
    const file = join(door.home, name);
    mkdirSync(join(door.home, "spool"), { recursive: true });
    writeFileSync(file, "{}");
    expect(quick(["shop", "pr-17"])).toBeNull();
    rmSync(file);
    expect(quick(["shop", "pr-17"])).not.toBeNull();
  });

  test.each([
    [
      "events that the read models do not know",
      "UPDATE meta SET value = value - 1 WHERE key = 'projectedSeq'",
    ],
    ["another schema", "PRAGMA user_version = 0"],
    ["a newer schema", "PRAGMA user_version = 99"],
    ["damage", "DROP TABLE standing"],
  ])("a store with %s", (_what, sql) => {
    const home = copyOf(door.home, sql);
    expect(quick(["shop", "pr-17"], { VICE_HOME: home })).toBeNull();
    rmSync(home, { recursive: true });
  });

  test("a store of the vice before, which builds its read models first, whole", async () => {
    const former = "UPDATE standing SET body = json_remove(body, '$.asks'); DROP INDEX activity_judged;";
    const env = {
      VICE_HOME: copyOf(door.home, `${former} UPDATE meta SET value = 6 WHERE key = 'readModelVersion'`),
    };
    const asked = ["checkout", "prod-eu", "--version", "v2"];
    expect(quick(asked, env)).toBeNull();
    const said = await ordinary(asked, env);
    expect([said.code, quick(asked, env)]).toEqual([23, said]);
    rmSync(env.VICE_HOME, { recursive: true });
  });

  test("no store", () => {
    expect(quick(["shop", "pr-17"], { VICE_HOME: join(door.home, "nowhere") })).toBeNull();
  });
});

function copyOf(home: string, change: string): string {
  const copy = mkdtempSync(join(home, "copy-"));
  const whole = new DatabaseSync(join(home, "vice.db"));
  whole.exec(`VACUUM INTO '${join(copy, "vice.db")}'`);
  whole.close();
  expect(quick(["shop", "pr-17"], { VICE_HOME: copy })).not.toBeNull();
  const db = new DatabaseSync(join(copy, "vice.db"));
  db.exec(change);
  db.close();
  return copy;
}

test("without a file the configuration is what the quick way takes it for", () => {
  expect(loadServerConfig({ HOME: door.home }, { home: door.home })).toMatchObject(WITHOUT_FILE);
});

test("as it is built: without a schema, and the command answers by it alone", async () => {
  const dist = join(door.home, "dist");
  const common = { bundle: true, platform: "node", format: "cjs", target: "node24" } as const;
  const { metafile } = await build({
    ...common,
    entryPoints: [join(root, "src/app/quick-can-deploy.ts")],
    outfile: join(dist, "can-deploy.cjs"),
    plugins: [onlyWhatIsUsed],
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  expect(Object.keys(output?.inputs ?? {}).filter((name) => name.includes("node_modules"))).toEqual([]);
  expect(output?.bytes).toBeLessThan(150_000);
  const vice = join(dist, "vice.cjs");
  await build({
    ...common,
    entryPoints: [join(root, "src/doors/cli/bin.ts")],
    outfile: vice,
    external: ["./main.js"],
  });
  // There is no main.js: whatever it answers it answers without the rest.
  const env = { VICE_HOME: door.home, HOME: door.home, PATH: process.env["PATH"] };
  const say = (...words: string[]) =>
    spawnSync(process.execPath, [vice, "can-deploy", ...words], { env, cwd: dist, encoding: "utf8" });
  const asked = ["tomorrow", "prod-eu", "--new", "--json"];
  const { status, stdout, stderr } = say(...asked);
  expect({ code: status, out: stdout, err: stderr }).toEqual(await ordinary(asked));
  expect(say("shop", "prd-eu").stderr).toContain("main.js");
});
