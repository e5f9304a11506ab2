// The targets of the crash tests: scripts with and without memory, a process on this machine, a job of a Jenkins.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../src/adapters/target/process/launch.ts";
import { ProcessHouse, until } from "../process-house.ts";
import { fakeJenkins, JOB } from "../triggers/jenkins.ts";
import { BROKEN, TOKEN } from "../triggers/server.ts";
import { countOf, linesOf, openPlace, projectOf, removePlace, script, type World } from "./world.ts";

const FORWARD = ["prepare", "start", "health", "switch"] as const;
const AFTER = ["stop-former", "cleanup"] as const;

/**
 * Every verb is the same script: what it does is one line, with its key and what is there then, whole or not at all. For the kill between what it does
 * and its end it kills vice itself, when the file says so.
 */
const SCRIPT = [
  'cd "$(dirname "$0")/.."',
  'kills() { [ "$(cat kill 2>/dev/null)" = "$1 $VICE_VERSION $VICE_VERB" ] && { rm kill; kill -9 $PPID; sleep 0.2; }; }',
  "kills before",
  // Only what is looked at takes its time.
  'case "$VICE_VERB $VICE_VERSION" in rollback*) pause=1;; *v[13]) ;; *) pause=1;; esac',
  '[ -z "$pause" ] || sleep 0.03',
  'case "$VICE_VERB $VICE_VERSION" in health*unwell*|deploy*broken*) kills after; exit 3;; esac',
  'echo "$VICE_KEY $VICE_VERB $VICE_VERSION" >> effects',
  '[ -z "$pause" ] || sleep 0.03',
  "kills after",
  "exit 0",
];

type Memory = "done" | "idempotent" | "none";

/** @param memory how it can be known after a crash what was done */
export async function commandWorld(memory: Memory): Promise<World> {
  const place = openPlace();
  const { root, shop, env } = place;
  const run = script(shop, "run.sh", SCRIPT);
  const knowing = script(shop, "done.sh", ['cd "$(dirname "$0")/.."', 'grep -q "^$VICE_KEY " effects']);
  const verbs = { deploy: run, prepare: run, start: run, health: run, stop: run, cleanup: run };
  const more = { done: { done: knowing }, idempotent: { idempotent: true }, none: {} }[memory];
  const done = (): string[][] => linesOf(join(root, "effects")).map((line) => line.split(" "));
  const check = {
    type: "command",
    command: "! grep -E ' (deploy|rollback) ' ../effects | tail -1 | grep -q unproved",
    shell: true,
  };
  return {
    ...{
      name: `command, ${memory}`,
      root,
      env,
      project: projectOf({ command: { ...verbs, ...more } }, [check]),
    },
    ...{
      steps: [...FORWARD, ...AFTER],
      ills: ["unwell", "broken", "unproved"],
      inTurn: false,
      knows: memory !== "none",
    },
    truth: async () => done().findLast(([, verb]) => verb === "deploy" || verb === "rollback")?.[2] ?? null,
    effects: () => countOf(done().flatMap(([key = "", verb]) => (verb === "health" ? [] : [key]))),
    alive: null,
    close: async () => removePlace(place),
  };
}

const appText = (effects: string): string => `
const { appendFileSync } = require("node:fs");
const version = process.env.VICE_VERSION;
appendFileSync(${JSON.stringify(effects)}, version + " " + process.pid + "\\n");
if (version.includes("unwell")) process.exit(3);
require("node:http").createServer((request, response) => {
  const isIll = request.url === "/proof" && version.includes("unproved");
  response.writeHead(isIll ? 500 : 200, { connection: "close" });
  response.end(version);
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

/** @param way a port of its own for each release, or one for all */
export async function processWorld(way: "auto" | "fixed"): Promise<World> {
  const place = openPlace();
  const { root, shop, env } = place;
  const house = new ProcessHouse(root);
  writeFileSync(house.effectsFile, "");
  writeFileSync(join(shop, "app.cjs"), appText(house.effectsFile));
  const port = way === "auto" ? "auto" : await freePort(new Set());
  const health = { path: "/health", every: "10ms", timeout: "10s" };
  const target = { process: { start: "node app.cjs", port, health, grace: "1s", keep: 2 } };
  const check = { type: "http", url: "${" + "{ url }}/proof" };
  return {
    ...{ name: `process, ${way}`, root, env, project: projectOf(target, [check]) },
    ...{ steps: [...FORWARD, ...AFTER], ills: ["unwell", "unproved"], inTurn: way === "fixed", knows: true },
    truth: () => house.answer(),
    // With one port for all the former one is started again to go back.
    effects: () =>
      countOf(house.starts().flatMap(({ version }) => (way === "auto" || version !== "v1" ? [version] : []))),
    alive: () => house.alive(),
    close: async () => {
      await until(() => house.starts().length > 0 || house.alive().length === 0).catch(() => {});
      await house.close();
    },
  };
}

/** A job of a Jenkins that ends after a few questions. */
export async function jenkinsWorld(): Promise<World> {
  const place = openPlace();
  const { root, env } = place;
  const fake = await fakeJenkins();
  fake.trouble = ({ path }) =>
    path === "/proof" ? { status: fake.truth()?.includes("unproved") === true ? 500 : 200 } : null;
  const parameters = { VERSION: "${" + "{ version }}" };
  const target = { trigger: { jenkins: { url: fake.url, job: JOB, parameters } } };
  return {
    ...{
      name: "trigger, jenkins",
      root,
      project: projectOf(target, [{ type: "http", url: `${fake.url}/proof` }]),
    },
    env: { ...env, VICE_TRIGGER_TOKEN_JENKINS: `${fake.url} deployer:${TOKEN}` },
    ...{ steps: ["prepare", "switch"], ills: ["broken", "unproved"], inTurn: false, knows: true },
    truth: async () => fake.truth(),
    effects: () => countOf(fake.runs.map(({ values }) => values.find((value) => value.includes("/")) ?? "")),
    alive: null,
    close: async () => {
      await fake[Symbol.asyncDispose]();
      removePlace(place);
    },
  };
}

/** What the version is called that goes wrong so. */
export const versionFor = (world: World, ill: string | null): string => {
  if (ill === null) return "v2";
  return ill === "broken" && world.name.startsWith("trigger") ? BROKEN : `v2-${ill}`;
};
