/**
 * Reads the actions of boards, newest first, a thousand at a time (Trello REST API, "Get Actions of a Board": `filter`,
 * `since`, `before`, `limit`). Trello keeps them for good on boards of a paid workspace.
 */
import { z } from "zod";
import { toIso } from "../../../kit/time.ts";
import type { Connection, Poller, PollPage } from "../../../ports/source.ts";
import { ask, fieldOf, readCursor, requireNames, shareOf } from "../polling.ts";
import { text } from "../shaping.ts";
import { actionSchema, cardTransition, trelloOptions, USED } from "./action.ts";

const PAGE = 1000;

const walkSchema = z.object({
  /** Which of `only`. */
  board: z.int().min(0),
  /** Id of the oldest action that was read of it. */
  before: z.string().nullable(),
  /** When the walk began. */
  until: z.string(),
});

/** `key:token`, as both are shown at https://trello.com/power-ups/admin (docs "Authorizing With A Header"). */
function headersOf(token: string | null): Record<string, string> {
  const [, key, secret] = /^([\w-]+):([\w-]+)$/.exec(token ?? "") ?? [];
  if (key === undefined || secret === undefined) return {};
  return { authorization: `OAuth oauth_consumer_key="${key}", oauth_token="${secret}"` };
}

function urlOf({ url, only }: Connection, board: number, since: string, before: string | null): string {
  const query = new URLSearchParams({ filter: USED.join(","), limit: String(PAGE), since });
  if (before !== null) query.set("before", before);
  return `${url.replace(/\/+$/, "")}/1/boards/${encodeURIComponent(only[board] ?? "")}/actions?${query}`;
}

export const trelloPoller: Poller = {
  needs: "Trello board",
  async page(connection, since, cursor, http, options): Promise<PollPage> {
    requireNames(connection.only, "Trello board");
    const meant = trelloOptions.parse(options ?? {});
    const walk = readCursor(walkSchema, cursor) ?? {
      board: 0,
      before: null,
      until: new Date().toISOString(),
    };
    const url = urlOf(connection, walk.board, since, walk.before);
    const answer = await ask(http, url, headersOf(connection.token));
    const rows: unknown[] = Array.isArray(answer?.body) ? answer.body : [];
    const transitions = rows.flatMap((row) => {
      const action = actionSchema.safeParse(row).data;
      return (action && cardTransition(action, text(connection.instance), meant)) ?? [];
    });
    const before = text(fieldOf(rows.at(-1), "id"));
    const isMore = rows.length === PAGE && before !== null && before !== walk.before;
    const next = isMore ? { ...walk, before } : { ...walk, board: walk.board + 1, before: null };
    if (next.board >= connection.only.length) return { transitions, cursor: null, progress: 1 };
    const reached = toIso(fieldOf(rows.at(-1), "date")) ?? since;
    const ofBoard = isMore ? shareOf(walk.until, reached, since) : 1;
    const progress = (walk.board + ofBoard) / connection.only.length;
    return { transitions, cursor: JSON.stringify(next), progress };
  },
};
