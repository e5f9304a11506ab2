/** Sends a message of a person or a pipeline: it is durable first, then handed over at once as far as that goes. */

import { foldName } from "../../domain/fold-name.ts";
import { type Notice, someLines } from "../../domain/notify/notice.ts";
import { routesOf } from "../../domain/notify/project-notices.ts";
import { ViceError } from "../../kit/errors.ts";
import { sha256Hex, uuidv7 } from "../../kit/ids.ts";
import { nearest } from "../../kit/nearest.ts";
import type { NewOutboxRow, OutboxState } from "../../ports/outbox.ts";
import type { Services } from "../../ports/services.ts";
import { deliverChannel } from "./deliver.ts";
import { projectCalled } from "./who-hears.ts";

export interface Message {
  text: string;
  link?: string | null;
  /** Channels; without any those that the project names, else all. */
  to?: readonly string[];
  /** A project or a service. */
  project?: string | null;
  environment?: string | null;
  /** Said again with the same key it is sent once. */
  key?: string;
}

export interface Told {
  channel: string;
  state: OutboxState;
  problem: string | null;
  /** When it is tried again, while it waits. */
  nextTryAt: string | null;
}

export interface Sent {
  id: string;
  text: string;
  items: Told[];
  /** Channels that the project names and nobody has configured. */
  missing: string[];
}

export interface SenderParts {
  services: Pick<Services, "store" | "notifiers" | "homeId">;
  now: () => number;
}

export interface NoticeSender {
  /** @throws ViceError `not-found` for a channel that there is not, `store.unavailable` */
  send(message: Message, signal: AbortSignal): Promise<Sent>;
}

/** The other side knows a message by it: it says nothing, and is the same wherever the same thing is found. */
export const idOf = (homeId: string, key: string): string =>
  `msg_${sha256Hex(`${homeId}\n${key}`).slice(0, 32)}`;

export const rowsOf = (homeId: string, notice: Notice, channels: readonly string[]): NewOutboxRow[] => {
  const { key, ...payload } = notice;
  return channels.map((channel) => ({ id: idOf(homeId, key), channel, payload }));
};

export const notifySender = (parts: SenderParts): NoticeSender => ({
  send: async (message, signal) => {
    const { services, now } = parts;
    const { store, homeId } = services;
    const { channels, missing } = choose(services, message);
    const notice = noticeOf(message, now());
    const rows = rowsOf(homeId, notice, channels);
    store.outbox.put(rows, now());
    await Promise.all(channels.map((channel) => deliverChannel({ services, now, signal }, channel)));
    const { id } = { id: idOf(homeId, notice.key) };
    return { id, text: notice.text, items: toldOf(services, id), missing };
  },
});

export function toldOf({ store }: Pick<Services, "store">, id: string): Told[] {
  const states = ["waiting", "delivered", "given-up"] as const;
  return store.outbox.list({ states, ids: [id] }, 1000).map(({ channel, state, lastError, dueMs }) => ({
    channel,
    state,
    problem: lastError,
    nextTryAt: state === "waiting" ? new Date(dueMs).toISOString() : null,
  }));
}

function noticeOf(
  { text, link = null, project = null, environment = null, key }: Message,
  nowMs: number,
): Notice {
  const said = someLines(text);
  return {
    key: `message/${key ?? uuidv7(nowMs)}`,
    kind: "message",
    text: project === null ? said : `${project}: ${said}`,
    link,
    at: new Date(nowMs).toISOString(),
    place: { service: project, team: null, environment, tier: null, reach: "one" },
  };
}

function choose(
  services: SenderParts["services"],
  { to = [], project = null, environment = null }: Message,
): { channels: string[]; missing: string[] } {
  const known = services.notifiers.channels().map((channel) => channel.to);
  if (to.length > 0) {
    for (const name of to) if (!known.includes(name)) throw noChannel(name, known);
    return { channels: [...new Set(to)], missing: [] };
  }
  const asked = project === null ? [] : namedBy(services, project, environment);
  if (asked.length === 0) return { channels: known, missing: [] };
  const [first] = asked;
  const channels = asked.filter((name) => known.includes(name));
  if (channels.length === 0 && first !== undefined) throw noChannel(first, known);
  return { channels, missing: asked.filter((name) => !known.includes(name)) };
}

function namedBy(services: Pick<Services, "store">, name: string, environment: string | null): string[] {
  const project = projectCalled(services, name);
  if (project === null) return [];
  const same = (other: string, wanted: string): boolean => foldName(other) === foldName(wanted);
  const service = Object.keys(project.services).find((each) => same(each, name)) ?? null;
  const place =
    environment === null ? undefined : project.environments.find((each) => same(each.name, environment));
  return [...new Set(routesOf(project, place ?? null, service).map(({ to }) => to))];
}

export const noChannel = (name: string, known: readonly string[]): ViceError =>
  new ViceError("not-found", {
    what: "channel",
    name,
    nearest: nearest(name, known),
    hint: `Channels are set up under notify in vice.server.yaml (docs/notify.md); there is: ${known.join(", ")}.`,
  });
