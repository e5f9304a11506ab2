/** Measures how long `can-deploy` takes: asked over HTTP, and as a command on the store of the machine. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { Agent, get } from "node:http";
import { join, resolve } from "node:path";
import { type BenchServer, startServer } from "./children.ts";
import { median, quantile, type Row, type Size } from "./measure.ts";
import { fillRules, PROJECTS, SERVICES } from "./rules-load.ts";
import { inScratch } from "./scratch.ts";

const root = resolve(import.meta.dirname, "..");
const VICE = join(root, "dist/vice.cjs");
const NOT_NOW = 23;

/** One after the other on one connection: what is measured is the answer, and not the queue. */
async function times(url: string, paths: readonly string[]): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const found: number[] = [];
  for (const path of paths) {
    const began = performance.now();
    await new Promise<void>((done, failed) => {
      get(`${url}${path}`, { agent }, (answer) => {
        if (answer.statusCode !== 200) failed(new Error(`${path} answered ${answer.statusCode}`));
        answer.on("end", done).resume();
      }).on("error", failed);
    });
    found.push(performance.now() - began);
  }
  agent.destroy();
  return found;
}

const asked = (n: number): string =>
  `/v1/can-deploy?service=${n % 2 === 0 ? "" : "group%2F"}service-${n % SERVICES}&environment=production&version=v9`;

async function httpRows(server: BenchServer, count: number): Promise<Row[]> {
  const paths = Array.from({ length: count }, (_, n) => asked(n * 7));
  await times(server.url, paths.slice(0, 200)); // warm
  const cpuBefore = server.cpuUs();
  const found = await times(server.url, paths);
  const cpuUs = (server.cpuUs() - cpuBefore) / count;
  const referenceValue = median(
    await times(
      server.url,
      paths.map(() => "/healthz"),
    ),
  );
  const what = `GET /v1/can-deploy, ${SERVICES} services, ${PROJECTS} projects`;
  const row = (value: number): Omit<Row, "what" | "goal"> => ({
    ...{ value, unit: "ms", reference: "GET /healthz", referenceValue, ratio: value / referenceValue },
  });
  return [
    { what, ...row(median(found)), goal: "< 5 ms", cpuUs },
    // On a machine that does other things too this is mostly their time.
    { what: "the same, p99", ...row(quantile(found, 0.99)), goal: "(not asked)" },
  ];
}

/** Into a pipe, as in a pipeline. */
function milliseconds(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const began = performance.now();
  const stdio = ["ignore", "pipe", "ignore"] as const;
  const { status } = spawnSync(process.execPath, args, { env, stdio: [...stdio], cwd: env["VICE_HOME"] });
  const ms = performance.now() - began;
  if (status !== 0 && status !== NOT_NOW) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return ms;
}

/** The projects freeze production by the clock of a place, and to ask for its time takes a third of a start of Node. */
const ASKED = [
  { what: "vice can-deploy on the local store", words: ["test"] },
  { what: "the same, with a freeze every night", words: ["production"] },
  { what: "the same, as data", words: ["test", "--json"] },
  { what: "the ordinary way to it", words: ["test", "--yes"] },
];

/** Interleaved, so that whatever else the machine does hits all alike. */
function commandRows(home: string, rounds: number): Row[] {
  const { NODE_EXTRA_CA_CERTS: _certificates, CI: _ci, VICE_SERVER: _server, ...rest } = process.env;
  const env = { ...rest, VICE_HOME: home };
  const commands = ASKED.map(({ words }) => [VICE, "can-deploy", "service-3", ...words, "--version", "v9"]);
  for (const command of commands) milliseconds(command, env); // what is compiled is kept from the first time on
  const bare: number[] = [];
  const found = commands.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    bare.push(milliseconds(["-e", "0"], env));
    commands.forEach((command, at) => {
      found[at]?.push(milliseconds(command, env));
    });
  }
  const referenceValue = median(bare);
  const reference = `node -e 0 (${process.version})`;
  return ASKED.map(({ what }, at) => {
    const value = median(found[at] ?? []);
    const goal = what.startsWith("the ordinary") ? "(not asked)" : "<= 1.6x";
    return { what, value, unit: "ms", reference, referenceValue, ratio: value / referenceValue, goal };
  });
}

export function rulesBench({ quick }: Size): Promise<Row[]> {
  return inScratch(async (folder) => {
    const home = join(folder, "home");
    mkdirSync(home, { recursive: true });
    fillRules(home);
    const commands = commandRows(home, quick ? 11 : 41);
    const server = await startServer(home, "store");
    const http = await httpRows(server, quick ? 500 : 5000);
    await server.stop();
    return [...http, ...commands];
  });
}
