/** Tests that slow senders starve nobody: they give way when memory is short, are cut, and one address is not all of them. */
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";

const MIB = 1024 * 1024;
const LOOK_MS = 40;
const EVENT = { id: "m1", action: "start", type: "deploy", metadata: { service: "shop" } };

let door: TestDoor | null = null;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await door?.close();
  door = null;
});

/** A body that is announced, begun and not gone on with. */
function stalled(port: number, bytes: number, headers = ""): Socket & { answer: () => string } {
  const socket = connect({ port, host: "127.0.0.1" });
  let answer = "";
  socket
    .on("error", () => undefined)
    .on("data", (text) => {
      answer += String(text);
    });
  socket.write(
    `POST /customhttp HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Length: ${26 * MIB}\r\n\r\n${"1".repeat(bytes)}`,
  );
  sockets.push(socket);
  return Object.assign(socket, { answer: () => answer });
}

test("bodies that stand still give way to one that comes", async () => {
  door = await startDoor({ door: { bodyBudgetBytes: 4 * MIB, bodyLookMs: 200 } });
  const slow = [1, 2, 3, 4].map(() => stalled(door?.port ?? 0, MIB - 10));
  await pause(500);
  const reply = await door.post("/customhttp", { ...EVENT, pad: "x".repeat(MIB) });
  expect(reply.status).toBe(200);
  await expect
    .poll(() => slow.filter(({ answer }) => answer().startsWith("HTTP/1.1 503")).length, { timeout: 4000 })
    .toBe(2);
});

test("a body that comes too slowly is cut, and says so", async () => {
  door = await startDoor({ door: { bodyLookMs: LOOK_MS } });
  const quiet = stalled(door.port, MIB);
  const dripping = stalled(door.port, 10);
  const drip = setInterval(() => dripping.write("1"), LOOK_MS / 4);
  for (const socket of [quiet, dripping])
    await expect.poll(() => socket.answer(), { timeout: 5000 }).toContain("came too slowly");
  clearInterval(drip);
  expect((await door.post("/customhttp", EVENT)).status).toBe(200);
});

test("one that comes steadily is not", async () => {
  door = await startDoor({ door: { bodyLookMs: LOOK_MS } });
  const body = JSON.stringify({ ...EVENT, pad: "x".repeat(60_000) });
  const socket = connect({ port: door.port, host: "127.0.0.1" });
  let answer = "";
  socket.on("data", (text) => {
    answer += String(text);
  });
  sockets.push(socket);
  socket.write(`POST /customhttp HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`);
  for (let at = 0; at < body.length; at += 2000) {
    socket.write(body.slice(at, at + 2000));
    await pause(LOOK_MS / 2);
  }
  await expect.poll(() => answer).toContain("HTTP/1.1 200");
});

test("when memory is short one address holds a quarter of it at most", async () => {
  const trustedProxy = { header: "x-user", addresses: ["127.0.0.1"], scopes: ["read"] };
  door = await startDoor({
    config: { trustedProxy },
    env: { VICE_HOOK_SECRET_VALUESTREAM: "s3cret" },
    door: { bodyBudgetBytes: 4 * MIB },
  });
  const from = (address: string): string => `X-Forwarded-For: ${address}\r\n`;
  const greedy = [1, 2, 3, 4].map(() => stalled(door?.port ?? 0, MIB - 1000, from("203.0.113.7")));
  await expect
    .poll(() => greedy.filter(({ answer }) => answer().includes(" 503 ")).length, { timeout: 4000 })
    .toBe(2);
  const pad = "x".repeat(MIB / 2);
  const headers = { "x-forwarded-for": "203.0.113.8", authorization: "Bearer s3cret" };
  expect((await door.post("/customhttp", { ...EVENT, pad }, headers)).status).toBe(200);
});
