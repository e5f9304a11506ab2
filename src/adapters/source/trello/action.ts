/**
 * From actions on cards to transitions of a ticket. Webhooks and the list of a board's actions have them in one form
 * (Trello docs "Webhooks", "Action types", "Nested resources: actions"), so both say the very same.
 */
import { z } from "zod";
import { compilePattern } from "../../../domain/pattern.ts";
import type { Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { actorOf, tagsOf, text } from "../shaping.ts";

const loose = z.unknown().nullish();
const named = z.looseObject({ id: loose, name: loose }).nullish().catch(null);

export const actionSchema = z.looseObject({
  id: loose,
  type: z.string(),
  date: loose,
  memberCreator: z.looseObject({ fullName: loose, username: loose }).nullish().catch(null),
  data: z
    .looseObject({
      card: z
        .looseObject({ id: loose, name: loose, idShort: loose, shortLink: loose, closed: loose })
        .nullish()
        .catch(null),
      ...{ board: named, list: named, listBefore: named, listAfter: named },
      old: z.looseObject({ closed: loose }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
export type TrelloAction = z.output<typeof actionSchema>;

const names = (list: readonly string[]) =>
  z
    .array(z.string().trim().min(1).max(200))
    .max(50)
    .default([...list]);

/** `sources.trello.options`. Trello knows no state but the list: what the lists mean is said here; `*` stands for anything. */
export const trelloOptions = z.strictObject({
  /** Lists on which nobody works yet. */
  openLists: names(["backlog*", "to do", "todo", "ideas", "inbox", "next*", "ready*"]),
  /** Lists on which a card is done. */
  doneLists: names(["done*", "complete*", "closed", "released*", "live", "finished*"]),
});
type Options = z.output<typeof trelloOptions>;

/** Where a card is made; the list that it is in then stands in `data.list`. */
const MADE: ReadonlySet<string> = new Set([
  "createCard",
  "copyCard",
  "emailCard",
  "convertToCardFromCheckItem",
]);

/** Actions that say something of a card's way over the board, as the filter of the API takes them. */
export const USED = [...MADE, "updateCard", "moveCardToBoard", "deleteCard"] as const;

const isOne = (patterns: readonly string[], list: string): boolean =>
  patterns.some((pattern) => compilePattern(pattern).test(list));

function stepOf(list: string | null, { openLists, doneLists }: Options): Step {
  if (list === null) return "observed";
  if (isOne(doneLists, list)) return "succeeded";
  return isOne(openLists, list) ? "requested" : "running";
}

interface Move {
  step: Step;
  column: string | null;
  fromColumn: string | null;
}

function moveOf({ type, data }: TrelloAction, options: Options): Move {
  const [here, before, after] = [data?.list, data?.listBefore, data?.listAfter].map((list) =>
    text(list?.name),
  );
  if (type === "deleteCard") return { step: "canceled", column: null, fromColumn: here ?? null };
  if (MADE.has(type) || type === "moveCardToBoard")
    return { step: stepOf(here ?? null, options), column: here ?? null, fromColumn: null };
  if (after != null) return { step: stepOf(after, options), column: after, fromColumn: before ?? null };
  const column = here ?? null;
  const isArchived = data?.old?.closed === false && data.card?.closed === true;
  const isBack = data?.old?.closed === true && data.card?.closed === false;
  // What is put away without being done is given up; on a list of what is done it is tidied up.
  if (isArchived && stepOf(column, options) !== "succeeded")
    return { step: "canceled", column, fromColumn: null };
  return { step: isBack ? stepOf(column, options) : "observed", column, fromColumn: null };
}

/** The first 8 hex digits of an id are seconds since 1970 (Trello support, "Getting the time a card or board was created"). */
function createdAtOf(id: string): string | null {
  const hex = /^([0-9a-f]{8})[0-9a-f]{16}$/i.exec(id)?.[1];
  return hex === undefined ? null : toIso(Number.parseInt(hex, 16) * 1000);
}

const LINK = /^[\w-]{1,40}$/;

/** @returns `null` = the action names no card */
export function cardTransition(
  action: TrelloAction,
  instance: string | null,
  options: Options,
): Transition | null {
  const { data, memberCreator, date, type } = action;
  const card = data?.card;
  const id = text(card?.id);
  if (id === null) return null;
  const { step, column, fromColumn } = moveOf(action, options);
  const link = text(card?.shortLink);
  const board = text(data?.board?.name);
  return {
    object: {
      ...{ identityKind: "ticket", source: "trello", instance: instance ?? "trello.com" },
      ...{ externalId: id, attempt: 1 },
    },
    ...{ step, at: toIso(date), reopens: true },
    facts: {
      ...{ kind: "ticket", service: board, createdAt: createdAtOf(id) },
      actor: actorOf(memberCreator?.fullName, memberCreator?.username),
      url: link !== null && LINK.test(link) ? `https://trello.com/c/${link}` : null,
      tags: tagsOf({
        ...{ key: link, number: card?.idShort, title: card?.name, project: board },
        ...{ column, fromColumn, deleted: type === "deleteCard" ? true : null },
      }),
    },
  };
}
