/** The routes of the mock API: the shapes of the real server, from computed data. */

import type { Activity } from "../../src/domain/activity.ts";
import type { ManifestAnswer } from "../src/api/work-types.ts";
import { idOf, numberOf, TIMELINE, timelineRow } from "./deployments.ts";
import { cellRow, statusItems } from "./matrix.ts";
import { canDeploy, type Rules, rulesOf } from "./rules.ts";
import { runById, runLines } from "./runs.ts";
import { deliveries, localActions, namesAnswer, rawDelivery, sourcesAnswer, tokens } from "./sources.ts";
import { connections, traceOf } from "./traces.ts";
import { ACTORS, ENVIRONMENTS, SERVICES, SOURCES, TEAMS } from "./words.ts";
import { DIFFERENCES, workOf } from "./work.ts";

/** Rows that one page may look at, as the real server's row budget. */
const BUDGET = 4_000;

export interface World {
  baseMs: number;
  mode: "open" | "none";
  empty: boolean;
  /** Deployments that arrived while the mock runs, newest first. */
  arrived: Activity[];
  /** Activities that a test of a connection invented. */
  tests: Set<string>;
  names: ReturnType<typeof namesAnswer>;
  sources: ReturnType<typeof sourcesAnswer>;
  rules: Rules;
  status: ReturnType<typeof statusItems>;
}

export function createWorld(baseMs: number, empty: boolean, mode: "open" | "none"): World {
  const names = namesAnswer(baseMs);
  const sources = sourcesAnswer(baseMs);
  return {
    baseMs,
    mode,
    empty,
    arrived: [],
    tests: new Set(),
    rules: rulesOf(baseMs),
    names,
    sources: empty ? { ...sources, items: [] } : sources,
    status: empty ? [] : statusItems(baseMs),
  };
}

type Answer = { status: number; body: unknown };
const ok = (body: unknown): Answer => ({ status: 200, body });
const notFound = (what: string): Answer => ({
  status: 404,
  body: {
    error: {
      code: "not_found",
      message: `There is no ${what}.`,
      hint: "Look at /timeline for what there is.",
    },
  },
});

const invalid = (message: string): Answer => ({
  status: 400,
  body: { error: { code: "input.invalid", message, hint: "See /openapi.json." } },
});

const EXACT: Record<string, (world: World, search: URLSearchParams) => Answer> = {
  "/v1/me": ({ mode }) =>
    ok({
      mode,
      id: "local",
      name: null,
      scopes: ["read", "write", "deploy", "admin"],
      signIn: { token: true, oidc: { label: "Sign in with Example", url: "/v1/oidc" } },
    }),
  "/v1/about": () => ok({ version: "0.1.0", home: "mock", demo: true }),
  "/v1/status": ({ status }, search) => {
    const service = search.get("service");
    const items = service === null ? status : status.filter((item) => item.service === service);
    return ok({ items, environments: ENVIRONMENTS });
  },
  "/v1/facets": () =>
    ok({ services: SERVICES, teams: TEAMS, environments: ENVIRONMENTS, sources: SOURCES, actors: ACTORS }),
  "/v1/sources": ({ sources }) => ok(sources),
  "/v1/names": ({ names }) => ok(names),
  "/v1/andon": ({ rules }) => ok({ items: rules.andons }),
  "/v1/freezes": ({ rules }) => ok({ items: rules.freezes, overrides: [], windows: [] }),
  "/v1/locks": ({ rules }) => ok({ items: rules.locks }),
  "/v1/drift": () => ok({ items: [] }),
  "/v1/approvals": ({ rules }) => ok(rules.approvals),
  "/v1/can-deploy": ({ rules }, search) => ok(canDeploy(rules, search)),
  "/v1/pipeline-runs": ({ baseMs, empty }, search) =>
    ok({ items: empty ? [] : runLines(baseMs, search.get("open") === "true"), next: null }),
  "/v1/local-actions": ({ baseMs }) => ok({ items: localActions(baseMs) }),
  "/v1/traces": (world, search) => {
    const recent = new URLSearchParams(search);
    recent.delete("since"); // `30d`: all that the mock has is newer
    const { items, next } = pageOf(world, recent);
    return ok({ items: workOf(items), next });
  },
  "/v1/report/differences": () => ok(DIFFERENCES),
  "/v1/report/effects": () => ok({ title: "No metric is pushed", asked: 0, items: [] }),
  "/v1/map": () => ok({ items: connections(), since: "2026-08-01T00:00:00.000Z" }),
  "/v1/tokens": ({ baseMs }) => ok({ items: tokens(baseMs) }),
  "/v1/deliveries": ({ baseMs }, search) => {
    const outcome = search.get("outcome") ?? "accepted";
    if (!["accepted", "ignored", "unmapped"].includes(outcome)) return invalid(`outcome: ${outcome}`);
    return ok({ items: deliveries(baseMs, outcome), next: null });
  },
  "/v1/deployments": (world, search) => ok(pageOf(world, search)),
  "/v1/activities": (world, search) => ok(pageOf(world, search)),
};

export function answer(world: World, path: string, search: URLSearchParams): Answer {
  const exact = EXACT[path];
  if (exact !== undefined) return exact(world, search);
  const [, , list, id] = path.split("/");
  if (id === undefined) return notFound("such route");
  if (list === "pipeline-runs") return runAnswer(world, id, path, search);
  if (list === "deliveries") return ok(rawDelivery(id, world.baseMs));
  if (list === "manifest") return ok(nothingKnown());
  if (list === "traces") return traceAnswer(world, id);
  if (list === "deployments" || list === "activities") return detail(world, id);
  return notFound("such route");
}

/** What a deployment brought, where no commit was ever told of. */
const nothingKnown = (): ManifestAnswer => ({
  ...{
    from: null,
    to: null,
    commits: null,
    takenBack: null,
    lines: null,
    changes: [],
    tickets: [],
    authors: [],
  },
  reason: "no commit of it is known",
  hint: "Bring them: vice data import git",
});

function runAnswer({ baseMs }: World, id: string, path: string, search: URLSearchParams): Answer {
  const run = runById(id, baseMs);
  if (run === null) return notFound(`run ${id}`);
  if (!path.includes("/log/")) return ok(run);
  return ok({ text: search.get("from") === "0" ? "214 tests passed\n" : "", next: 17 });
}

function traceAnswer({ baseMs }: World, id: string): Answer {
  const trace = traceOf(id, baseMs);
  return trace === null ? notFound(`trace ${id}`) : ok(trace);
}

function rowOf(world: World, id: string): Activity | null {
  const arrived = world.arrived.find((one) => one.id === id);
  if (arrived !== undefined) return arrived;
  const n = numberOf(id);
  if (idOf(n) !== id || n >= TIMELINE + 2 * SERVICES.length * ENVIRONMENTS.length) return null;
  return n < TIMELINE ? timelineRow(n, world.baseMs) : cellRow(n, world.baseMs);
}

const linkedOf = (id: string): object => ({
  ...{ id, kind: "deployment", name: "shop v1.4.1 to staging", status: "succeeded", source: "gitlab" },
  reason: "commit 4bf92f35",
});

function detail(world: World, id: string): Answer {
  const row = rowOf(world, id);
  if (row === null) return notFound(`activity ${id}`);
  const step = (name: string, at: string) => ({
    step: name,
    at,
    receivedAt: at,
    deliveryId: null,
    verified: true,
    facts: {},
  });
  return ok({
    ...row,
    transitions: [
      step("running", row.startedAt ?? row.occurredAt),
      ...(row.finishedAt === null ? [] : [step(row.status ?? "succeeded", row.finishedAt)]),
    ],
    links: [{ to: idOf(numberOf(id) + 1), reason: "commit 4bf92f35" }],
    causes: [linkedOf(idOf(numberOf(id) + 1))],
    effects: [],
    deliveries: [rawDelivery("0193aaaa-0000-7000-8000-0000000000ff", world.baseMs, row.source)],
    history: [],
    excluded: world.tests.has(id) ? "voided: test: a sample sent by vice itself" : null,
  });
}

/** Keyset paging by number: the cursor says where to go on, and short pages happen as on the real server. */
export function pageOf(world: World, search: URLSearchParams): { items: Activity[]; next: string | null } {
  const limit = Math.min(Number(search.get("limit") ?? 50), 1000);
  const cursor = search.get("cursor");
  const items: Activity[] = cursor === null ? world.arrived.filter((row) => fits(row, search)) : [];
  if (world.empty) return { items, next: null };
  let n = cursor === null ? 0 : Number(cursor);
  const end = Math.min(TIMELINE, n + BUDGET);
  for (; n < end && items.length < limit; n++) {
    const row = timelineRow(n, world.baseMs);
    if (isTooOld(row, search)) return { items, next: null };
    if (fits(row, search)) items.push(row);
  }
  return { items, next: n < TIMELINE ? String(n) : null };
}

const isTooOld = (row: Activity, search: URLSearchParams): boolean =>
  row.occurredAt < new Date(Date.parse(search.get("since") ?? "2000-01-01") - 200_000).toISOString();

function fits(row: Activity, search: URLSearchParams): boolean {
  const same = (key: "service" | "team" | "environment" | "tier" | "source" | "status" | "kind"): boolean =>
    !search.has(key) || row[key] === search.get(key);
  if (
    !["service", "team", "environment", "tier", "source", "status", "kind"].every((key) =>
      same(key as "service"),
    )
  )
    return false;
  const actor = search.get("actor");
  if (actor !== null && row.actor?.name !== actor) return false;
  const since = search.get("since");
  const until = search.get("until");
  return (since === null || row.occurredAt >= since) && (until === null || row.occurredAt < until);
}
