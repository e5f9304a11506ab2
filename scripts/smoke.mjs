#!/usr/bin/env node
// Uses the package as a stranger would: packs it, installs the tarball in an empty folder, starts the server, sends one
// GitHub webhook, reads the answer with the command, and stops the server. Everything happens in a temporary folder.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

const root = resolve(import.meta.dirname, "..");
const place = mkdtempSync(join(tmpdir(), "vice-smoke-"));
const prefix = join(place, "prefix");
const vice = join(prefix, "bin/vice");
const environment = cleanEnvironment();
const sha = "0123456789abcdef0123456789abcdef01234567";
let server;

try {
  await smoke();
  console.log("smoke: all fine");
} catch (problem) {
  console.error(`smoke: ${problem.message}`);
  process.exitCode = 1;
} finally {
  server?.kill("SIGKILL");
  rmSync(place, { recursive: true, force: true });
}

async function smoke() {
  step("pack", pack);
  step("install", install);
  step("vice --version", checkVersion);
  const { url } = await start();
  step(`server answers at ${url}`, () => undefined);
  await postWebhook(url);
  await checkPage(url);
  step("vice status --json, from the server", checkStatus);
  await stopServer();
  step("vice status --json, from the store", checkStatus);
}

function pack() {
  execFileSync("npm", ["pack", "--pack-destination", place, "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
}

function install() {
  const tarball = readdirSync(place).find((file) => file.endsWith(".tgz"));
  expect(tarball !== undefined, "npm pack made no .tgz");
  mkdirSync(prefix);
  const options = ["--global", "--prefix", prefix, "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...options, join(place, tarball)], {
    cwd: place,
    env: environment,
    stdio: ["ignore", 2, 2],
  });
  expect(existsSync(vice), "the package installed no command `vice`");
}

function checkVersion() {
  const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
  const said = run("--version");
  expect(said.includes(wanted), `vice --version says ${JSON.stringify(said)}, the package is ${wanted}`);
}

async function start() {
  server = spawn(vice, ["serve", "--port", "0", "--json"], {
    cwd: place,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  server.stderr.on("data", (chunk) => {
    log = (log + chunk).slice(-4000);
  });
  server.ended = new Promise((done) => server.once("exit", (code, signal) => done({ code, signal })));
  const line = await within(30_000, "the first line of vice serve --json", () =>
    Promise.race([
      new Promise((done) => createInterface({ input: server.stdout }).once("line", done)),
      server.ended.then(({ code }) => Promise.reject(new Error(`vice serve ended with ${code}:\n${log}`))),
    ]),
  );
  const ready = JSON.parse(line);
  for (const key of ["url", "pid", "home"]) expect(key in ready, `the ready line lacks "${key}": ${line}`);
  return ready;
}

async function postWebhook(url) {
  const answer = await fetch(`${url}/hooks/github`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "deployment_status",
      "x-github-delivery": "8f3c9a52-0000-4000-8000-000000000001",
    },
    body: JSON.stringify(webhook()),
  });
  const said = await answer.json();
  expect(
    answer.status === 202 && said.outcome === "accepted",
    `the webhook got ${answer.status} ${JSON.stringify(said)}`,
  );
  const again = await fetch(`${url}/v1/deployments?limit=5`).then((response) => response.json());
  expect(again.items?.length === 1, `one deployment expected, got ${JSON.stringify(again)}`);
  step("webhook taken", () => undefined);
}

async function checkPage(url) {
  const page = await fetch(url, { headers: { accept: "text/html" } });
  const text = await page.text();
  expect(page.ok && /<script|<div/.test(text), `the page got ${page.status}: ${text.slice(0, 200)}`);
  step("the page is served", () => undefined);
}

function checkStatus() {
  const { items } = JSON.parse(run("status", "--json"));
  expect(items?.length === 1, `one row expected, got ${JSON.stringify(items)}`);
  const { environment: where, tier, running } = items[0];
  const seen = {
    where,
    tier,
    source: running?.source,
    status: running?.status,
    commitSha: running?.commitSha,
  };
  const wanted = {
    where: "production",
    tier: "production",
    source: "github",
    status: "succeeded",
    commitSha: sha,
  };
  expect(isDeepStrictEqual(seen, wanted), `wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(seen)}`);
}

async function stopServer() {
  server.kill("SIGTERM");
  const { code, signal } = await within(10_000, "the end of vice serve after SIGTERM", () => server.ended);
  expect(code === 0, `vice serve ended with ${signal ?? code} after SIGTERM`);
  step("stopped with exit code 0", () => undefined);
}

/** A deployment_status body as GitHub describes it (Webhook events and payloads), with what vice reads. */
function webhook() {
  const repository = "https://api.github.com/repos/acme/shop";
  return {
    action: "created",
    deployment_status: {
      id: 2,
      state: "success",
      environment: "production",
      description: "",
      target_url: "",
      deployment_url: `${repository}/deployments/1`,
      creator: { login: "sidney", id: 7 },
      created_at: "2026-01-05T10:01:30Z",
      updated_at: "2026-01-05T10:01:30Z",
    },
    deployment: {
      id: 1,
      url: `${repository}/deployments/1`,
      sha,
      ref: "main",
      task: "deploy",
      environment: "production",
      payload: {},
      creator: { login: "sidney", id: 7 },
      created_at: "2026-01-05T10:00:00Z",
      updated_at: "2026-01-05T10:01:30Z",
    },
    repository: {
      id: 3,
      name: "shop",
      full_name: "acme/shop",
      html_url: "https://github.com/acme/shop",
      default_branch: "main",
      owner: { login: "acme", id: 8 },
    },
    sender: { login: "sidney", id: 7 },
  };
}

/** No setting of the caller reaches the command under test, and `node` is the Node that runs this script. */
function cleanEnvironment() {
  const dropped =
    /^(VICE_|npm_lifecycle_|npm_package_|(?:npm_command|NODE|NODE_ENV|NODE_PATH|NODE_OPTIONS|CI)$)/;
  const kept = Object.entries(process.env).filter(([key]) => !dropped.test(key));
  const folders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith("node_modules/.bin"));
  const PATH = [dirname(process.execPath), ...folders].join(delimiter);
  return { ...Object.fromEntries(kept), PATH, VICE_HOME: join(place, "home"), NO_COLOR: "1" };
}

function run(...args) {
  return execFileSync(vice, args, { cwd: place, env: environment, encoding: "utf8", timeout: 30_000 }).trim();
}

function step(name, action) {
  const started = Date.now();
  action();
  console.log(`smoke: ${name} (${Date.now() - started} ms)`);
}

function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

function within(timeoutMs, what, action) {
  let timer;
  const late = new Promise((_done, fail) => {
    timer = setTimeout(() => fail(new Error(`no ${what} within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  return Promise.race([action(), late]).finally(() => clearTimeout(timer));
}
