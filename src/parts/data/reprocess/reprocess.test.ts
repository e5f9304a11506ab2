/** Raw deliveries read again: what was not understood is mapped without loss, what is known keeps its id and its corrections. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { MappingInput } from "../../../adapters/source/generic/index.ts";
import { sample as github } from "../../../adapters/source/github/sample.ts";
import type { ServerConfig } from "../../../ports/services.ts";
import { amend } from "../corrections/amend.ts";
import { rebuild } from "./rebuild.ts";
import { reprocess } from "./reprocess.ts";

const FIRST: MappingInput = {
  id: "$.run",
  status: "$.state",
  service: "$.app",
  environment: "$.stage",
  version: "$.tag",
  finishedAt: "$.at",
  actor: "$.who",
};
/** Also understands runs that name their number otherwise, and takes the version from another field. */
const BETTER: MappingInput = { ...FIRST, id: ["$.run", "$.number"], version: ["$.release", "$.tag"] };

let house: WiredHouse;
let config: Partial<ServerConfig>;
beforeEach(async () => {
  config = { mappings: { deployer: FIRST } };
  house = await openWired(config);
});
afterEach(() => house.close());

const body = (over: Record<string, unknown> = {}) => ({
  run: "7",
  state: "succeeded",
  app: "shop",
  stage: "prod",
  tag: "v1",
  at: "2026-11-20T10:00:00Z",
  who: "robin",
  ...over,
});
const send = (over?: Record<string, unknown>) => house.send({ source: "deployer", body: body(over) });
const better = () => house.wired.reload({ ...house.services.config, mappings: { deployer: BETTER } });
const run = (input: object = {}, over = {}) => house.run(reprocess, input, over);
const items = () => house.services.store.read.activities({}, 100, null, house.clock.nowMs).items;
const counts = () =>
  house.services.store.deliveries
    .stats()
    .map(({ accepted, ignored, unmapped }) => ({ accepted, ignored, unmapped }));

describe("vice data reprocess", () => {
  test("what was not understood is mapped later, without loss, once", async () => {
    expect(await send({ run: undefined, number: 8 })).toMatchObject({ outcome: "unmapped" });
    await better();
    expect(await run({ outcome: "unmapped", dryRun: true })).toMatchObject({
      deliveries: 1,
      changed: 1,
      newlyMapped: 1,
    });
    expect(items()).toEqual([]);
    expect(await run({ outcome: "unmapped" })).toMatchObject({
      deliveries: 1,
      changed: 1,
      newlyMapped: 1,
      dryRun: false,
    });
    expect(items()).toMatchObject([{ service: "shop", externalId: "8", actor: { name: "robin" } }]);
    expect(counts()).toEqual([{ accepted: 1, ignored: 0, unmapped: 0 }]);
    expect(await run()).toMatchObject({ deliveries: 1, changed: 0 });
    const { seq } = house.services.store.log.head();
    expect(await send({ run: undefined, number: 8 })).toMatchObject({
      outcome: "duplicate",
      activities: [items()[0]?.id],
    });
    expect(house.services.store.log.head().seq).toBe(seq);
  });

  test("what is known keeps its id, its trace and what people corrected; nothing is edited", async () => {
    await send({ release: "v1.0.1" });
    const [before] = items();
    await house.run(amend, { id: before?.id, reason: "wrong stage", set: { environment: "staging" } });
    const log = house.services.store.log.events(0, 100);
    await better();
    expect(await run({ source: "deployer" })).toMatchObject({ changed: 1, newlyMapped: 0 });
    expect(items()).toMatchObject([
      { id: before?.id, traceId: before?.traceId, version: "v1.0.1", environment: "staging" },
    ]);
    expect(house.services.store.log.events(0, 100).slice(0, log.length)).toEqual(log);
    expect(await house.services.store.log.verify(null, () => {})).toMatchObject({ ok: true });
    const shown = items();
    expect(await house.run(rebuild, {})).toMatchObject({ activities: 1 });
    expect(items()).toEqual(shown);
  });

  test("another delivery that says the same keeps it when one of them is read otherwise", async () => {
    await send();
    await send({ note: "the same again" });
    const other: MappingInput = { ...FIRST, when: { "$.note": "*" } };
    await house.wired.reload({ ...house.services.config, mappings: { deployer: other } });
    expect(await run()).toMatchObject({ deliveries: 2, changed: 1 });
    expect(items()).toHaveLength(1);
    expect(counts()).toEqual([{ accepted: 1, ignored: 1, unmapped: 0 }]);
  });

  test("corrections count again when what vanished comes back", async () => {
    await send();
    const id = items()[0]?.id;
    await house.run(amend, { id, reason: "wrong", set: { version: "v2" } });
    const unwanted: MappingInput = { ...FIRST, when: { "$.note": "*" } };
    await house.wired.reload({ ...house.services.config, mappings: { deployer: unwanted } });
    await run();
    expect(items()).toEqual([]);
    await better();
    await run();
    expect(items()).toMatchObject([{ id, version: "v2" }]);
  });

  test("what cannot be read again is left as it is and counted", async () => {
    await send();
    await send({ run: "8" });
    await house.services.store.deliveries.dropBodies(house.clock.nowMs + 1);
    await send({ run: "9" });
    await house.wired.reload({
      ...house.services.config,
      mappings: { deployer: { ...FIRST, id: "$.nothing" } },
    });
    expect(await run()).toMatchObject({
      deliveries: 3,
      changed: 0,
      skipped: { bodyDropped: 2, unreadable: 1 },
    });
    await house.wired.reload({ ...house.services.config, mappings: {} });
    expect(await run()).toMatchObject({ changed: 0, skipped: { bodyDropped: 2, unknownSource: 1 } });
    expect(items()).toHaveLength(3);
  });

  test("a person who was forgotten stays forgotten", async () => {
    await send({ release: "v1.0.1" });
    const { maintenance } = house.services.store;
    for (const person of maintenance.findPersons("robin")) maintenance.forgetPerson(person);
    expect(items()[0]?.actor).toBeNull();
    await better();
    expect(await run()).toMatchObject({ changed: 1 });
    expect(items()).toMatchObject([{ version: "v1.0.1", actor: null }]);
    expect(maintenance.findPersons("robin")).toEqual([]);
  });

  test("interrupted it has done a part, and goes on when run again", async () => {
    for (let n = 0; n < 60; n++) await send({ run: String(n), release: "v3" });
    await better();
    const stop = new AbortController();
    await expect(run({}, { signal: stop.signal, progress: () => stop.abort() })).rejects.toThrow();
    const done = items().filter(({ version }) => version === "v3").length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(60);
    const shares: number[] = [];
    expect(await run({}, { progress: (share: number | null) => shares.push(share ?? -1) })).toMatchObject({
      changed: 60 - done,
    });
    expect(items().every(({ version }) => version === "v3")).toBe(true);
    expect(shares.slice(0, 3)).toEqual(shares.slice(0, 3).toSorted((a, b) => a - b));
  });

  test("vendors' webhooks and spool lines read the same again", async () => {
    await house.send({ source: "github", ...github });
    const id = "0193f1c2-7b1e-7a10-8000-1f2e3d4c5b6a";
    const line = {
      v: 1,
      op: "start",
      id,
      at: "2026-11-20T10:00:00Z",
      kind: "action",
      name: "make",
      actor: { name: null, login: "sidney" },
    };
    await house.services.intake.receiveSpool(Buffer.from(`${JSON.stringify(line)}\n`), "laptop");
    expect(await run()).toMatchObject({
      deliveries: 2,
      changed: 0,
      skipped: { unreadable: 0, unknownSource: 0 },
    });
  });
});
