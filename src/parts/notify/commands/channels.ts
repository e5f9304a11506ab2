/** `vice notify list`, `rules` and `test`: the channels there are, who hears what, and whether one works. */
import { z } from "zod";
import { CHANNEL_KINDS } from "../../../domain/notify/notice.ts";
import { routesOf } from "../../../domain/notify/project-notices.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { notifyCommand } from "../define-command.ts";
import { noChannel } from "../sender.ts";
import { projects } from "../who-hears.ts";
import { EXIT_GIVEN_UP } from "./told.ts";

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const only = z.strictObject({
  service: z.string().optional(),
  team: z.string().optional(),
  environment: z.string().optional(),
  tier: z.string().optional(),
});

const channelSchema = z.strictObject({
  channel: z.string(),
  type: z.string(),
  where: z.string().describe("Without what is secret"),
  on: z.array(z.enum(CHANNEL_KINDS)),
  only,
  problem: z.string().nullable().describe("Why nothing can be sent; null: it can"),
  waiting: z.int(),
  givenUp: z.int(),
  lastDeliveredAt: z.string().nullable(),
  failingSince: z.string().nullable(),
  lastError: z.string().nullable(),
  nextTryAt: z.string().nullable(),
});
type ChannelRow = z.output<typeof channelSchema>;

function channelRows({ store, notifiers }: Services): ChannelRow[] {
  const states = new Map(store.outbox.channels().map((state) => [state.channel, state]));
  return notifiers.channels().map(({ to, type, where, on, only: narrowed, problem }) => {
    const { waiting = 0, givenUp = 0, lastDeliveredMs = null, failing = null } = states.get(to) ?? {};
    return {
      ...{ channel: to, type, where, on: [...on], only: narrowed, problem, waiting, givenUp },
      lastDeliveredAt: isoOf(lastDeliveredMs),
      failingSince: isoOf(failing?.sinceMs ?? null),
      lastError: failing?.problem ?? null,
      nextTryAt: isoOf(failing?.dueMs ?? null),
    };
  });
}

export const listChannels = notifyCommand({
  id: "notify.list",
  words: null,
  part: "notify",
  summary: "Show the channels, where they go and how they do.",
  examples: ["vice notify list", "vice notify list --json"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(channelSchema) }),
  list: "items",
  http: { method: "GET", path: "/v1/notify/channels" },
  run: (_input, { services }) => ({ items: channelRows(services) }),
  text: ({ items }, style) =>
    table(
      items,
      [
        { title: "channel", value: ({ channel }) => channel },
        { title: "type", value: ({ type }) => type },
        { title: "where", value: ({ where }) => where, flexible: true },
        { title: "hears", value: ({ on }) => (on.length === 0 ? "what is sent to it" : on.join(", ")) },
        { title: "waiting", value: ({ waiting }) => String(waiting), align: "right" },
        {
          title: "state",
          value: (row) => stateOf(row, style.nowMs),
          paint: (text, { problem, lastError }) =>
            problem === null && lastError === null ? text : style.color("red", text),
          flexible: true,
        },
      ],
      style,
    ),
});

function stateOf({ problem, lastError, givenUp, lastDeliveredAt }: ChannelRow, nowMs: number): string {
  if (problem !== null) return problem;
  if (lastError !== null) return `fails: ${lastError}`;
  const lost = givenUp === 0 ? "" : `, ${givenUp} given up`;
  return (
    (lastDeliveredAt === null ? "not used lately" : `delivered ${sayAgo(lastDeliveredAt, nowMs)}`) + lost
  );
}

const ruleSchema = z.strictObject({
  channel: z.string(),
  from: z.string().describe("vice.server.yaml, or the project that asks"),
  on: z.array(z.enum(CHANNEL_KINDS)).describe("Empty: only what is sent"),
  about: z.string(),
  exists: z.boolean().describe("Whether the channel is set up"),
});
type Rule = z.output<typeof ruleSchema>;

export const listRules = notifyCommand({
  id: "notify.rules",
  words: null,
  part: "notify",
  summary: "Show who is told what: what channels ask for, and what projects name.",
  examples: ["vice notify rules"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(ruleSchema) }),
  list: "items",
  http: { method: "GET", path: "/v1/notify/rules" },
  run: (_input, { services }) => ({ items: ruleRows(services) }),
  text: ({ items }, style) =>
    table(
      items,
      [
        { title: "channel", value: ({ channel, exists }) => (exists ? channel : `${channel} (not set up)`) },
        { title: "hears", value: ({ on }) => (on.length === 0 ? "what is sent to it" : on.join(", ")) },
        { title: "about", value: ({ about }) => about, flexible: true },
        { title: "said in", value: ({ from }) => from },
      ],
      style,
    ),
});

function ruleRows(services: Services): Rule[] {
  const channels = services.notifiers.channels();
  const known = new Set(channels.map(({ to }) => to));
  const own = channels.map(({ to, on, only: narrowed }): Rule => {
    const about = Object.entries(narrowed).map(([key, value]) => `${key} ${value}`);
    const from = services.config.channels.length === 0 ? "nowhere: the default" : "vice.server.yaml";
    return {
      ...{ channel: to, from, on: [...on], exists: true },
      about: about.length === 0 ? "everything" : about.join(", "),
    };
  });
  return [...own, ...projects(services).flatMap((project) => projectRules(project, known))];
}

type Project = ReturnType<typeof projects>[number];

/** What is said for the whole project, and for a service or an environment what is other there. */
function projectRules(project: Project, known: ReadonlySet<string>): Rule[] {
  const whole = JSON.stringify(routesOf(project, null, null));
  const places = [
    { about: project.project, routes: routesOf(project, null, null), isOther: true },
    ...Object.keys(project.services).map((service) => ({
      about: service,
      routes: routesOf(project, null, service),
    })),
    ...project.environments.map((environment) => ({
      about: `${project.project} in ${environment.name}`,
      routes: routesOf(project, environment, null),
    })),
  ];
  return places
    .filter((place) => "isOther" in place || JSON.stringify(place.routes) !== whole)
    .flatMap(({ about, routes }) =>
      routes.map(({ to, on }) => ({
        ...{ channel: to, from: `project ${project.project}`, on: [...on], about, exists: known.has(to) },
      })),
    );
}

export const testChannel = notifyCommand({
  id: "notify.test",
  words: null,
  part: "notify",
  summary: "Send a test message to one channel now, past the outbox, and say what came of it.",
  examples: ["vice notify test releases"],
  effect: "write",
  positional: ["channel"],
  input: z.strictObject({ channel: z.string().trim().min(1) }),
  output: z.strictObject({
    channel: z.string(),
    where: z.string(),
    delivered: z.boolean(),
    problem: z.string().nullable(),
  }),
  run: async ({ channel: name }, { services, now, principal, signal }) => {
    const all = services.notifiers.channels();
    const channel = all.find(({ to }) => to === name);
    const notifier = services.notifiers.get(name);
    if (channel === undefined || notifier === null)
      throw noChannel(
        name,
        all.map(({ to }) => to),
      );
    const place = { service: null, team: null, environment: null, tier: null, reach: "one" as const };
    const text = `A test from vice, asked for by ${principal.name}: this channel works.`;
    const at = new Date(now()).toISOString();
    const link = services.config.publicUrl ?? services.baseUrl;
    const notice = { id: `msg_${uuidv7(now())}`, kind: "message" as const, text, link, at, place };
    const late = AbortSignal.any([signal, AbortSignal.timeout(TEST_MS)]);
    const handed = await notifier.hand(notice, late);
    const problem = handed.delivered ? null : handed.problem;
    return { channel: name, where: channel.where, delivered: handed.delivered, problem };
  },
  exit: ({ delivered }) => (delivered ? 0 : EXIT_GIVEN_UP),
  text: ({ channel, where, delivered, problem }, style) =>
    delivered
      ? `${style.color("green", "✓")} ${channel} took it (${where}).`
      : `${style.color("red", "✗")} ${channel} did not take it: ${problem}`,
});

const TEST_MS = 30_000;
