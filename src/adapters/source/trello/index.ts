/**
 * Source: Trello cards (tickets with each change of list), by webhook and by the actions of a board.
 *
 * Key: the id of the card, which stays when it moves to another board. Trello signs with the address that its webhook was
 * made with, which no proxy needs to tell us: so the address itself is the secret, with a key in it.
 */
import { z } from "zod";
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { text } from "../shaping.ts";
import { actionSchema, cardTransition, trelloOptions, USED } from "./action.ts";
import { trelloPoller } from "./poll.ts";

const envelope = z.looseObject({ action: actionSchema });
const READ: ReadonlySet<string> = new Set(USED);

function normalise({ body, instance, options }: Reading): Normalised {
  const parsed = envelope.safeParse(body);
  if (!parsed.success) return { outcome: "unmapped", reason: "no Trello webhook: action.type is missing" };
  const { action } = parsed.data;
  if (!READ.has(action.type))
    return { outcome: "ignored", reason: `trello action "${action.type.slice(0, 100)}" is not used` };
  const meant = trelloOptions.safeParse(options ?? {}).data ?? trelloOptions.parse({});
  const transition = cardTransition(action, instance, meant);
  if (transition === null)
    return { outcome: "unmapped", reason: "no Trello action: data.card.id is missing" };
  return { outcome: "accepted", transitions: [transition] };
}

export default defineSource({
  name: "trello",
  title: "Trello",
  schemes: [],
  options: trelloOptions,
  deliveryId: (_headers, body) => text(envelope.safeParse(body).data?.action.id),
  normalise,
  poller: trelloPoller,
  setup: [
    "Take an address with a key, as /hooks/trello/main/<secret>: Trello's webhooks cannot send a password.",
    "Find the id of your board: open it, add .json to its address, and read id.",
    'Make the webhook with your API key and token: curl -X POST "https://api.trello.com/1/webhooks?key=KEY&token=TOKEN" -d idModel=<board> -d callbackURL=<the address above>',
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      action: {
        id: "7e577e576929a000000000aa",
        type: "updateCard",
        date: "2026-11-20T10:01:30.000Z",
        memberCreator: { fullName: "Robin Example", username: "robin" },
        data: {
          board: { id: "7e577e576929a00000000001", name: "Example Shop", shortLink: "exampleB" },
          card: {
            ...{ id: "7e577e576929a00000000042", idShort: 42, shortLink: "exampleC" },
            name: "Show the delivery date in the basket",
          },
          listBefore: { id: "7e577e576929a00000000011", name: "To Do" },
          listAfter: { id: "7e577e576929a00000000012", name: "Doing" },
          old: { idList: "7e577e576929a00000000011" },
        },
      },
      model: { id: "7e577e576929a00000000001", name: "Example Shop" },
    },
  },
});
