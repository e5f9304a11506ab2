/** Reads Heroku's apps from vice's side: releases with the commits of their slugs, and builds, newest first. */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { ViceError } from "../../../kit/errors.ts";
import { toIso } from "../../../kit/time.ts";
import type { Connection, Poller, PollPage, SourceHttp } from "../../../ports/source.ts";
import { ask, fieldOf, readCursor, requireNames, shareOf } from "../polling.ts";
import { text } from "../shaping.ts";
import { buildTransitions, releaseTransitions } from "./map.ts";
import { deliverySchema, type HerokuDelivery } from "./schema.ts";
import { apiOf, headersFor, stageEnricher } from "./stage.ts";

/**
 * The lists and the field that each is ordered by (Platform API reference "Ranges"; the names are those of its
 * `Accept-Ranges`). Few releases at a time, because each slug is asked for its commit.
 */
const LISTS = {
  releases: { range: "version ..; order=desc, max=50", resource: "release" },
  builds: { range: "created_at ..; order=desc, max=200", resource: "build" },
} as const;
const PHASES = ["releases", "builds"] as const;

/** A release that changed after `since` may have been made so much earlier: its release phase takes a while. */
const LOOKBACK_MS = 86_400_000;

const walkSchema = z.object({
  at: z.number().int().nonnegative(),
  phase: z.enum(PHASES),
  /** What Heroku gave as `Next-Range`; `null` = the first page. */
  range: z.string().nullable(),
  until: z.string(),
  /** The app, and the stage it has in its pipeline now. */
  app: z.object({ id: z.string(), name: z.string().nullable(), coupling: z.unknown() }).nullable(),
});
type Walk = z.infer<typeof walkSchema>;

interface Call {
  connection: Connection;
  http: SourceHttp;
}

const get = (
  { connection, http }: Call,
  path: string,
  { range, absent = [] }: { range?: string; absent?: readonly number[] } = {},
) => {
  const headers = headersFor(connection.token);
  const wanted = range === undefined ? headers : { ...headers, range };
  return ask(http, `${apiOf(connection)}${path}`, wanted, absent);
};

/** @throws ViceError `outside.unreachable` when there is no such app */
async function readApp(call: Call, name: string): Promise<NonNullable<Walk["app"]>> {
  const body = (await get(call, `/apps/${encodeURIComponent(name)}`))?.body;
  const id = text(fieldOf(body, "id"));
  if (id === null)
    throw new ViceError("outside.unreachable", { url: name, problem: "the answer is not a Heroku app" });
  const coupling = await stageEnricher.fetch(id, call.http, call.connection);
  return { id, name: text(fieldOf(body, "name")), coupling };
}

/** A list of releases names slugs only; what they were built from says each slug ("Slug", info). */
async function commitsOf(call: Call, app: string, rows: readonly unknown[]): Promise<Map<string, unknown>> {
  const slugs = new Set(rows.flatMap((row) => text(fieldOf(fieldOf(row, "slug"), "id")) ?? []));
  const commits = new Map<string, unknown>();
  for (const slug of slugs) {
    const path = `/apps/${encodeURIComponent(app)}/slugs/${encodeURIComponent(slug)}`;
    commits.set(slug, fieldOf((await get(call, path, { absent: [404] }))?.body, "commit"));
  }
  return commits;
}

/** A row in the shape of a webhook's delivery; `null` = it is none. */
function deliveryOf(resource: string, row: unknown, more: object): HerokuDelivery | null {
  if (typeof row !== "object" || row === null) return null;
  return deliverySchema.safeParse({ resource, data: { ...row, ...more } }).data ?? null;
}

async function transitionsOf(
  call: Call,
  phase: Walk["phase"],
  app: NonNullable<Walk["app"]>,
  rows: readonly unknown[],
): Promise<Transition[]> {
  const { resource } = LISTS[phase];
  const { instance } = call.connection;
  const told = (row: unknown, more: object): Transition[] => {
    const delivery = deliveryOf(resource, row, { app: { id: app.id, name: app.name }, ...more });
    if (delivery === null) return [];
    return (phase === "releases" ? releaseTransitions : buildTransitions)(delivery, text(instance));
  };
  if (phase === "builds") return rows.flatMap((row) => told(row, {}));
  const commits = await commitsOf(call, app.id, rows);
  return rows.flatMap((row) => {
    const slug = text(fieldOf(fieldOf(row, "slug"), "id"));
    const release = told(row, slug === null ? {} : { slug: { id: slug, commit: commits.get(slug) } });
    const at = toIso(fieldOf(row, "created_at"));
    // The moment of the release, so that reading again says the very same.
    const stage = release.flatMap(({ object }) =>
      at === null ? [] : stageEnricher.apply([object], app.coupling, at),
    );
    return [...release, ...stage];
  });
}

function advance(walk: Walk, rows: readonly unknown[], nextRange: string | undefined, since: string): Walk {
  const oldest = toIso(fieldOf(rows.at(-1), "created_at"));
  const enough = oldest === null || Date.parse(oldest) < Date.parse(since) - LOOKBACK_MS;
  if (nextRange !== undefined && !enough) return { ...walk, range: nextRange };
  const phase = PHASES[PHASES.indexOf(walk.phase) + 1];
  return phase === undefined
    ? { ...walk, at: walk.at + 1, phase: PHASES[0], range: null, app: null }
    : { ...walk, phase, range: null };
}

const movedSince = (since: string) => (row: unknown) => {
  const at = toIso(fieldOf(row, "updated_at")) ?? toIso(fieldOf(row, "created_at"));
  return at === null || Date.parse(at) >= Date.parse(since);
};

/** `only`: apps by name or id. The token needs the scope `read`. The stage is the one that an app has now. */
export const herokuPoller: Poller = {
  needs: "Heroku app",
  async page(connection, since, cursor, http): Promise<PollPage> {
    const { only } = connection;
    requireNames(only, "Heroku app");
    const start: Walk = { at: 0, phase: PHASES[0], range: null, until: new Date().toISOString(), app: null };
    const walk = readCursor(walkSchema, cursor) ?? start;
    const name = only[walk.at];
    if (name === undefined) return { transitions: [], cursor: null, progress: 1 };
    const call: Call = { connection, http };
    const app = walk.app ?? (await readApp(call, name));
    const { phase } = walk;
    const path = `/apps/${encodeURIComponent(app.id)}/${phase}`;
    const answer = await get(call, path, { range: walk.range ?? LISTS[phase].range });
    const rows: unknown[] = Array.isArray(answer?.body) ? answer.body : [];
    const transitions = await transitionsOf(call, phase, app, rows.filter(movedSince(since)));
    const next = advance({ ...walk, app }, rows, answer?.headers["next-range"], since);
    const reached = toIso(fieldOf(rows.at(-1), "created_at")) ?? since;
    const share = next.phase === phase && next.at === walk.at ? shareOf(walk.until, reached, since) : 1;
    const inApp = (PHASES.indexOf(phase) + share) / PHASES.length;
    return {
      transitions,
      cursor: next.at >= only.length ? null : JSON.stringify(next),
      progress: (walk.at + inApp) / only.length,
    };
  },
};
