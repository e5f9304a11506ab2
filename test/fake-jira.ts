/** Jira's REST API as it is documented, Cloud and Server, for tests of its poller: issues with changelogs, and the hooks of the same. */
import { expect } from "vitest";
import type { Connection, Reading } from "../src/ports/source.ts";
import { type FakeApi, fakeApi } from "./fake-api.ts";

export const STATUSES = [
  { id: "1", name: "To Do", statusCategory: { key: "new" } },
  { id: "3", name: "In Progress", statusCategory: { key: "indeterminate" } },
  { id: "5", name: "QA", statusCategory: { key: "indeterminate" } },
  { id: "9", name: "Done", statusCategory: { key: "done" } },
];
export const statusOf = (name: string) => STATUSES.find((one) => one.name === name) ?? expect.fail(name);

/** When it went where; the first one is its creation. */
export type Stays = ReadonlyArray<readonly [at: string, column: string]>;

const user = { displayName: "Robin Example", accountId: "5dd5" };

export function issue(number: number, stays: Stays, more: object = {}, updated = stays.at(-1)?.[0]) {
  const histories = stays.slice(1).map(([at, column], index) => {
    const from = statusOf(stays[index]?.[1] ?? "");
    const to = statusOf(column);
    const ids = { from: from.id, fromString: from.name, to: to.id, toString: to.name };
    const items = [
      { field: "resolution", fieldId: "resolution", from: null, to: null },
      { field: "status", fieldId: "status", ...ids },
    ];
    return { id: `${number}${index}`, created: at, author: user, items };
  });
  return {
    id: String(10_000 + number),
    key: `SHOP-${number}`,
    self: `https://shop.example.net/rest/api/2/issue/${10_000 + number}`,
    fields: {
      summary: `Wish number ${number}`,
      created: stays[0]?.[0],
      updated,
      statuscategorychangedate: stays.at(-1)?.[0],
      project: { key: "SHOP", name: "Shop" },
      issuetype: { name: "Story" },
      labels: ["checkout"],
      creator: user,
      status: statusOf(stays.at(-1)?.[1] ?? ""),
      ...more,
    },
    // The latest first, as Cloud has them.
    changelog: { histories: histories.reverse(), total: histories.length },
  };
}
export type Issue = ReturnType<typeof issue>;

/** What Jira's webhooks told of an issue, each a few milliseconds after the change. */
export function hooksOf(found: Issue): Reading[] {
  const { changelog, ...whole } = found;
  const at = (status: unknown) => ({ ...whole, fields: { ...whole.fields, status } });
  const told = [...changelog.histories].reverse();
  const first = told[0]?.items[1];
  const late = (time: unknown): number => Date.parse(String(time)) + 14;
  const made = statusOf(String(Object(first)["fromString"] ?? found.fields.status.name));
  const created = { webhookEvent: "jira:issue_created", issue: at(made), user };
  return [
    { ...created, timestamp: late(found.fields.created) },
    ...told.map(({ created: when, items, author }) => ({
      webhookEvent: "jira:issue_updated",
      timestamp: late(when),
      user: author,
      issue: at(statusOf(String(items[1]?.["toString"]))),
      changelog: { id: "1", items },
    })),
  ].map((body) => ({
    headers: {},
    body,
    instance: null,
    receivedAt: "2026-11-20T12:00:00.000Z",
    options: undefined,
  }));
}

export interface Jira {
  isCloud: boolean;
  issues: Issue[];
  /** So many entries of a changelog come with a search of Cloud. */
  mostEntries?: number;
  /** Tokens that are refused. */
  refused?: string[];
}

export function jiraApi(jira: Jira): Promise<FakeApi> {
  return fakeApi(({ path, query, headers }) => {
    if (!/^(Basic|Bearer) /.test(headers["authorization"] ?? "")) return { status: 401, body: null };
    if (path === "/rest/api/2/serverInfo")
      return { body: { deploymentType: jira.isCloud ? "Cloud" : "Server", version: "1001.0.0" } };
    if (path === "/rest/api/2/status") return { body: STATUSES };
    const [, id] = /^\/rest\/api\/3\/issue\/(\d+)\/changelog$/.exec(path) ?? [];
    if (id !== undefined) {
      const all = [...(jira.issues.find((one) => one.id === id)?.changelog.histories ?? [])].reverse();
      const from = Number(query.get("startAt"));
      const values = all.slice(from, from + 2);
      return { body: { startAt: from, total: all.length, isLast: from + 2 >= all.length, values } };
    }
    const wanted = jira.isCloud ? "/rest/api/3/search/jql" : "/rest/api/2/search";
    if (path !== wanted) return { status: 404, body: { errorMessages: ["no such route"] } };
    expect(query.get("expand")).toBe("changelog");
    const jql = query.get("jql") ?? "";
    expect(jql).toMatch(
      /^project in \("SHOP"\) AND updated >= "(\d{4}-\d\d-\d\d|-\d+m)" ORDER BY created ASC$/,
    );
    const size = Number(query.get("maxResults"));
    const token = query.get("nextPageToken");
    if (token !== null && jira.refused?.includes(token)) return { status: 400, body: { errorMessages: [] } };
    const after = /"(\d{4}-\d\d-\d\d)"/.exec(jql)?.[1] ?? "";
    const found = jira.issues
      .filter(({ fields }) => String(fields.updated) >= after)
      .sort((a, b) => (String(a.fields.created) < String(b.fields.created) ? -1 : 1));
    const from = jira.isCloud ? Number(token?.slice(1) ?? 0) : Number(query.get("startAt"));
    const issues = found.slice(from, from + size).map((one) => {
      const histories = one.changelog.histories.slice(0, jira.isCloud ? jira.mostEntries : undefined);
      return { ...one, changelog: { ...one.changelog, histories } };
    });
    if (!jira.isCloud) return { body: { startAt: from, maxResults: size, total: found.length, issues } };
    const isLast = from + size >= found.length;
    return { body: { issues, isLast, ...(isLast ? {} : { nextPageToken: `t${from + size}` }) } };
  });
}

export const connect = (api: FakeApi): Connection => ({
  url: api.url,
  token: "robin@shop.example.com:t0ken",
  only: ["SHOP"],
  instance: "shop.example.net",
});
