/** An issue of Jira's REST API with its changelog, told as the events that Jira sent at the time. */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { lookUp, text } from "../shaping.ts";
import { issueTransitions } from "./issue.ts";
import { type IssueEvent, issueSchema, type JiraIssue } from "./schema.ts";

const loose = z.unknown().nullish();
const user = z.looseObject({ displayName: loose, name: loose }).nullish().catch(null);
const item = z.looseObject({ field: loose, fieldId: loose, from: loose, fromString: loose, to: loose });

/** One entry of a changelog; times as `2019-11-23T07:39:45.582-0500`. */
export const historySchema = z.looseObject({
  created: loose,
  author: user,
  items: z.array(item.catch({})).catch([]),
});
export type History = z.infer<typeof historySchema>;

/** An issue of a search with `expand=changelog`: `total` says whether these are all entries. */
export const foundIssueSchema = issueSchema.extend({
  changelog: z
    .looseObject({ histories: z.array(historySchema.nullable().catch(null)).catch([]), total: loose })
    .nullish()
    .catch(null),
});
export type FoundIssue = z.infer<typeof foundIssueSchema>;

type Item = z.infer<typeof item>;
interface Move {
  item: Item;
  at: string;
  author: History["author"];
}

function movesOf(histories: readonly History[]): Move[] {
  const moves = histories.flatMap(({ created, author, items }): Move[] => {
    const at = toIso(created);
    const move = items.find(({ field, fieldId }) => text(fieldId ?? field)?.toLowerCase() === "status");
    return at === null || move === undefined ? [] : [{ item: move, at, author }];
  });
  return moves.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/**
 * Each move with its own time and doer and few facts, so that reading again says the very same; the full facts stand at
 * the last change.
 * @param categories keys of status categories by id of the status ("Get all statuses")
 */
export function issueHistory(
  found: FoundIssue,
  histories: readonly History[],
  categories: Readonly<Record<string, string>>,
  instance: string | null,
): Transition[] {
  const { fields } = found;
  const moves = movesOf(histories);
  const inColumn = (id: unknown, name: unknown): JiraIssue => ({
    ...{ id: found.id, key: found.key, self: found.self },
    fields: {
      project: fields?.project,
      created: fields?.created,
      status: { id, name, statusCategory: { key: lookUp(categories, text(id)) } },
    },
  });
  const first = moves[0]?.item;
  const event = (webhookEvent: string, timestamp: unknown, more: Partial<IssueEvent>): Transition[] =>
    issueTransitions(
      { webhookEvent, timestamp, user: null, changelog: null, issue: found, ...more },
      instance,
    );
  const status = fields?.status;
  const creator = user.parse(fields?.["creator"]);
  const made =
    first === undefined ? inColumn(status?.id, status?.name) : inColumn(first.from, first.fromString);
  const created = toIso(fields?.created);
  return [
    ...(created === null ? [] : event("jira:issue_created", created, { user: creator, issue: made })),
    ...moves.flatMap(({ item: move, at, author }) => {
      const issue = inColumn(move.to, move.toString);
      return event("jira:issue_updated", at, { user: author, issue, changelog: { items: [move] } });
    }),
    ...event("jira:issue_updated", toIso(fields?.["updated"]) ?? created, {}),
  ];
}
