/** A home as a company has it: services in environments with some history, projects with rules, freezes, locks, names. */
import { join } from "node:path";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import type { EventData, EventType, NewEvent } from "../src/domain/event.ts";
import type { Facts } from "../src/domain/transition.ts";
import { activityId, sha256Hex, uuidv7 } from "../src/kit/ids.ts";

export const SERVICES = 200;
export const PROJECTS = 10;
const ENVIRONMENTS = ["dev", "test", "staging", "production"];
const VERSIONS = 10;
const HOUR_MS = 3_600_000;
const SETTINGS = { configRules: [], sourceOrder: [], abandonAfterMs: 6 * HOUR_MS, environmentOrder: [] };

const event = <T extends EventType>(
  type: T,
  subject: string,
  data: EventData[T],
  atMs: number,
): NewEvent<T> => ({
  ...{ type, source: "/bench", subject, data, actor: "token:0193", traceparent: null, delivery: null },
  time: new Date(atMs).toISOString(),
});

function deployment(service: string, environment: string, n: number, atMs: number): NewEvent {
  const externalId = `${service}/${environment}/${n}`;
  const object = {
    ...{
      identityKind: "deployment",
      source: "gitlab",
      instance: "gitlab.example.com",
      externalId,
      attempt: 1,
    },
  };
  const facts: Facts = {
    ...{ kind: "deployment", service: `group/${service}`, environment, version: `v${n}`, ref: "main" },
    ...{ team: "payments", commitSha: sha256Hex(`${service}${n}`).slice(0, 40) },
    url: `https://gitlab.example.com/group/${service}/-/jobs/${n}`,
  };
  const at = new Date(atMs).toISOString();
  return event(
    "vice.activity.observed.v1",
    activityId(object),
    { object, step: "succeeded", at, reopens: false, facts, verified: true, generation: 0 },
    atMs,
  );
}

function project(n: number): EventData["vice.project.registered.v1"] {
  const own = Array.from(
    { length: SERVICES / PROJECTS },
    (_, at) => `service-${n * (SERVICES / PROJECTS) + at}`,
  );
  const night = { reason: "night", timeZone: "Europe/Berlin", every: "day", from: "22:00", to: "06:00" };
  const environments = [
    ...["dev", "test", "staging"].map((name) => ({ name })),
    { name: "production", approvals: 1, maxCommits: 20, freeze: [night] },
  ];
  const config = {
    ...{ version: 1, project: `project-${n}`, team: "payments", environments },
    services: Object.fromEntries(own.map((name) => [name, {}])),
  };
  return { project: `project-${n}`, config, origin: "sent", place: null };
}

/** @param file of the store, which is made */
export function fillRules(home: string): void {
  const store = openSqliteStore({ file: join(home, "vice.db"), mode: "write", settings: SETTINGS });
  const nowMs = Date.now();
  const append = (events: readonly NewEvent[]): void => void store.log.append([{ delivery: null, events }]);
  const rule = { id: uuidv7(), match: { service: "group/*" }, set: { service: "$1" } };
  append([event("vice.names.ruled.v1", rule.id, { rule, reason: null }, nowMs)]);
  for (let n = 0; n < SERVICES; n += 1) {
    const service = `service-${n}`;
    append(
      ENVIRONMENTS.flatMap((environment, step) =>
        Array.from({ length: VERSIONS }, (_, version) =>
          deployment(service, environment, version, nowMs - (100 - version * 4 - step) * HOUR_MS),
        ),
      ),
    );
  }
  append(
    Array.from({ length: PROJECTS }, (_, n) =>
      event("vice.project.registered.v1", `project-${n}`, project(n), nowMs),
    ),
  );
  append(
    Array.from({ length: 10 }, (_, n) => {
      const freezeId = uuidv7();
      const scope = { service: `group/service-${n * 7}`, team: null, environment: null, tier: null };
      const data = { freezeId, scope, from: new Date(nowMs).toISOString(), to: null, reason: "audit" };
      return event("vice.freeze.declared.v1", freezeId, data, nowMs);
    }),
  );
  append(
    Array.from({ length: 40 }, (_, n) => {
      const approvalId = uuidv7();
      const data = {
        service: `service-${n}`,
        environment: "production",
        version: "v9",
        expiresAt: null,
        note: null,
      };
      return event("vice.approval.given.v1", approvalId, { approvalId, ...data }, nowMs);
    }),
  );
  while (!store.maintenance.work(1000).idle);
  store.close();
}
