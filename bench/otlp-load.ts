/** Histories to be exported: pieces of work that hang together over tools, and deployments that nothing leads to. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import type { NewEvent } from "../src/domain/event.ts";
import type { Facts, ObjectKey } from "../src/domain/transition.ts";
import { activityId, sha256Hex } from "../src/kit/ids.ts";
import type { Store } from "../src/ports/store.ts";

const GROUP = 1000;
const T0 = Date.parse("2026-11-01T00:00:00.000Z");
const EVERY_MS = 20_000;
const LASTS_MS = 90_000;

export type Told = NewEvent<"vice.activity.observed.v1">;

const keyOf = (identityKind: string, externalId: string): ObjectKey => ({
  ...{ identityKind, source: "gitlab", instance: "gitlab.example.com", externalId, attempt: 1 },
});

function eventOf(n: number, object: ObjectKey, facts: Facts): Told {
  const startMs = T0 + n * EVERY_MS;
  const at = new Date(startMs + LASTS_MS).toISOString();
  return {
    type: "vice.activity.observed.v1",
    ...{ source: "/hooks/gitlab/gitlab.example.com", subject: activityId(object), time: at },
    data: {
      ...{ object, step: "succeeded", at, reopens: false, verified: true, generation: 0 },
      facts: { ...facts, startedAt: new Date(startMs).toISOString() },
    },
    ...{ actor: null, traceparent: null, delivery: null },
  };
}

const commitOf = (n: number): string => sha256Hex(String(n)).slice(0, 40);

/** A deployment of a commit that nobody tells more about. */
export function aloneOf(n: number): Told {
  const repository = `https://gitlab.example.com/group/service-${n % 200}`;
  return eventOf(n, keyOf("deployment", `4321/${n}`), {
    ...{ kind: "deployment", service: `service-${n % 200}`, repository },
    environment: ["test", "staging", "prod-eu"][n % 3] ?? "test",
    ...{ version: `v1.${n % 900}.0`, commitSha: commitOf(n), ref: "main" },
    url: `https://gitlab.example.com/group/service/-/jobs/${n}`,
    tags: { job: "deploy", runner: "shared-4" },
  });
}

/** Spans of one piece of work. */
const PARTS = 10;

/** Pieces of work of ten spans: a change, the pipeline of its branch with six steps, and its way into two environments. */
export function workOf(n: number): Told {
  const [work, part] = [Math.floor(n / PARTS), n % PARTS];
  const service = `service-${work % 200}`;
  const repository = `https://gitlab.example.com/group/${service}`;
  const pipeline = keyOf("pipeline", `4321/${work}`);
  const own = { service, repository, commitSha: commitOf(work), ref: `fix-${work}` };
  const page = `${repository}/-/pipelines/${work}`;
  if (part === 0)
    return eventOf(n, keyOf("change", `4321/${work}`), {
      ...{ ...own, kind: "change", url: `${repository}/-/merge_requests/${work}` },
      tags: { number: String(work), title: `SHOP-${work} mends the basket`, targetBranch: "main" },
    });
  if (part === 1)
    return eventOf(n, pipeline, { ...own, kind: "pipeline", url: page, tags: { name: "build" } });
  if (part < PARTS - 2)
    return eventOf(n, keyOf("stage", `4321/${n}`), {
      ...{ ...own, kind: "stage", parentId: activityId(pipeline), url: `${repository}/-/jobs/${n}` },
      tags: { job: `step-${part}`, runner: "shared-4" },
    });
  return eventOf(n, keyOf("deployment", `4321/${n}`), {
    ...{ ...own, kind: "deployment", ref: "main", version: `v1.${work}.0`, url: page },
    environment: part === PARTS - 2 ? "staging" : "prod-eu",
    tags: { job: "deploy", runner: "shared-4" },
  });
}

/** Links of a piece of work: the change to the pipeline, and both to each deployment. */
export const LINKS_OF_WORK = 5 / PARTS;

export function filled(folder: string, spans: number, told: (n: number) => Told): Store {
  mkdirSync(folder);
  const settings = { configRules: [], sourceOrder: [], environmentOrder: [], abandonAfterMs: 86_400_000 };
  const store = openSqliteStore({ file: join(folder, "vice.db"), mode: "write", settings });
  for (let from = 0; from < spans; from += GROUP) {
    const events = Array.from({ length: GROUP }, (_, at) => told(from + at));
    store.log.append(events.map((event) => ({ delivery: null, events: [event] })));
    store.maintenance.catchUp();
  }
  while (!store.maintenance.work(1000).idle);
  return store;
}
