/** A trace of 10,000 spans over HTTP: from the request to the last byte. */
import { Agent, get } from "node:http";
import { DatabaseSync } from "node:sqlite";
import type { Facts } from "../src/domain/transition.ts";
import { activityId, sha256Hex } from "../src/kit/ids.ts";
import type { Store } from "../src/ports/store.ts";
import { type BenchServer, startServer } from "./children.ts";
import { END_MS } from "./history-load.ts";
import { keyOf, observed, open, settle, timed } from "./links.ts";
import { median, type Row, type Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const SPANS = 10_000;

/** A pipeline of 10,000 steps, two levels deep, with its change and its deployment. @returns the id of the pipeline */
function fillTrace(store: Store, name: string): string {
  const commitSha = sha256Hex(name).slice(0, 40);
  const pipeline = keyOf("pipeline", name);
  const groups = Array.from({ length: 100 }, (_, n) => keyOf("stage", `${name} group ${n}`));
  const events = [
    observed(keyOf("change", name), { kind: "change", commitSha, tags: { number: name, title: "wide" } }, 10),
    observed(pipeline, { kind: "pipeline", commitSha, tags: { name: "long" } }, 20),
    ...groups.map((object, n) =>
      observed(
        object,
        { kind: "stage", parentId: activityId(pipeline), tags: { name: `group ${n}` } },
        30 + n,
      ),
    ),
    ...Array.from({ length: SPANS - 103 }, (_, n) => {
      const parent = groups[n % groups.length] ?? pipeline;
      const facts: Facts = { kind: "check", parentId: activityId(parent), tags: { name: `case ${n}` } };
      return observed(keyOf("check", `${name} case ${n}`), facts, 40 + (n % 3600));
    }),
    observed(
      keyOf("deployment", name),
      { kind: "deployment", service: `shop-${name}`, environment: "prod", commitSha },
      9000,
    ),
  ];
  for (let from = 0; from < events.length; from += 500)
    store.log.append([{ delivery: null, events: events.slice(from, from + 500) }]);
  settle(store);
  return activityId(pipeline);
}

/** Bytes of an answer, counted as they come: who makes text or objects of them measures himself. */
const received = (url: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on("end", () => resolve(bytes)).on("error", reject);
    }).on("error", reject);
  });

/** Milliseconds from the request to the last byte. */
async function asked(server: BenchServer, id: string, agent: Agent): Promise<number> {
  const began = performance.now();
  const bytes = await received(`${server.url}/v1/traces/${id}`, agent);
  const took = performance.now() - began;
  if (bytes < SPANS * 200) throw new Error(`${bytes} bytes are no trace of ${SPANS} spans`);
  return took;
}

/** The first question about a trace to a server that answered about another, then more of them. */
async function askServer(
  folder: string,
  [warm = "", ...others]: readonly string[],
  rounds: number,
): Promise<{ first: number[]; all: number[]; cpuMs: number }> {
  const server = await startServer(folder, "store");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let round = 0; round < 10; round += 1) await asked(server, warm, agent);
  const first: number[] = [];
  for (const id of others) first.push(await asked(server, id, agent));
  const cpuUs = server.cpuUs();
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await asked(server, warm, agent));
  const cpuMs = (server.cpuUs() - cpuUs) / 1000 / rounds;
  agent.destroy();
  await server.stop();
  return { first, all, cpuMs };
}

/** Reading the same rows and parsing their documents. */
function plainReading(file: string, rounds: number): number {
  const raw = new DatabaseSync(file, { readOnly: true });
  const select = raw.prepare("SELECT doc FROM activity ORDER BY n LIMIT ?");
  const times = Array.from({ length: rounds }, () =>
    timed(() => {
      for (const { doc } of select.all(SPANS)) JSON.parse(doc as string);
    }),
  );
  raw.close();
  return median(times);
}

/** Against reading the same rows and parsing their documents, in this process. */
export const traceApiBench = ({ quick }: Size): Promise<Row[]> =>
  inScratch(async (folder) => {
    const rounds = quick ? 15 : 51;
    const store = open(folder);
    const ids = Array.from({ length: 6 }, (_, n) => fillTrace(store, String(n + 1)));
    const [id = ""] = ids;
    const found = store.traces.trace(id, END_MS).spans.length;
    if (found !== SPANS) throw new Error(`${found} spans instead of ${SPANS}`);
    const inStore = Array.from({ length: rounds }, () => timed(() => store.traces.written(id, END_MS)));
    const { file } = store.maintenance.health();
    store.close();
    const referenceValue = plainReading(file, rounds);
    const { first, all, cpuMs } = await askServer(folder, ids, rounds);
    const row = (what: string, value: number, goal: string): Row => ({
      ...{ what, value, unit: "ms", reference: "reading and parsing the same rows", referenceValue },
      ...{ ratio: value / referenceValue, goal },
    });
    return [
      row(`GET /v1/traces/:id, ${SPANS} spans`, median(all), "< 50 ms"),
      row("the first question about such a trace", median(first), "< 50 ms"),
      row("processor time of the server for one", cpuMs, "(not asked)"),
      row("the same in the store", median(inStore), "(not asked)"),
    ];
  });
