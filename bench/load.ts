/** The load generator, a process of its own: signed webhooks over keep-alive connections, as fast as it goes or at a rate. */
import { clientOf } from "../test/reliability/post.ts";
import { type SignedDelivery, signedDelivery } from "../test/reliability/signed-delivery.ts";

export interface Load {
  url: string;
  connections: number;
  /** Number of the first delivery: no two loads on one server may overlap. */
  from: number;
  count: number;
  /** Deliveries for each second; `null` = as fast as the answers come. */
  perSecond: number | null;
}

export interface LoadResult {
  ms: number;
  /** Milliseconds from the moment that a delivery was due until its answer, sorted. */
  times: number[];
}

const SERVICES = 50;

/** Signed before the clock starts: two deliveries for each deployment. */
function prepare({ from, count }: Load): SignedDelivery[] {
  return Array.from({ length: count }, (_, at) => {
    const n = from + at;
    const deployment = Math.floor(n / 2) + 1;
    const state = n % 2 === 0 ? "in_progress" : "success";
    const atMs = 1_780_000_000_000 + n * 250;
    return signedDelivery(`bench-${n}`, {
      deployment,
      state,
      atMs,
      service: `service-${deployment % SERVICES}`,
    });
  });
}

async function run(load: Load): Promise<LoadResult> {
  const deliveries = prepare(load);
  const client = clientOf(load.url, load.connections);
  const times: number[] = [];
  const one = async ({ path, headers, body }: SignedDelivery, dueMs: number): Promise<void> => {
    const answer = await client.post(path, headers, body);
    if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.body}`);
    times.push(performance.now() - dueMs);
  };
  const began = performance.now();
  await (load.perSecond === null
    ? asFastAsPossible(deliveries, load.connections, one)
    : atRate(deliveries, load.perSecond, began, one));
  const ms = performance.now() - began;
  client.close();
  return { ms, times: times.sort((a, b) => a - b) };
}

type One = (delivery: SignedDelivery, dueMs: number) => Promise<void>;

async function asFastAsPossible(
  deliveries: readonly SignedDelivery[],
  connections: number,
  one: One,
): Promise<void> {
  const left = deliveries.values();
  const work = async (): Promise<void> => {
    for (const delivery of left) await one(delivery, performance.now());
  };
  await Promise.all(Array.from({ length: connections }, work));
}

/** What is late counts from when it was due: a stall of the server is not hidden by sending less. */
async function atRate(
  deliveries: readonly SignedDelivery[],
  perSecond: number,
  began: number,
  one: One,
): Promise<void> {
  const sent: Array<Promise<void>> = [];
  for (const [at, delivery] of deliveries.entries()) {
    const dueMs = began + (at * 1000) / perSecond;
    const early = dueMs - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    sent.push(one(delivery, dueMs));
  }
  await Promise.all(sent);
}

process.on("message", (load: Load) => {
  void run(load).then((result) => process.send?.(result));
});
