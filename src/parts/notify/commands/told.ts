/** How it is said what became of a message in its channels; shared by the commands that hand something over. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import type { TextStyle } from "../../../kit/command.ts";
import { printable } from "../../../kit/table.ts";
import { OUTBOX_STATES } from "../../../ports/outbox.ts";
import type { Told } from "../sender.ts";

export const toldSchema = z.strictObject({
  channel: z.string(),
  state: z.enum(OUTBOX_STATES),
  problem: z.string().nullable(),
  nextTryAt: z.string().nullable().describe("When it is tried again, while it waits"),
});

/** Nothing can be reached: not even later. */
export const EXIT_GIVEN_UP = 69;

export const exitOf = (items: readonly Told[]): number =>
  items.some(({ state }) => state === "given-up") ? EXIT_GIVEN_UP : 0;

export function sayTold({ channel, state, problem, nextTryAt }: Told, style: TextStyle): string {
  const why = problem === null ? "" : `: ${printable(problem)}`;
  if (state === "delivered") return `${style.color("green", "✓")} ${channel}`;
  if (state === "given-up") return `${style.color("red", "✗")} ${channel} given up${why}`;
  const when = nextTryAt === null ? "" : `, next try ${sayAgo(nextTryAt, style.nowMs)}`;
  const behind = problem === null ? " waits for what is before it" : ` waits${why}`;
  return `${style.color("yellow", "…")} ${channel}${behind}${when}`;
}

/** Whether somebody will try again without being asked. */
export const sayWaiting = (items: readonly Told[], isServer: boolean): string =>
  isServer || items.every(({ state }) => state !== "waiting")
    ? ""
    : "It is kept. A server tries again by itself (vice serve); without one: vice notify retry";
