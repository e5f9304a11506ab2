/** Measures how long after a delivery was sent its change is seen on the event stream. */
import { request } from "node:http";
import { join } from "node:path";
import { clientOf } from "../test/reliability/post.ts";
import { signedDelivery } from "../test/reliability/signed-delivery.ts";
import { startServer } from "./children.ts";
import { quantile, type Row, type Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

/** Between two deliveries: a busy company, not a flood. */
const EVERY_MS = 10;

/** Calls `heard` with each message of the stream until it is stopped. */
function listen(url: string, heard: (text: string) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/stream`, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        const messages = text.split("\n\n");
        text = messages.pop() ?? "";
        for (const message of messages) heard(message);
      });
      answer.on("error", () => {}); // it is cut when the measuring is over
      resolve(() => asked.destroy());
    });
    asked.once("error", reject);
    asked.end();
  });
}

async function seenTimes(url: string, count: number): Promise<number[]> {
  const sent = new Map<string, number>();
  const times: number[] = [];
  const stop = await listen(url, (message) => {
    const service = /service-\d+-bench/.exec(message)?.[0];
    const at = service === undefined ? undefined : sent.get(service);
    if (service === undefined || at === undefined) return;
    times.push(performance.now() - at);
    sent.delete(service);
  });
  const client = clientOf(url, 4);
  for (let n = 0; n < count; n += 1) {
    const service = `service-${n}-bench`;
    const { path, headers, body } = signedDelivery(`stream-${n}`, {
      deployment: n + 1,
      state: "success",
      service,
    });
    sent.set(service, performance.now());
    await client.post(path, headers, body);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  for (let waited = 0; sent.size > 0 && waited < 200; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  stop();
  client.close();
  if (sent.size > 0) throw new Error(`${sent.size} of ${count} deliveries were never seen on the stream`);
  return times.slice(count / 10);
}

export function streamBench({ quick }: Size): Promise<Row[]> {
  return inScratch(async (folder) => {
    const server = await startServer(join(folder, "home"), "store");
    const times = await seenTimes(server.url, quick ? 300 : 2000);
    await server.stop();
    const value = quantile(times, 0.99);
    const reference = `100 ms; p50 is ${quantile(times, 0.5).toPrecision(3)} ms`;
    const what = "delivery sent -> seen on the event stream, p99";
    return [
      { what, value, unit: "ms", reference, referenceValue: 100, ratio: value / 100, goal: "< 100 ms" },
    ];
  });
}
