/** Kills the server with -9 while a channel is told: nothing is lost, the order holds, and a repetition has the same id. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { httpReceiver } from "../http-receiver.ts";
import { startServer, vice } from "./server.ts";

const home = mkdtempSync(join(tmpdir(), "vice-notices-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const MESSAGES = 12;
const KILLS = 3;
const SECRET = `whsec_${Buffer.from("a key of at least twenty-four bytes").toString("base64")}`;

test(`holds for ${KILLS} kills`, async () => {
  const receiver = await httpReceiver();
  const channel = { type: "webhook", url: receiver.url, secret: "env:HOOK", on: ["andon"] };
  writeFileSync(join(home, "vice.server.yaml"), JSON.stringify({ notify: { ops: channel } }));
  const env = { HOOK: SECRET };
  let pulled = 0;
  for (let kill = 0; kill <= KILLS; kill += 1) {
    const server = await startServer(home, env);
    // The first answer never comes: the kill hits it on its way.
    if (kill < KILLS) receiver.answer(null);
    else receiver.answer({ status: 200 });
    for (let n = 0; n < MESSAGES / (KILLS + 1); n += 1) {
      pulled += 1;
      const asked = await fetch(`${server.url}/v1/andon`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reason: `number ${pulled}`, service: "shop", new: true }),
      });
      expect(asked.status).toBe(200);
    }
    if (kill < KILLS) {
      await receiver.came(kill + 1);
      await server.end("SIGKILL");
    } else {
      await receiver.came(KILLS + MESSAGES);
      await server.end("SIGTERM");
    }
  }
  const told = receiver.received.map(({ headers, body }) => ({
    id: headers["webhook-id"],
    number: Number(/number (\d+)/.exec(body)?.[1]),
  }));
  const delivered = told.slice(KILLS);
  expect(told.slice(0, KILLS)).toEqual(Array(KILLS).fill(delivered[0]));
  expect(delivered.map(({ number }) => number)).toEqual(Array.from({ length: MESSAGES }, (_, n) => n + 1));
  expect(new Set(delivered.map(({ id }) => id)).size).toBe(MESSAGES);
  const left = await vice(home, ["notify", "outbox", "--json"], env);
  expect(JSON.parse(left.stdout)).toEqual({ items: [] });
  await receiver.close();
}, 60_000);
