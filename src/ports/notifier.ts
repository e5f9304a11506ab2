/** Port: hands one notice to one channel. Each try is independent; the outbox says when and how often. */
import type { ChannelType, Route } from "../domain/notify/channel.ts";
import type { Failure } from "../domain/notify/next-try.ts";
import type { Notice } from "../domain/notify/notice.ts";

/** A notice on its way; the id is the same on every try. */
export interface Outgoing extends Omit<Notice, "key"> {
  id: string;
  /** For a change: environments that it is to be labelled with, and no others. */
  environments?: readonly string[];
}

/** `problem` holds no secret: it is shown, kept and logged. */
export type Handed = { delivered: true } | ({ delivered: false; problem: string } & Failure);

export interface Notifier {
  /** Never throws for what the other side does. */
  hand(notice: Outgoing, signal: AbortSignal): Promise<Handed>;
}

export interface Channel extends Route {
  /** Its name. */
  to: string;
  type: ChannelType;
  /** Where it goes, without what is secret: a host, or addresses. */
  where: string;
  /** Why nothing can be sent, such as a variable that is not set; `null` = it can. */
  problem: string | null;
}

/** The channels of the configuration as it is now. */
export interface Notifiers {
  channels(): Channel[];
  /** `null` = there is no such channel. */
  get(name: string): Notifier | null;
}

/** Without any channel what is said is still said: on the terminal. */
export const TERMINAL = "terminal";

export const notHanded = (problem: string, over: Partial<Failure> = {}): Handed => ({
  ...{ delivered: false, problem, retry: true, afterMs: null },
  ...over,
});
