/** Measures appending events of 1 KB, 100 for each commit, beside writing the same bytes to a file with fdatasync. */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import type { NewEvent } from "../src/domain/event.ts";
import { activityId, sha256Hex, uuidv7 } from "../src/kit/ids.ts";
import type { NewDelivery } from "../src/ports/deliveries.ts";
import type { AppendItem } from "../src/ports/event-log.ts";
import type { Store } from "../src/ports/store.ts";
import { median, type Row, type Size, spent } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const GROUP = 100;
const EVENT_BYTES = 1024;
/** What the envelope adds to the data of an event. */
const ENVELOPE_BYTES = 700;
const SETTINGS = { configRules: [], sourceOrder: [], abandonAfterMs: 86_400_000, environmentOrder: [] };

interface Contender {
  what: string;
  goal: string;
  commit: () => void;
  close: () => void;
  perSecond: number[];
  cpuUs: number[];
}

let made = 0;

/** One deployment as seen once: about 1 KB as an event in the log. */
function event(delivery: NewDelivery | null): NewEvent {
  const n = ++made;
  const at = new Date(1_780_000_000_000 + n * 1000).toISOString();
  const place = {
    service: `service-${n % 200}`,
    environment: ["dev", "test", "stage", "prod"][n % 4] ?? "dev",
  };
  const object = {
    identityKind: "deployment",
    source: "gitlab",
    instance: "gitlab.example.com",
    externalId: `4321/${n}`,
    attempt: 1,
  };
  const facts = {
    kind: "deployment" as const,
    ...place,
    version: `v1.${n}.0`,
    tags: { title: "x".repeat(EVENT_BYTES - ENVELOPE_BYTES) },
  };
  return {
    type: "vice.activity.observed.v1",
    source: "/hooks/gitlab/gitlab.example.com",
    subject: activityId(object),
    time: at,
    data: { object, step: "succeeded", at, reopens: false, facts, verified: true, generation: 0 },
    actor: null,
    traceparent: null,
    delivery: delivery === null ? null : { id: delivery.id, sha256: delivery.bodySha256 },
  };
}

function delivered(): AppendItem {
  const body = Buffer.from(`{"object_kind":"deployment","n":${made},"x":"${"y".repeat(EVENT_BYTES - 60)}"}`);
  const sha256 = sha256Hex(body);
  const delivery: NewDelivery = {
    id: uuidv7(),
    source: "gitlab",
    instance: "gitlab.example.com",
    headerId: `delivery-${made}`,
    bodySha256: sha256,
    seenSha256: sha256,
    receivedAt: new Date().toISOString(),
    verified: true,
    outcome: "accepted",
    reason: null,
    contentType: "application/json",
    headers: { "x-gitlab-event": "Deployment Hook" },
    body,
  };
  return { delivery, events: [event(delivery)] };
}

const group = (make: () => AppendItem): AppendItem[] => Array.from({ length: GROUP }, make);

function rawContender(folder: string): Contender {
  const file = openSync(join(folder, "raw"), "a");
  const bytes = Buffer.alloc(GROUP * EVENT_BYTES, "x");
  const commit = (): void => {
    writeSync(file, bytes);
    fdatasyncSync(file);
  };
  return { what: "raw", goal: "", commit, close: () => closeSync(file), perSecond: [], cpuUs: [] };
}

function storeContender(
  folder: string,
  what: string,
  goal: string,
  make: () => AppendItem,
  after: (store: Store) => void,
): Contender {
  const store = openSqliteStore({
    file: join(folder, `${sha256Hex(what).slice(0, 8)}.db`),
    mode: "write",
    settings: SETTINGS,
  });
  // What comes in is made before the clock starts: only the store is measured.
  let ready = group(make);
  const commit = (): void => {
    store.log.append(ready);
    after(store);
  };
  const refilled = { commit, refill: () => (ready = group(make)) };
  return { what, goal, ...refilled, close: () => store.close(), perSecond: [], cpuUs: [] };
}

const finish = (store: Store): void => {
  while (!store.maintenance.work(50).idle);
};

const alone = (): AppendItem => ({ delivery: null, events: [event(null)] });

function measure(contender: Contender & { refill?: () => void }, commits: number): void {
  const sum = { ms: 0, cpuUs: 0 };
  for (let at = 0; at < commits; at += 1) {
    contender.refill?.();
    const { ms, cpuUs } = spent(contender.commit);
    sum.ms += ms;
    sum.cpuUs += cpuUs;
  }
  contender.perSecond.push((commits * GROUP * 1000) / sum.ms);
  contender.cpuUs.push(sum.cpuUs / (commits * GROUP));
}

export function appendBench({ quick }: Size): Promise<Row[]> {
  const [rounds, commits] = quick ? [5, 20] : [15, 60];
  return inScratch(async (folder) => {
    const raw = rawContender(folder);
    const contenders = [
      storeContender(folder, "append, hash-chained log alone", ">= 0.3x", alone, () => {}),
      storeContender(
        folder,
        "append, whole transaction (delivery, dedupe, event)",
        ">= 0.1x",
        delivered,
        () => {},
      ),
      storeContender(folder, "append, with the read models that follow", "(not asked)", delivered, finish),
    ];
    const all = [raw, ...contenders];
    for (const each of all) measure(each, 5);
    for (const each of all) each.perSecond.length = each.cpuUs.length = 0;
    for (let round = 0; round < rounds; round += 1) for (const each of all) measure(each, commits);
    for (const each of all) each.close();
    return contenders.map((each) => rowOf(each, raw));
  });
}

function rowOf({ what, goal, perSecond, cpuUs }: Contender, raw: Contender): Row {
  const [value, referenceValue] = [median(perSecond), median(raw.perSecond)];
  const reference = "write + fdatasync of the same bytes";
  return {
    what,
    value,
    unit: "events/s",
    reference,
    referenceValue,
    ratio: value / referenceValue,
    goal,
    cpuUs: median(cpuUs),
  };
}
