/** Tests that nobody without a proof can fill the memory: connections, bodies in flight, sources that are not there. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import { answerBrokenRequest } from "./failures.ts";

const MIB = 1024 * 1024;
const EVENT = { id: "m1", action: "start", type: "deploy", metadata: { service: "shop" } };

let door: TestDoor;
const sockets: Socket[] = [];
beforeAll(async () => {
  door = await startDoor({ door: { bodyBudgetBytes: 4 * MIB, maxConnections: 8 } });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => door.close());

function open(text: string | null = null): Socket {
  const socket = connect({ port: door.port, host: "127.0.0.1" });
  socket.on("error", () => undefined).resume();
  if (text !== null) socket.write(text);
  sockets.push(socket);
  return socket;
}
const unfinished = (path: string, bytes: number): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes + 1}\r\n\r\n${"1".repeat(bytes)}`;
const deliver = (id: string, pad: number) =>
  door.post("/customhttp", { ...EVENT, id, pad: "x".repeat(pad) }, { connection: "keep-alive" });

test.each([
  "/customhttp",
  "/hooks/github",
  "/v1/events",
  "/v1/session",
])("bodies that do not end, sent to %s, leave room for nobody's memory but the budget's", async (path) => {
  const share = path === "/v1/session" ? 1 : 4;
  // A delivery that is quicker than the flood makes the flood the one too many: then once more.
  const flood = async (): Promise<number> => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (let i = 0; i < 4 / share; i++) open(unfinished(path, share * MIB - 10));
    await pause(100);
    return (await deliver(`full ${path}`, 100_000)).status;
  };
  await expect.poll(flood, { timeout: 5000 }).toBe(503);
  const refused = await deliver(`full ${path}`, 100_000);
  expect(refused.json()).toMatchObject({ error: { code: "store.unavailable" } });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(refused.headers["connection"]).toBe("close");
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await deliver(`free ${path}`, 3 * MIB)).status).toBe(200);
});

test("what was answered counts no more", async () => {
  for (let i = 0; i < 6; i++) expect((await deliver(`again ${i}`, 2 * MIB)).status).toBe(200);
});

test.each([
  "/v1/traces",
  "/hooks/otlp",
])("what %s unpacks counts as what came: a bomb takes no more than the budget", async (path) => {
  const bomb = gzipSync(Buffer.alloc(20 * MIB, " "));
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const refused = await door.ask(path, { method: "POST", body: bomb, headers });
  expect([refused.status, refused.json()]).toMatchObject([503, { error: { code: "store.unavailable" } }]);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  const small = gzipSync(`{"resourceSpans":[]${" ".repeat(3 * MIB)}}`);
  expect((await door.ask(path, { method: "POST", body: small, headers })).status).toBeLessThan(300);
  expect((await deliver(`after a bomb to ${path}`, 3 * MIB)).status).toBe(200);
});

test("a source that is not there is refused before its body is read", async () => {
  const reply = await door.ask("/hooks/githbu", { method: "POST", body: Buffer.alloc(27 * MIB, "1") });
  expect(reply.status).toBe(404);
  expect(reply.json()).toMatchObject({ error: { code: "source.unknown", details: { nearest: "github" } } });
});

test("a route that is not there takes no body", async () => {
  const reply = await door.ask("/no-such", {
    method: "POST",
    body: Buffer.alloc(5 * MIB, "1"),
    headers: { "content-type": "application/json" },
  });
  expect(reply.status).toBe(404);
});

test("one connection too many is closed", async () => {
  for (let i = 0; i < 8; i++) open();
  await pause(50);
  const ended = new Promise((resolve) =>
    open("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").once("close", resolve),
  );
  await expect(Promise.race([ended.then(() => "closed"), pause(1000, "open")])).resolves.toBe("closed");
});

test("a sender who is told that its time is over, and goes on, is cut off", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined).resume();
    answerBrokenRequest(Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  sockets.push(socket);
  socket.on("error", () => undefined).resume();
  const ended = new Promise((resolve) => socket.once("close", resolve));
  const drip = setInterval(() => socket.write("x"), 50);
  await expect(Promise.race([ended.then(() => "closed"), pause(2500, "open")])).resolves.toBe("closed");
  clearInterval(drip);
  server.close();
});
