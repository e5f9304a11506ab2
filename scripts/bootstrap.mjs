#!/usr/bin/env node
// Runs `npm start`, `npm test`, `npm run bench` and `npm run soak` from any state of the checkout: it installs what
// package-lock.json asks for when it is not there, builds when the source is newer than dist/, and then hands over
// to the Node 24 that the repository brings. Plain JavaScript without dependencies, because an older Node starts it.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL("..", import.meta.url)));
const bin = join(root, "node_modules/.bin");
const node = join(root, "node_modules/node/bin/node");

const tasks = {
  install: { build: false, command: () => null },
  start: { build: true, command: (args) => ["dist/vice.cjs", "demo", ...args] },
  test: { build: true, command: (args) => ["node_modules/vitest/vitest.mjs", "run", ...args] },
  soak: {
    build: true,
    command: (args) => ["node_modules/vitest/vitest.mjs", "run", ...args],
    environment: { VICE_TEST_LEVEL: "soak" },
  },
  bench: { build: true, command: (args) => ["bench/run.ts", ...args] },
};

const [name = "", ...args] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (task === undefined)
  stop(`usage: node scripts/bootstrap.mjs ${Object.keys(tasks).join("|")} [arguments]`, 64);
await main();

async function main() {
  const missing = missingPackage();
  if (missing !== null) await install(missing);
  if (task.build && (missing !== null ? !existsSync(join(root, "dist/vice.cjs")) : isStale()))
    await rebuild();
  const command = task.command(args);
  if (command === null) return;
  const ended = await run(node, command, { ...cleanEnvironment(), ...task.environment });
  process.exit(ended);
}

/** The first package of package-lock.json that is not installed in that version, in words; null when all are. */
function missingPackage() {
  const wanted = readJson("package-lock.json");
  const installed = readJson("node_modules/.package-lock.json");
  if (wanted === null)
    stop("package-lock.json is missing or is not JSON: git checkout package-lock.json", 65);
  if (installed === null) return "nothing is installed yet";
  if (!existsSync(node)) return "the Node of this repository is missing";
  for (const [path, entry] of Object.entries(wanted.packages)) {
    const here = installed.packages[path];
    if (!path.includes("node_modules/") || entry.link || entry.optional) continue;
    if (entry.peer && here === undefined) continue;
    if (here?.version !== entry.version) return `${path} is not at ${entry.version}`;
  }
  return null;
}

async function install(why) {
  say(`installing the packages of package-lock.json (${why})`);
  const started = Date.now();
  const ended = await run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    ...cleanEnvironment(),
    PATH: pathWithoutLocalBins(), // npm must not run on the Node that it is about to replace
  });
  if (ended !== 0) {
    stop(
      `npm ci failed (${ended}), see above. Check the network and that package.json fits package-lock.json, then try again.`,
      ended,
    );
  }
  if (!existsSync(node)) {
    stop("npm ci brought no Node 24: install scripts seem to be off. Try: npm ci --ignore-scripts=false", 69);
  }
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

async function rebuild() {
  say("the source is newer than dist/: building");
  const ended = await run(node, ["scripts/build.mjs"], cleanEnvironment());
  if (ended !== 0) stop("the build failed, see above", ended);
}

/** True when a file or folder that goes into dist/ changed after dist/ was made. */
function isStale() {
  const built = statSync(join(root, "dist/vice.cjs"), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return true;
  return ["package.json", "scripts/build.mjs", "src", "dashboard"].some(
    (path) => newest(join(root, path)) > built,
  );
}

function newest(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry?.isDirectory()) return entry?.mtimeMs ?? 0;
  const inside = readdirSync(path).filter(
    (child) => child !== "node_modules" && child !== "dist" && !child.startsWith("."),
  );
  return Math.max(entry.mtimeMs, ...inside.map((child) => newest(join(path, child))));
}

/** The caller's environment without what npm and an outer Node put there; `node` means the repository's own. */
function cleanEnvironment() {
  const dropped = /^(npm_lifecycle_|npm_package_|npm_command$|NODE$|NODE_PATH$|NODE_ENV$)/;
  const kept = Object.entries(process.env).filter(([key]) => !dropped.test(key));
  return { ...Object.fromEntries(kept), PATH: [bin, pathWithoutLocalBins()].join(delimiter) };
}

function pathWithoutLocalBins() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders
    .filter((folder) => !folder.endsWith("node_modules/.bin") && !folder.includes("node-gyp-bin"))
    .join(delimiter);
}

/** Runs a program in the repository, passes signals on, and resolves to its exit code (128 + n after a signal). */
function run(program, programArgs, env) {
  return new Promise((done) => {
    const child = spawn(program, programArgs, { cwd: root, env, stdio: "inherit" });
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    // On a terminal the whole group already got Ctrl-C; a second copy would make the child stop the hard way.
    const pass = (signal) => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
    for (const signal of signals) process.on(signal, pass);
    child.on("error", (problem) => stop(`${program} did not start: ${problem.message}`, 69));
    child.on("exit", (code, signal) => {
      for (const name of signals) process.off(name, pass);
      done(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8"));
  } catch {
    return null;
  }
}

function say(text) {
  process.stderr.write(`vice: ${text}\n`);
}

function stop(text, exitCode) {
  say(text);
  process.exit(exitCode);
}
