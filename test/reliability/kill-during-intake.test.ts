/** Kills the server with SIGKILL while deliveries come in, again and again: what it acknowledged is there, once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { openStore } from "../data-services.ts";
import { amounts } from "../level.ts";
import { clientOf } from "./post.ts";
import { builtTwice } from "./read-models.ts";
import { type Server, startServer } from "./server.ts";
import { GITHUB_SECRET, type SignedDelivery, signedDelivery } from "./signed-delivery.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-kill-"));
const CONNECTIONS = 16;
/** Kills on one home before a new one is begun: checking everything costs more the longer the log is. */
const KILLS_PER_HOME = 10;
const running = new Set<Server>();

afterAll(async () => {
  await Promise.all([...running].map((server) => server.end("SIGKILL")));
  rmSync(folder, { recursive: true, force: true });
});

/** What the sender knows: what it sent, and what was acknowledged. */
interface Sender {
  next: number;
  sent: SignedDelivery[];
  acknowledged: Set<string>;
}

function nextDelivery(sender: Sender): SignedDelivery {
  const n = sender.next++;
  const state = n % 2 === 0 ? "in_progress" : "success";
  const deployment = Math.floor(n / 2) + 1;
  const delivery = signedDelivery(`delivery-${n}`, {
    deployment,
    state,
    service: `s${deployment % 7}`,
    atMs: 1_795_000_000_000 + n * 500,
  });
  sender.sent.push(delivery);
  return delivery;
}

/** Mostly some time after the first acknowledgement, sometimes before it. */
async function killingTime(kill: number, first: Promise<void>): Promise<void> {
  if (kill % 5 !== 4) await first;
  await new Promise((resolve) => setTimeout(resolve, (kill * 37) % 160));
}

/** Sends until the server dies; what was not acknowledged before is sent again first, as vendors do. */
async function sendUntilDeath(server: Server, sender: Sender, kill: number): Promise<void> {
  const { post, close } = clientOf(server.url, CONNECTIONS);
  const unanswered = sender.sent.filter(({ id }) => !sender.acknowledged.has(id));
  const again = [...unanswered, ...sender.sent.slice(-8)];
  let dead = false;
  let heard = (): void => {};
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const work = async (): Promise<void> => {
    while (!dead) {
      const delivery = again.shift() ?? nextDelivery(sender);
      const answer = await post(delivery.path, delivery.headers, delivery.body).catch(() => null);
      if (answer === null) return;
      expect(answer.status, answer.body).toBe(202);
      sender.acknowledged.add(delivery.id);
      heard();
    }
  };
  const workers = Array.from({ length: CONNECTIONS }, work);
  await killingTime(kill, first);
  expect(await server.end("SIGKILL")).toMatchObject({ signal: "SIGKILL" });
  dead = true;
  await Promise.all(workers);
  close();
}

/** Everything that must hold in a home whose server was killed. */
async function check(file: string, sender: Sender): Promise<void> {
  const store = openStore(file, "write");
  const verified = await store.log.verify(null, () => {});
  expect(verified).toMatchObject({ ok: true });
  const { live, rebuilt } = builtTwice(store, file);
  expect(live.length).toBe(rebuilt.length);
  expect(live).toEqual(rebuilt);
  store.close();
  const db = new DatabaseSync(file, { readOnly: true });
  const kept = db.prepare("SELECT header_id AS id, count(*) AS times FROM delivery GROUP BY header_id").all();
  const twice = db
    .prepare("SELECT body FROM event GROUP BY json_extract(body, '$.delivery.id') HAVING count(*) > 1")
    .all();
  db.close();
  expect(kept.filter(({ times }) => times !== 1)).toEqual([]);
  expect(twice).toEqual([]);
  const ids = new Set(kept.map(({ id }) => id));
  expect([...sender.acknowledged].filter((id) => !ids.has(id))).toEqual([]);
}

test(
  `kill -9 during intake, ${amounts.kills} times: nothing acknowledged is lost, nothing is there twice`,
  async () => {
    let home = "";
    let sender: Sender = { next: 0, sent: [], acknowledged: new Set() };
    let acknowledged = 0;
    for (let kill = 0; kill < amounts.kills; kill += 1) {
      if (kill % KILLS_PER_HOME === 0) {
        home = mkdtempSync(join(folder, "home-"));
        acknowledged += sender.acknowledged.size;
        sender = { next: 0, sent: [], acknowledged: new Set() };
      }
      const server = await startServer(home, { VICE_HOOK_SECRET_GITHUB: GITHUB_SECRET });
      running.add(server);
      await sendUntilDeath(server, sender, kill);
      running.delete(server);
      await check(join(home, "vice.db"), sender);
    }
    expect(acknowledged + sender.acknowledged.size).toBeGreaterThan(amounts.kills * 5);
  },
  amounts.testTimeoutMs * 6,
);
