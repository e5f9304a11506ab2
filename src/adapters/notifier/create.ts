/** The channels of a configuration as ports: secrets are looked up for each use, so that a new one counts at once. */
import {
  type ChannelConfig,
  type ChannelOf,
  type ChannelType,
  channelSchema,
  isReference,
  SECRET_KEYS,
} from "../../domain/notify/channel.ts";
import { lookUp } from "../../kit/look-up.ts";
import { type Notifier, type Notifiers, notHanded, TERMINAL } from "../../ports/notifier.ts";
import { type ChangeCommentParts, changeComments } from "./change-comment.ts";
import { grafana } from "./grafana.ts";
import type { NotifierParts } from "./parts.ts";
import { slack } from "./slack.ts";
import { webhook } from "./webhook.ts";

type Create<T extends ChannelType> = (config: ChannelOf<T>, parts: NotifierParts) => Notifier;

const TABLE: { [T in ChannelType]: Create<T> } = {
  terminal: (_config, { say }) => ({
    hand: async ({ text, link }) => {
      say(link === null ? text : `${text}  ${link}`);
      return { delivered: true };
    },
  }),
  webhook,
  slack,
  grafana,
  // The library is large, and only who sends mail needs it.
  email: (config) => ({
    hand: async (notice, signal) => (await import("./email.ts")).email(config).hand(notice, signal),
  }),
};

const BARE: ChannelConfig = { ...channelSchema.parse({ type: "terminal" }), name: TERMINAL };

/** @param configured read at each use: a configuration may be read again */
export function createNotifiers(
  configured: () => readonly ChannelConfig[],
  parts: NotifierParts & { sources?: ChangeCommentParts["sources"] },
): Notifiers {
  const all = (): readonly ChannelConfig[] => {
    const list = configured();
    return list.length === 0 ? [BARE] : list;
  };
  return {
    channels: () =>
      all().map((config) => {
        const { name: to, type, on, only } = config;
        const { opened, problem } = open(config, parts.env);
        return { to, type, on, only, where: whereOf(opened), problem };
      }),
    get: (name) => {
      const config = all().find((each) => each.name === name);
      const { sources = () => [] } = parts;
      if (config === undefined) return changeComments(name, { ...parts, sources });
      const { opened, problem } = open(config, parts.env);
      return problem === null ? made(opened, parts) : { hand: async () => notHanded(problem) };
    },
  };
}

const made = <T extends ChannelType>(config: ChannelOf<T>, parts: NotifierParts): Notifier =>
  (TABLE[config.type as T] as Create<T>)(config, parts);

/** With the secrets in the place of what says where they are. */
function open(
  config: ChannelConfig,
  env: NotifierParts["env"],
): { opened: ChannelConfig; problem: string | null } {
  const opened = { ...config };
  let problem: string | null = null;
  for (const key of SECRET_KEYS[config.type]) {
    const said: unknown = Reflect.get(config, key);
    if (typeof said !== "string" || !isReference(said)) continue;
    const found = lookUp(said, env);
    if (found === null) problem ??= `its ${key} is not there: ${said}`;
    else Reflect.set(opened, key, found);
  }
  return { opened, problem };
}

/** Paths and queries may be secrets: a host says enough. */
function whereOf(config: ChannelConfig): string {
  if (config.type === "terminal") return "this terminal, or the log of the server";
  if (config.type === "email") return `${config.to.join(", ")} by ${config.host}`;
  return URL.canParse(config.url) ? new URL(config.url).host : "?";
}
