/** Runs the benchmarks: `npm run bench -- [--quick] [--json] [name...]`; every figure beside its reference of the same run. */
import { writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { isMet, type Row, type Size } from "./measure.ts";
import { tableOf } from "./table.ts";

const BENCHES: Readonly<Record<string, (size: Size) => Promise<Row[]>>> = {
  append: async (size) => (await import("./append.ts")).appendBench(size),
  http: async (size) => (await import("./http.ts")).httpBench(size),
  history: async (size) => (await import("./history.ts")).historyBench(size),
  stream: async (size) => (await import("./stream.ts")).streamBench(size),
  memory: async (size) => (await import("./memory.ts")).memoryBench(size),
  runs: async (size) => (await import("./runs.ts")).runsBench(size),
  rules: async (size) => (await import("./rules.ts")).rulesBench(size),
  otlp: async (size) => (await import("./otlp.ts")).otlpBench(size),
  trace: async (size) => (await import("./trace-page.ts")).traceBench(size),
  links: async (size) => (await import("./links.ts")).linksBench(size),
  durations: async (size) => (await import("./durations.ts")).durationsBench(size),
  dora: async (size) => (await import("./dora.ts")).doraBench(size),
  devlake: async (size) => (await import("./devlake.ts")).devlakeBench(size),
  cli: async () => (await import("./cli.ts")).cliBench(),
};

const given = process.argv.slice(2);
const flags = given.filter((word) => word.startsWith("--"));
const names = given.filter((word) => !word.startsWith("--"));
const unknown = [
  ...names.filter((name) => !(name in BENCHES)),
  ...flags.filter((flag) => !["--quick", "--json"].includes(flag)),
];
if (unknown.length > 0) {
  process.stderr.write(
    `usage: npm run bench -- [--quick] [--json] [${Object.keys(BENCHES).join("|")}]...  (not: ${unknown.join(" ")})\n`,
  );
  process.exit(64);
}

const size = { quick: flags.includes("--quick") };
const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`;
process.stderr.write(`${machine}${size.quick ? ", quick" : ""}\n`);
const rows: Row[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const began = performance.now();
  rows.push(...(await bench(size)));
  process.stderr.write(`${name}: ${Math.round((performance.now() - began) / 1000)} s\n`);
}
process.stdout.write(`${tableOf(rows)}\n`);
if (flags.includes("--json")) {
  const results = {
    machine,
    ...size,
    at: new Date().toISOString(),
    rows: rows.map((row) => ({ ...row, met: isMet(row) })),
  };
  writeFileSync(join(import.meta.dirname, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
}
