/** The tickets of Example Shop: those that changes are made for, an epic, and what waits on the board. */
import { LOGINS } from "./company.ts";
import type { Change, Scene } from "./story.ts";
import { type Column, type Ticket, ticketHooks } from "./tools/jira.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** These have numbers that no other ticket gets, so that they can be written down in a text; so has SHOP-83 of the search. */
export const EPIC = "SHOP-77";
const LAST_OF_EPIC = "SHOP-82";
const EPIC_TITLE = "Passkeys instead of passwords";
const FIRST_OTHER = 1000;

/** The older a ticket, the lower its number. */
export function newTicket({ tickets }: World, createdMs: number): string {
  let number = FIRST_OTHER + (Math.floor(createdMs / (30 * MINUTE)) % 9000);
  while (tickets.has(number)) number++;
  tickets.add(number);
  return `SHOP-${number}`;
}

const numberOf = (key: string): number => Number(key.split("-")[1]);
const isOfEpic = (key: string): boolean => numberOf(key) <= numberOf(LAST_OF_EPIC);

/** A change moves its ticket: begun before the first commit, in review while it is open, done some time after the merge. */
export function ticketOf({ random }: World, change: Change): Scene[] {
  const { ticket: key, title, lifeMs, openedMs, mergedMs, login, service, labels, commits } = change;
  if (key === null) return [];
  const firstMs = Date.parse(commits[0]?.committedAt ?? "");
  const startedMs = Math.round(firstMs - Math.min(lifeMs * 0.2, 5 * HOUR) * (0.3 + random.next()));
  const moves: Array<readonly [Column, number]> = [
    ["In Progress", startedMs],
    ["In Review", openedMs + 40_000],
  ];
  if (mergedMs !== null) moves.push(["Done", mergedMs + random.between(20, 240) * MINUTE]);
  const isFix = labels.includes("hotfix") || /^(Fix|Do not|Stop)/.test(title);
  return ticketHooks({
    ...{ key, title, login, moves, component: service.name },
    type: isFix ? "Bug" : random.happens(0.8) ? "Story" : "Task",
    epic: isOfEpic(key) ? EPIC : null,
    createdMs: startedMs - random.between(3, isFix ? 10 : 90) * HOUR,
  });
}

/** What is on the board and has no change yet, and the epic itself. */
export function board(world: World, nowMs: number): Scene[] {
  const { random } = world;
  const plain = (title: string, component: string, createdMs: number): Ticket => ({
    ...{ title, component, createdMs, type: "Story", epic: null, moves: [] },
    key: newTicket(world, createdMs),
    login: random.pick(LOGINS),
  });
  const waiting = WAITING.map(([component, title], nth) =>
    plain(title, component, nowMs - (nth * 1.3 + 0.4) * DAY),
  );
  const begun = BEGUN.map(([component, title, days]): Ticket => {
    const ticket = plain(title, component, nowMs - (days + 2) * DAY);
    return { ...ticket, moves: [["In Progress", nowMs - days * DAY]] };
  });
  const epic: Ticket = {
    ...{ key: EPIC, title: EPIC_TITLE, type: "Epic", epic: null, component: null, login: "alexis" },
    createdMs: nowMs - 12 * DAY,
    moves: [["In Progress", nowMs - 5 * DAY]],
  };
  const last: Ticket = {
    ...plain("Ask for a passkey after the first order", "accounts", nowMs - 5 * DAY),
    ...{ key: LAST_OF_EPIC, epic: EPIC },
  };
  return [epic, last, ...waiting, ...begun].flatMap(ticketHooks);
}

const WAITING = [
  ["shop", "Say when a product comes back"],
  ["search", "Understand sizes in words"],
  ["warehouse", "Print labels without a dialog"],
  ["mailer", "Let people choose how often we write"],
  ["pricing", "Round prices in Swiss francs to five"],
  ["reports", "Show returns by reason"],
] as const;

const BEGUN = [
  ["checkout", "Pay in three parts", 2.2],
  ["mobile-api", "Send less to slow connections", 6.5],
] as const;
