/** Hundreds of clients that send a byte now and then, or nothing at all: the others are answered as if they were not there. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { amounts } from "../level.ts";
import { clientOf } from "./post.ts";
import { residentBytes, type Server, startServer } from "./server.ts";
import { GITHUB_SECRET, signedDelivery } from "./signed-delivery.ts";

const home = mkdtempSync(join(tmpdir(), "vice-slow-"));
const SLOW = 300;
let server: Server;
const sockets: Socket[] = [];
/** How long the server bore with somebody who never finishes his headers; the other tests run meanwhile. */
let patienceMs: Promise<number>;

beforeAll(async () => {
  server = await startServer(home, { VICE_HOOK_SECRET_GITHUB: GITHUB_SECRET });
  const socket = await openSlow(BEGINNINGS[2] ?? "");
  socket.resume();
  const began = performance.now();
  patienceMs = new Promise((resolve) => socket.once("close", () => resolve(performance.now() - began)));
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.end("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

/** Beginnings that never become a request. */
const BEGINNINGS = [
  "",
  "POST /hooks/git",
  "POST /hooks/github HTTP/1.1\r\nHost: x\r\nContent-Le",
  "POST /hooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n{",
  "GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
];

function openSlow(beginning: string): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port) });
  sockets.push(socket);
  socket.on("error", () => {}); // the server may cut it: that is what it should do in the end
  socket.pause();
  return new Promise((resolve) =>
    socket.once("connect", () => {
      socket.write(beginning);
      resolve(socket);
    }),
  );
}

async function answerTimes(count: number, prefix: string): Promise<number[]> {
  const client = clientOf(server.url, 4);
  const times: number[] = [];
  const one = async (n: number): Promise<void> => {
    const { path, headers, body } = signedDelivery(`${prefix}-${n}`, { deployment: n + 1, state: "success" });
    const answer = await client.post(path, headers, body);
    expect(answer.status).toBe(202);
    times.push(answer.ms);
  };
  for (let n = 0; n < count; n += 4) await Promise.all([0, 1, 2, 3].map((more) => one(n + more)));
  client.close();
  return times.sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(sorted.length * share)] ?? 0;

test(
  "slow and half-open clients do not stall the others",
  async () => {
    await answerTimes(200, "warm");
    const alone = await answerTimes(400, "alone");
    const before = residentBytes(server.pid);
    const slow = await Promise.all(
      Array.from({ length: SLOW }, (_, n) => openSlow(BEGINNINGS[n % BEGINNINGS.length] ?? "")),
    );
    const dripping = setInterval(() => {
      for (const [n, socket] of slow.entries())
        if (n % BEGINNINGS.length === 3 && socket.writable) socket.write(" ");
    }, 50);
    const among = await answerTimes(400, "among");
    clearInterval(dripping);
    expect(quantile(among, 0.5)).toBeLessThan(quantile(alone, 0.5) * 5 + 20);
    expect(quantile(among, 0.99)).toBeLessThan(1000);
    expect(residentBytes(server.pid) - before).toBeLessThan(100 * 1024 * 1024);
  },
  amounts.testTimeoutMs * 2,
);

test("a connection that is kept alive for many readings gathers nothing", async () => {
  const client = clientOf(server.url, 1);
  for (let n = 0; n < 30; n += 1) expect((await client.get("/v1/deployments?limit=1")).status).toBe(200);
  client.close();
  expect(server.stderr()).not.toContain("MaxListenersExceededWarning");
});

test("a body larger than it may be is refused with 413, and one that breaks off is not stored", async () => {
  const client = clientOf(server.url, 1);
  const { headers } = signedDelivery("large", { deployment: 1, state: "success" });
  const answer = await client
    .post("/hooks/github", headers, Buffer.alloc(27 * 1024 * 1024, 32))
    .catch((error: Error) => error);
  if (!(answer instanceof Error)) expect(answer.status).toBe(413);
  const broken = await openSlow(BEGINNINGS[3] ?? "");
  broken.destroy();
  const again = await client.get("/readyz");
  expect(again.status).toBe(200);
  client.close();
});

test(
  "whoever does not finish his headers is cut in time",
  async () => {
    expect(await patienceMs).toBeLessThan(16_000);
  },
  amounts.testTimeoutMs,
);
