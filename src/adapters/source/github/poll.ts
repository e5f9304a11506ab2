/** Reads deployments, workflow runs with their jobs, pull requests, issues and commits from GitHub's REST API where no webhook comes through, and for the first fill. */
import { z } from "zod";
import { ViceError } from "../../../kit/errors.ts";
import { toIso } from "../../../kit/time.ts";
import type { Connection, Poller, PollPage } from "../../../ports/source.ts";
import { markIncidents } from "../incident-labels.ts";
import { ask, fieldOf, readCursor, requireNames, shareOf } from "../polling.ts";
import { text, webHost, webUrl } from "../shaping.ts";
import {
  type Call,
  committedAtOf,
  type PolledPage,
  readCommits,
  readDeployments,
  readIssues,
  readPulls,
  readRuns,
  urlOf,
} from "./poll-pages.ts";
import type { Repository } from "./repository.ts";

const PHASES = ["deployments", "runs", "pulls", "issues", "commits"] as const;

/** How long before `since` something may have been made that changes now: an approval takes days. */
const LOOKBACK_MS = 7 * 86_400_000;

/** The lists: by which time they are sorted, newest first, and how far before `since` they are read. */
const LISTS = {
  deployments: { read: readDeployments, by: "created_at", lookbackMs: LOOKBACK_MS },
  runs: { read: readRuns, by: "created_at", lookbackMs: LOOKBACK_MS },
  pulls: { read: readPulls, by: "updated_at", lookbackMs: 0 },
  issues: { read: readIssues, by: "updated_at", lookbackMs: 0 },
  commits: { read: readCommits, by: committedAtOf, lookbackMs: LOOKBACK_MS },
} as const;

/** Where a walk stands: which of `only`, what of it, and which page. */
const walkSchema = z.object({
  at: z.number().int().nonnegative(),
  phase: z.enum(PHASES),
  page: z.number().int().positive(),
  /** Time of the oldest row read so far; lists come newest first. */
  reached: z.string(),
  until: z.string(),
  repository: z
    .object({ instance: z.string(), id: z.string(), name: z.string().nullable(), url: z.string().nullable() })
    .nullable(),
});
type Walk = z.infer<typeof walkSchema>;

function startOf(): Walk {
  const until = new Date().toISOString();
  return { at: 0, phase: PHASES[0], page: 1, reached: until, until, repository: null };
}

/** `https://github.com` has its API elsewhere, GitHub Enterprise Server has it under `/api/v3`. */
function apiOf(connection: Connection): string {
  const url = connection.url.replace(/\/+$/, "");
  const host = webHost(url);
  if (host === "github.com" || host === "www.github.com") return "https://api.github.com";
  return host?.startsWith("api.") || url.endsWith("/api/v3") ? url : `${url}/api/v3`;
}

const headersOf = ({ token }: Connection): Record<string, string> => ({
  accept: "application/vnd.github+json",
  "user-agent": "vice-deploy",
  "x-github-api-version": "2022-11-28",
  ...(token === null ? {} : { authorization: `Bearer ${token}` }),
});

/** @throws ViceError `outside.unreachable` when the answer is not a repository */
async function readRepository(call: Call, connection: Connection): Promise<Repository> {
  const url = urlOf(call, "");
  const { body } = (await ask(call.http, url, call.headers)) ?? {};
  const id = text(fieldOf(body, "id"));
  if (id === null)
    throw new ViceError("outside.unreachable", { url, problem: "the answer is not a GitHub repository" });
  const web = webUrl(fieldOf(body, "html_url"));
  const instance = text(connection.instance) ?? webHost(web) ?? webHost(connection.url) ?? "github";
  return { instance, id, name: text(fieldOf(body, "full_name")), url: web };
}

/** Lists come newest first: new rows push others to later pages, so that one is read twice rather than never. */
function advance(walk: Walk, { rows, more }: PolledPage, since: string): Walk {
  const { by, lookbackMs } = LISTS[walk.phase];
  const oldest = toIso(typeof by === "string" ? fieldOf(rows.at(-1), by) : by(rows.at(-1)));
  const enough = oldest === null || Date.parse(oldest) < Date.parse(since) - lookbackMs;
  if (more && !enough) return { ...walk, page: walk.page + 1, reached: oldest };
  const next = PHASES[PHASES.indexOf(walk.phase) + 1];
  const fresh = { ...walk, page: 1, reached: walk.until };
  return next === undefined
    ? { ...fresh, at: walk.at + 1, phase: PHASES[0], repository: null }
    : { ...fresh, phase: next };
}

function progressOf(walk: Walk, since: string, count: number): number {
  const phase = (PHASES.indexOf(walk.phase) + shareOf(walk.until, walk.reached, since)) / PHASES.length;
  return Math.min((walk.at + phase) / count, 1);
}

/**
 * `only`: repositories as `owner/name`. The token needs to read Deployments, Actions and Metadata, and Pull requests, Issues
 * and Contents (commits of the default branch) where they are wanted: without that right they are passed over. A deployment or run that was made more than a week before
 * `since` and changed after it is not seen (a re-run of an old run).
 */
export const poller: Poller = {
  async page(connection, since, cursor, http, options): Promise<PollPage> {
    const { only } = connection;
    requireNames(only, "GitHub repository");
    const walk = readCursor(walkSchema, cursor) ?? startOf();
    const name = only[walk.at];
    if (name === undefined) return { transitions: [], cursor: null, progress: 1 };
    const call: Call = { http, api: apiOf(connection), name, headers: headersOf(connection), since };
    const repository = walk.repository ?? (await readRepository(call, connection));
    const page = await LISTS[walk.phase].read(call, repository, walk.page);
    const next = advance({ ...walk, repository }, page, since);
    const done = next.at >= only.length;
    return {
      transitions: markIncidents(page.transitions, options),
      ...(page.commits === undefined ? {} : { commits: page.commits }),
      cursor: done ? null : JSON.stringify(next),
      progress: progressOf(next, since, only.length),
    };
  },
};
