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

function milliseconds(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { env, stdio: "ignore", cwd: env["VICE_HOME"] });
  const ms = performance.now() - began;
  if (status !== 0 && status !== NOT_NOW) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return ms;
}

/** Interleaved, so that whatever else the machine does hits both alike. */
function commandRow(home: string, rounds: number): Row {
  const { NODE_EXTRA_CA_CERTS: _certificates, CI: _ci, VICE_SERVER: _server, ...rest } = process.env;
  const env = { ...rest, VICE_HOME: home };
  const command = [VICE, "can-deploy", "service-3", "production", "--version", "v9"];
  milliseconds(command, env); // what is compiled is kept from the first time on
  const all = { bare: [] as number[], command: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    all.bare.push(milliseconds(["-e", "0"], env));
    all.command.push(milliseconds(command, env));
  }
  const [value, referenceValue] = [median(all.command), median(all.bare)];
  const reference = `node -e 0 (${process.version})`;
  return {
    what: "vice can-deploy on the local store",
    ...{ value, unit: "ms", reference, referenceValue, ratio: value / referenceValue, goal: "<= 1.6x" },
  };
}

export function rulesBench({ quick }: Size): Promise<Row[]> {
  return inScratch(async (folder) => {
    const home = join(folder, "home");
    mkdirSync(home, { recursive: true });
    fillRules(home);
    const command = commandRow(home, quick ? 11 : 41);
    const server = await startServer(home, "store");
    const http = await httpRows(server, quick ? 500 : 5000);
    await server.stop();
    return [...http, command];
  });
}
