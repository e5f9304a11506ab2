/** Tells as Jira does: an issue is created and moves from column to column (Jira platform docs "Webhooks"). */
import { PEOPLE } from "../company.ts";
import { uuidOf } from "../random.ts";
import type { Hook } from "../story.ts";

const HOST = "https://jira.shop.example.com";

export const COLUMNS = ["To Do", "In Progress", "In Review", "Done"] as const;
export type Column = (typeof COLUMNS)[number];

const CATEGORY: Readonly<Record<Column, string>> = {
  "To Do": "new",
  "In Progress": "indeterminate",
  "In Review": "indeterminate",
  Done: "done",
};

export interface Ticket {
  /** `SHOP-78` */
  key: string;
  title: string;
  type: "Story" | "Bug" | "Task" | "Epic";
  /** Key of the epic. */
  epic: string | null;
  component: string | null;
  login: string;
  createdMs: number;
  /** Later columns with the moment of the move, in order. */
  moves: ReadonlyArray<readonly [Column, number]>;
}

/** Jira's own number of an issue. */
const idOf = (key: string): string => String(10_000 + Number(key.split("-")[1]));
const iso = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");

function issueOf({ key, title, type, epic, component, createdMs }: Ticket, column: Column) {
  return {
    id: idOf(key),
    key,
    self: `${HOST}/rest/api/2/issue/${idOf(key)}`,
    fields: {
      summary: title,
      created: iso(createdMs),
      project: { key: "SHOP", name: "Example Shop" },
      issuetype: { name: type },
      priority: { name: type === "Bug" ? "High" : "Medium" },
      components: component === null ? [] : [{ name: component }],
      labels: [],
      status: { name: column, statusCategory: { key: CATEGORY[column] } },
      ...(epic === null ? {} : { parent: { id: idOf(epic), key: epic } }),
    },
  };
}

function hook(ticket: Ticket, atMs: number, webhookEvent: string, column: Column, more = {}): Hook {
  const user = { name: ticket.login, displayName: PEOPLE[ticket.login] ?? ticket.login };
  const body = { timestamp: atMs, webhookEvent, user, issue: issueOf(ticket, column), ...more };
  const headers = {
    "content-type": "application/json",
    "x-atlassian-webhook-identifier": uuidOf(JSON.stringify(body)),
  };
  return { atMs, source: "jira", headers, body };
}

export function ticketHooks(ticket: Ticket): Hook[] {
  let from: Column = "To Do";
  const moves = ticket.moves.map(([column, atMs]) => {
    const items = [{ field: "status", fieldId: "status", fromString: from, toString: column }];
    from = column;
    return hook(ticket, atMs, "jira:issue_updated", column, { changelog: { id: String(atMs), items } });
  });
  return [hook(ticket, ticket.createdMs, "jira:issue_created", "To Do"), ...moves];
}
