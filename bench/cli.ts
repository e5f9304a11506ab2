/** Measures what the command adds to a bare start of the same Node, and what a shell step costs. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Row {
  what: string;
  value: number;
  unit: string;
  reference: string;
  referenceValue: number;
  ratio: number;
  /** What section 7 of the founding issue asks for. */
  goal: string;
  /** Processor time of one run, children included, in microseconds. */
  cpuUs?: number;
}

interface Sample {
  ms: number;
  cpuUs: number;
}

const ROUNDS = 41;
const STEPS = 100;
const root = resolve(import.meta.dirname, "..");
const built = join(root, "dist", "vice.cjs");

const COMMANDS: ReadonlyArray<{ what: string; args: readonly string[]; goal: number }> = [
  { what: "vice --version", args: ["--version"], goal: 1.3 },
  { what: "vice event start", args: ["event", "start"], goal: 1.4 },
  { what: "vice run -- true", args: ["run", "--", "true"], goal: 1.6 },
];

/**
 * Interleaved, so that whatever else the machine does hits all of them alike.
 * @param vice the built command
 */
export async function cliBench(vice: string = built): Promise<Row[]> {
  if (!existsSync(vice)) throw new Error(`${vice} is not there: npm run build`);
  const home = mkdtempSync(join(tmpdir(), "vice-bench-"));
  const env = benchEnvironment(home);
  try {
    return [...startRows(vice, env), stepRow(vice, "sh", env)];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** NODE_EXTRA_CA_CERTS costs every Node start several milliseconds; CI would turn on the delivery at the end. */
function benchEnvironment(home: string): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _certificates, CI: _ci, VICE_SERVER: _server, ...rest } = process.env;
  return { ...rest, VICE_HOME: home };
}

function startRows(vice: string, env: NodeJS.ProcessEnv): Row[] {
  const bare: Sample[] = [];
  const samples = COMMANDS.map((): Sample[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(sample(["-e", "0"], env));
    COMMANDS.forEach(({ args }, at) => {
      samples[at]?.push(sample([vice, ...args], env));
    });
  }
  const referenceValue = median(bare.map(({ ms }) => ms));
  return COMMANDS.map(({ what, goal }, at) => {
    const value = median(samples[at]?.map(({ ms }) => ms) ?? []);
    const cpuUs = mean(samples[at]?.map((one) => one.cpuUs) ?? []);
    const reference = `node -e 0 (${process.version})`;
    return {
      what,
      value,
      unit: "ms",
      reference,
      referenceValue,
      ratio: value / referenceValue,
      goal: `<= ${goal}x`,
      cpuUs,
    };
  });
}

function sample(args: readonly string[], env: NodeJS.ProcessEnv): Sample {
  const cpuBefore = childCpuUs();
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, {
    env,
    stdio: ["ignore", "ignore", "ignore"],
    cwd: root,
  });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return { ms, cpuUs: childCpuUs() - cpuBefore };
}

/** Time that children which have ended used, in ticks of 10 ms (proc(5): fields 16 and 17); summed over all rounds. */
function childCpuUs(): number {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10_000;
  } catch {
    return Number.NaN;
  }
}

/** One shell takes all steps; the same loop without them is taken off. */
function stepRow(vice: string, shell: string, env: NodeJS.ProcessEnv): Row {
  const functions = spawnSync(process.execPath, [vice, "shellenv"], { env, encoding: "utf8" }).stdout;
  const loop = (body: string) => `${functions}\ni=0; while [ $i -lt ${STEPS} ]; do ${body}; i=$((i+1)); done`;
  const times = { step: [] as number[], bare: [] as number[] };
  for (let round = 0; round < 9; round += 1) {
    times.bare.push(shellMs(shell, loop("true"), env));
    times.step.push(shellMs(shell, loop("vice_step bench true"), env));
  }
  const value = (median(times.step) - median(times.bare)) / STEPS;
  return {
    what: "shellenv step",
    value,
    unit: "ms",
    reference: "5 ms",
    referenceValue: 5,
    ratio: value / 5,
    goal: "<= 5 ms",
  };
}

function shellMs(shell: string, script: string, env: NodeJS.ProcessEnv): number {
  const began = performance.now();
  spawnSync(shell, ["-c", script], { env, stdio: "ignore" });
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const mean = (values: readonly number[]): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);

if (import.meta.main) for (const row of await cliBench(process.argv[2])) console.log(JSON.stringify(row));
