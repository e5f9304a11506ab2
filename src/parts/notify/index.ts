/**
 * The notify part (lust): tells people and machines. Whatever is to be told stands in the outbox of the store first and is
 * handed to its channel from there, at least once and in order; while a server runs it follows the log, and tells by itself
 * what channels and projects ask for.
 */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { listChannels, listRules, testChannel } from "./commands/channels.ts";
import { dropOutbox, retryOutbox, showOutbox } from "./commands/outbox.ts";
import { send } from "./commands/send.ts";

export { deliverChannel } from "./deliver.ts";
export { type Message, type NoticeSender, notifySender, type Sent, type Told } from "./sender.ts";
export { startNotices } from "./worker.ts";

export const notifyCommands: ReadonlyArray<Command<Services>> = [
  send,
  listChannels,
  listRules,
  testChannel,
  showOutbox,
  retryOutbox,
  dropOutbox,
];
