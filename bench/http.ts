/** Measures signed webhooks over HTTP, acknowledged after fsync, beside the same server with its store removed. */
import { join } from "node:path";
import { type BenchServer, type Loader, startLoader, startServer } from "./children.ts";
import { median, quantile, type Row, type Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const CONNECTIONS = 32;

interface Round {
  perSecond: number;
  cpuUs: number;
}

/** Deliveries go on counting over all rounds: none is a duplicate. */
let next = 0;

/** Counts until the read models know everything too: a rate that leaves them behind is not sustained. */
async function round(server: BenchServer, loader: Loader, count: number): Promise<Round> {
  const cpuBefore = server.cpuUs();
  const { ms } = await loader.run({
    url: server.url,
    connections: CONNECTIONS,
    from: next,
    count,
    perSecond: null,
  });
  next += count;
  const began = performance.now();
  while ((await server.ask("lag")) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const drainMs = performance.now() - began;
  return { perSecond: (count * 1000) / (ms + drainMs), cpuUs: (server.cpuUs() - cpuBefore) / count };
}

interface Latency {
  p50: number;
  p99: number;
}

async function latency(
  server: BenchServer,
  loader: Loader,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const count = Math.round(perSecond * seconds);
  const { times } = await loader.run({
    url: server.url,
    connections: CONNECTIONS,
    from: next,
    count,
    perSecond,
  });
  next += count;
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

export function httpBench({ quick }: Size): Promise<Row[]> {
  const [rounds, count, seconds] = quick ? [3, 3000, 3] : [9, 8000, 10];
  return inScratch(async (folder) => {
    const loader = startLoader();
    const stored = await startServer(join(folder, "stored"), "store");
    const bare = await startServer(join(folder, "bare"), "storeless");
    for (const server of [stored, bare]) await round(server, loader, 2000); // warm
    const found = { stored: [] as Round[], bare: [] as Round[] };
    for (let at = 0; at < rounds; at += 1) {
      found.stored.push(await round(stored, loader, count));
      found.bare.push(await round(bare, loader, count));
    }
    const throughput = throughputRow(found.stored, found.bare);
    const late = { stored: [] as Latency[], bare: [] as Latency[] };
    for (let at = 0; at < 3; at += 1) {
      late.stored.push(await latency(stored, loader, throughput.value / 2, seconds));
      late.bare.push(await latency(bare, loader, throughput.value / 2, seconds));
    }
    loader.stop();
    await Promise.all([stored.stop(), bare.stop()]);
    return [
      throughput,
      latencyRow("the same at half that load, p99", late.stored, "<= 5x"),
      latencyRow("that load without the store, p99", late.bare, "(not asked)"),
    ];
  });
}

const rate = (rounds: readonly Round[]): number => median(rounds.map(({ perSecond }) => perSecond));

function throughputRow(stored: readonly Round[], bare: readonly Round[]): Row {
  const [value, referenceValue] = [rate(stored), rate(bare)];
  return {
    what: "signed 2 KB webhooks over HTTP, fsynced and projected",
    value,
    unit: "requests/s",
    reference: "the same server without its store",
    referenceValue,
    ratio: value / referenceValue,
    goal: ">= 0.4x",
    cpuUs: median(stored.map(({ cpuUs }) => cpuUs)),
  };
}

/** The second row tells how much of the first is the machine's and the load generator's own. */
function latencyRow(what: string, late: readonly Latency[], goal: string): Row {
  const [value, referenceValue] = [median(late.map(({ p99 }) => p99)), median(late.map(({ p50 }) => p50))];
  const reference = "p50 of the same requests";
  return {
    what,
    value,
    unit: "ms",
    reference,
    referenceValue,
    ratio: value / referenceValue,
    goal,
  };
}
