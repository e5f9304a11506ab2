/** Reads issues with their whole changelog from Jira's REST API, Cloud and Server alike: tickets and each change of column. */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { ViceError } from "../../../kit/errors.ts";
import { toIso } from "../../../kit/time.ts";
import type { Connection, Poller, PollPage, SourceHttp } from "../../../ports/source.ts";
import { markIncidents } from "../incident-labels.ts";
import { type Answer, ask, basicOrBearer, fieldOf, readCursor, shareOf } from "../polling.ts";
import { text } from "../shaping.ts";
import { type FoundIssue, foundIssueSchema, type History, historySchema, issueHistory } from "./history.ts";

const PAGE = 50;
const MAX_CHANGELOG_PAGES = 50;
const FIELDS =
  "summary,created,updated,statuscategorychangedate,project,issuetype,priority,resolution,parent,components,labels,status,creator";
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const walkSchema = z.object({
  isCloud: z.boolean(),
  /** The same for all pages of a walk. */
  jql: z.string(),
  /** Cloud's `nextPageToken`. */
  token: z.string().nullable(),
  /** Server's `startAt`. */
  from: z.number().int().nonnegative(),
  /** When the first issue of all was made; issues come oldest first. */
  first: z.string().nullable(),
  until: z.string(),
});
type Walk = z.infer<typeof walkSchema>;

interface Call {
  connection: Connection;
  http: SourceHttp;
}

const get = ({ connection, http }: Call, path: string, absent: readonly number[] = []) =>
  ask(http, `${connection.url.replace(/\/+$/, "")}${path}`, basicOrBearer(connection.token), absent);

/**
 * Dates in JQL are in the time zone of the token's owner, so a day more is read and what is older is left out. Short spans
 * are told in minutes before now, which know no zone. By creation, so that a change while we read moves no issue.
 */
function jqlOf(only: readonly string[], sinceMs: number, nowMs: number): string {
  const isShort = nowMs - sinceMs < 2 * DAY_MS;
  const day = new Date(sinceMs - DAY_MS).toISOString().slice(0, 10);
  const after = isShort ? `-${Math.ceil((nowMs - sinceMs) / MINUTE_MS) + 1}m` : day;
  const keys = only.map((key) => `"${key.replace(/["\\]/g, "")}"`).join(", ");
  return `${only.length === 0 ? "" : `project in (${keys}) AND `}updated >= "${after}" ORDER BY created ASC`;
}

/** "Get Jira instance info" / "Server info": the same address in Cloud and Server, also without a right. */
async function startOf(call: Call, since: string): Promise<Walk> {
  const info = (await get(call, "/rest/api/2/serverInfo"))?.body;
  const type = text(fieldOf(info, "deploymentType"));
  if (type === null)
    throw new ViceError("outside.unreachable", {
      url: call.connection.url,
      problem: "the answer is not Jira",
    });
  const nowMs = Date.now();
  return {
    isCloud: type.toLowerCase() === "cloud",
    jql: jqlOf(call.connection.only, Date.parse(since), nowMs),
    token: null,
    from: 0,
    first: null,
    until: new Date(nowMs).toISOString(),
  };
}

/**
 * Cloud: "Search for issues using JQL enhanced search (GET)"; a token lives for seven days, one that is refused gives
 * `null`. Server and Data Center: "Search" with `startAt`.
 */
async function search(call: Call, walk: Walk): Promise<Answer | null> {
  const query = new URLSearchParams({
    jql: walk.jql,
    fields: FIELDS,
    expand: "changelog",
    maxResults: String(PAGE),
  });
  if (walk.isCloud && walk.token !== null) query.set("nextPageToken", walk.token);
  if (!walk.isCloud) query.set("startAt", String(walk.from));
  const path = walk.isCloud ? "/rest/api/3/search/jql" : "/rest/api/2/search";
  return get(call, `${path}?${query}`, walk.token === null ? [] : [400]);
}

/** "Get all statuses": the category of each, also of columns that an issue has left. */
async function readCategories(call: Call): Promise<Record<string, string>> {
  const body = (await get(call, "/rest/api/2/status"))?.body;
  const rows: unknown[] = Array.isArray(body) ? body : [];
  const pairs = rows.flatMap((row): Array<[string, string]> => {
    const id = text(fieldOf(row, "id"));
    const key = text(fieldOf(fieldOf(row, "statusCategory"), "key"));
    return id === null || key === null ? [] : [[id, key]];
  });
  return Object.fromEntries(pairs);
}

/** A search of Cloud has only the latest entries of a long changelog: then "Get changelogs" is asked, page by page. */
async function historiesOf(call: Call, issue: FoundIssue): Promise<History[]> {
  const found = (issue.changelog?.histories ?? []).flatMap((one) => one ?? []);
  const total = issue.changelog?.total;
  if (typeof total !== "number" || total <= found.length) return found;
  const all: History[] = [];
  for (let page = 0; page < MAX_CHANGELOG_PAGES; page++) {
    const path = `/rest/api/3/issue/${encodeURIComponent(String(issue.id))}/changelog?startAt=${all.length}&maxResults=100`;
    const answer = await get(call, path, [404]);
    const values = fieldOf(answer?.body, "values");
    const rows: unknown[] = Array.isArray(values) ? values : [];
    all.push(...rows.flatMap((row) => historySchema.safeParse(row).data ?? []));
    if (rows.length === 0 || fieldOf(answer?.body, "isLast") === true) break;
  }
  return all.length > found.length ? all : found;
}

/** `null` = that was all. */
function advance(walk: Walk, body: unknown, rows: readonly FoundIssue[], count: number): Walk | null {
  const first = walk.first ?? toIso(rows[0]?.fields?.created);
  if (walk.isCloud) {
    const token = text(fieldOf(body, "nextPageToken"), 5000);
    return token === null || fieldOf(body, "isLast") === true ? null : { ...walk, first, token };
  }
  const from = walk.from + count;
  const total = fieldOf(body, "total");
  const isMore = typeof total === "number" ? from < total : count === PAGE;
  return count === 0 || !isMore ? null : { ...walk, first, from };
}

/**
 * `only`: keys of projects; empty = all that the token may see. The token is `address:apitoken` in Cloud, a personal access
 * token on Server. Sprints come by webhook only.
 */
export const jiraPoller: Poller = {
  async page(connection, since, cursor, http, options): Promise<PollPage> {
    const call: Call = { connection, http };
    const walk = readCursor(walkSchema, cursor) ?? (await startOf(call, since));
    const answer = await search(call, walk);
    if (answer === null)
      return { transitions: [], cursor: JSON.stringify({ ...walk, token: null }), progress: 0 };
    const issues = fieldOf(answer.body, "issues");
    const listed: unknown[] = Array.isArray(issues) ? issues : [];
    const rows = listed.flatMap((row) => foundIssueSchema.safeParse(row).data ?? []);
    const wanted = rows.filter(({ fields }) => {
      const updated = toIso(fields?.["updated"]);
      return updated === null || Date.parse(updated) >= Date.parse(since);
    });
    const categories = wanted.length === 0 ? {} : await readCategories(call);
    const transitions: Transition[] = [];
    for (const issue of wanted) {
      const histories = await historiesOf(call, issue);
      transitions.push(
        ...markIncidents(issueHistory(issue, histories, categories, text(connection.instance)), options),
      );
    }
    const next = advance(walk, answer.body, rows, listed.length);
    const reached = toIso(rows.at(-1)?.fields?.created) ?? walk.until;
    return {
      transitions,
      cursor: next === null ? null : JSON.stringify(next),
      progress: next === null ? 1 : shareOf(next.first ?? since, reached, walk.until),
    };
  },
};
