// What answers is asked again and again, and told apart from what was recorded: found, told once, settled.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contextOf, deployment } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { registerProject, removeProject } from "../../config/register-project.ts";
import { drift } from "./drift-command.ts";
import { watchDrift } from "./watch-drift.ts";

let house: WiredHouse;
let server: Server;
let answers: string;
let asked: number;
let folder: string;
let stop: () => Promise<void>;
const errors: unknown[] = [];
beforeEach(async () => {
  house = await openWired();
  folder = mkdtempSync(join(tmpdir(), "vice-drift-"));
  asked = 0;
  stop = async () => {};
  server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ version: answers }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
});
afterEach(async () => {
  await stop();
  server.close();
  await house.close();
  rmSync(folder, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

async function registered(observe: object): Promise<void> {
  const text = JSON.stringify({
    version: 1,
    project: "shop",
    services: { shop: { target: { command: "true" } } },
    environments: [{ name: "prod-eu", promote: false }],
    observe,
  });
  await house.run(
    registerProject(() => []),
    { files: [{ text, name: "vice.yaml", place: folder, changedAt: null, origin: "sent" }] },
  );
}
const recorded = (version: string, agoMs = 0): void => {
  house.services.store.log.append([
    deployment(
      version,
      { service: "shop", environment: "prod-eu", version },
      "succeeded",
      house.clock.nowMs - agoMs,
    ),
  ]);
};
/** The clock of the house goes on by a minute with each look. */
function watch(): void {
  const begun = Date.now();
  const now = (): number => house.clock.nowMs + (Date.now() - begun) * 60;
  stop = watchDrift({ services: house.services, now, onError: (error) => errors.push(error), tickMs: 100 });
}
const found = async (): Promise<string[]> => {
  const { items } = (await house.run(drift, {})) as { items: Array<{ message: string }> };
  return items.map(({ message }) => message);
};
const told = (): string[] =>
  house.services.store.log
    .events(0, 1000)
    .flatMap(({ type }) => (type.startsWith("vice.drift") ? [type] : []));
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/version`;

test("another version than was recorded is found after it was seen twice, told once, and settles", async () => {
  recorded("1.4.1", 3_600_000);
  recorded("1.4.2");
  answers = "1.4.1";
  await registered({ url: url(), every: "5s" });
  watch();
  await expect.poll(found, { timeout: 15_000 }).toEqual(["gitlab says 1.4.2, the service answers 1.4.1"]);
  const seen = asked;
  await expect.poll(() => asked, { timeout: 15_000 }).toBeGreaterThan(seen + 2);
  expect(told()).toEqual(["vice.drift.found.v1"]);
  answers = "1.4.2";
  await expect.poll(found, { timeout: 15_000 }).toEqual([]);
  expect(told()).toEqual(["vice.drift.found.v1", "vice.drift.settled.v1"]);
});

test("a version that nobody reported is said to be one, by a command too", async () => {
  answers = "";
  writeFileSync(join(folder, "version"), "9.9.9\n");
  await registered({ command: "cat version", every: "5s" });
  watch();
  await expect.poll(found, { timeout: 15_000 }).toEqual(["9.9.9 answers there, and nobody reported it"]);
  recorded("1.0.0");
  await expect
    .poll(found, { timeout: 15_000 })
    .toEqual(["gitlab says 1.0.0, the service answers 9.9.9, which nobody reported"]);
});

test("where nobody asks any more, nothing is said to differ", async () => {
  recorded("1.4.2");
  answers = "1.4.1";
  await registered({ url: url(), every: "5s" });
  watch();
  await expect.poll(found, { timeout: 15_000 }).toHaveLength(1);
  await house.run(removeProject, { project: "shop", reason: "it moved" });
  await expect.poll(found, { timeout: 15_000 }).toEqual([]);
});

test("where nobody answers, nothing is said", async () => {
  recorded("1.4.2");
  await registered({ url: "http://127.0.0.1:9/version", every: "5s" });
  watch();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([await found(), contextOf(house.services).principal.name]).toEqual([[], "local"]);
});

test("a place that answers slowly is asked once at a time", async () => {
  let open = 0;
  let most = 0;
  server.removeAllListeners("request");
  server.on("request", (_request, response) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open -= 1;
      asked += 1;
      response.end(JSON.stringify({ version: "1.4.2" }));
    }, 600);
  });
  recorded("1.4.2");
  await registered({ url: url(), every: "5s" });
  watch();
  await expect.poll(() => asked, { timeout: 15_000 }).toBeGreaterThan(1);
  expect(most).toBe(1);
});
