/** Holds what runs where, as kept in memory, against a fresh reading of the file after everything that may change it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { deployment, openStore, plainEvent, T0 } from "../../../../test/data-services.ts";
import type { Step } from "../../../domain/transition.ts";
import type { Store } from "../../../ports/store.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-status-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

type Act = (store: Store, n: number) => void;

const STEPS: readonly Step[] = ["running", "succeeded", "failed"];

const reported = fc.record({
  externalId: fc.integer({ min: 0, max: 12 }),
  service: fc.constantFrom("shop", "pay", "web"),
  environment: fc.constantFrom("dev", "prod", "pr-7"),
  step: fc.constantFrom(...STEPS),
  version: fc.constantFrom("v1", "v2", "v3"),
  atMs: fc.integer({ min: 0, max: 1000 }),
});

const append: fc.Arbitrary<Act> = reported.map(
  ({ externalId, service, environment, step, version, atMs }) =>
    (store) => {
      const facts = { service, environment, version };
      store.log.append([deployment(String(externalId), facts, step, T0 + atMs * 1000)]);
    },
);

/** Corrections of the newest activity, and rules that move all of a service. */
const correct: fc.Arbitrary<Act> = fc
  .constantFrom("void" as const, "restore" as const, "rule" as const)
  .map((what) => (store, n) => {
    const subject = store.read.activities({}, 1, null, T0).items[0]?.id ?? null;
    const rule = { id: `r-${n}`, match: { service: n % 2 === 0 ? "pay" : "web" }, set: { service: "shop" } };
    const events = {
      void: () => plainEvent("vice.activity.voided.v1", { reason: "a test" }, subject),
      restore: () => plainEvent("vice.activity.restored.v1", { reason: "none" }, subject),
      rule: () => plainEvent("vice.names.ruled.v1", { rule, reason: null }),
    };
    store.log.append([{ delivery: null, events: [events[what]()] }]);
  });

const rebuild: fc.Arbitrary<Act> = fc.constant((store: Store) => store.maintenance.startRebuild());

const NOW = T0 + 10_000_000;

test("what is kept equals what is stored, whatever was written in between", () => {
  const acts = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: append },
      { weight: 2, arbitrary: correct },
      { weight: 1, arbitrary: rebuild },
    ),
    { minLength: 1, maxLength: 25 },
  );
  fc.assert(
    fc.property(acts, (all) => {
      const file = join(folder, `${++files}.db`);
      const store = openStore(file, "write");
      for (const [n, act] of all.entries()) {
        act(store, n);
        while (!store.maintenance.work(50).idle);
        const kept = store.read.status({ ephemeral: true }, NOW);
        const fresh = openStore(file, "read");
        const stored = fresh.read.status({ ephemeral: true }, NOW);
        fresh.close();
        expect(kept).toEqual(stored);
      }
      store.close();
    }),
    { numRuns: 15 },
  );
});

test("a reader sees what another process wrote since", () => {
  const file = join(folder, "two.db");
  const writer = openStore(file, "write");
  writer.log.append([deployment("1")]);
  writer.maintenance.catchUp();
  const reader = openStore(file, "read");
  expect(reader.read.status({}, NOW).map(({ running }) => running?.version)).toEqual(["v1"]);
  writer.log.append([deployment("2", {}, "succeeded", T0 + 1000)]);
  writer.maintenance.catchUp();
  expect(reader.read.status({}, NOW).map(({ running }) => running?.version)).toEqual(["v2"]);
  reader.close();
  writer.close();
});
