/** The schema of a channel: where notices go, and which of them by themselves. Pure. */
import { z } from "zod";
import { compilePattern } from "../pattern.ts";
import { isCron } from "../pipeline/schedule-form.ts";
import { isTimeZone } from "../time-zone.ts";
import { CHANNEL_KINDS, type ChannelKind, type Only } from "./notice.ts";

const line = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !/\p{Cc}/u.test(text), "has one line, without control characters");

const REFERENCE = /^(env:[A-Za-z_]\w*|file:.+)$/;
export const isReference = (text: string): boolean => REFERENCE.test(text);

const REFERRED = "env:NAME or file:PATH says where it is";

const secret = line.describe(`A secret; ${REFERRED}`);
const address = line
  .refine((text) => isReference(text) || /^https?:\/\/[^/]/i.test(text), {
    message: `expected an address like https://example.com, or where it stands: ${REFERRED}`,
  })
  .describe(`An http or https address; ${REFERRED}`);

/** What a header of a mail is made of: anything that could end it is refused. */
const mailbox = line.refine(
  (text) => /^[^<>,;]*<?[^\s<>,;@]+@[^\s<>,;@]+>?$/.test(text),
  "expected an e-mail address, as kim@example.com or Kim <kim@example.com>",
);

const pattern = line.refine((text) => {
  try {
    compilePattern(text);
    return true;
  } catch {
    return false;
  }
}, "is no pattern; * stands for any run of characters");

/** At eight, before the week begins. */
const MONDAYS = "0 8 * * mon";

const heard = {
  on: z
    .array(z.enum(CHANNEL_KINDS))
    .default([])
    .describe("What it hears by itself; without it only what is sent to it"),
  only: z
    .strictObject({
      service: pattern.optional(),
      team: pattern.optional(),
      environment: pattern.optional(),
      tier: pattern.optional(),
    })
    .default({})
    .describe("Narrows that; names may hold *"),
  digest: z
    .strictObject({
      schedule: line
        .refine(isCron, "is no schedule; five fields: minute hour day month weekday, as 0 8 * * mon")
        .default(MONDAYS),
      timeZone: line.refine(isTimeZone, "is no time zone; write Europe/Berlin or UTC").optional(),
    })
    .default({ schedule: MONDAYS })
    .describe("When `on: [digest]` sends its letter; in the time zone of the workspace if none is said"),
};

const anyChannel = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("terminal"), ...heard }),
  z.strictObject({
    type: z.literal("webhook"),
    url: address,
    secret: secret.describe(`whsec_ and base64 of 24 to 64 bytes (Standard Webhooks); ${REFERRED}`),
    ...heard,
  }),
  z.strictObject({
    type: z.literal("slack"),
    url: address.describe(`The incoming webhook: a secret; ${REFERRED}`),
    ...heard,
  }),
  z.strictObject({
    type: z.literal("grafana"),
    url: address.describe(`Where Grafana is; ${REFERRED}`),
    token: secret.describe(`Of a service account that may write annotations; ${REFERRED}`),
    dashboard: line
      .optional()
      .describe("Uid of a dashboard; without it the marks show on each that asks for their tags"),
    tags: z.array(line).max(10).default([]).describe("Tags beside those of vice"),
    ...heard,
  }),
  z
    .strictObject({
      type: z.literal("email"),
      host: line.describe("The mail server"),
      port: z.int().min(1).max(65_535).optional().describe("587, 465 with tls, 25 without security"),
      security: z
        .enum(["starttls", "tls", "none"])
        .default("starttls")
        .describe("none only on the same machine when there is a password"),
      user: line.optional(),
      password: secret.optional(),
      caFile: line.optional().describe("Certificates that are trusted beside those of the system"),
      from: mailbox,
      to: z.array(mailbox).min(1).max(100),
      ...heard,
    })
    .superRefine(({ security, host, password, user }, ctx) => {
      if ((password === undefined) !== (user === undefined))
        ctx.addIssue({ code: "custom", message: "user and password go together" });
      if (security === "none" && password !== undefined && !/^(localhost|127\.|::1$)/.test(host))
        ctx.addIssue({
          code: "custom",
          path: ["security"],
          message: "a password is not sent through a network without TLS; write starttls or tls",
        });
    }),
]);

export const channelSchema = anyChannel.superRefine(({ type, on, only }, ctx) => {
  if (!on.includes("digest")) return;
  const say = (path: string, message: string): void =>
    ctx.addIssue({ code: "custom", path: [path], message });
  if (type === "grafana") say("on", "a digest is a letter and no mark; send it to a channel that is read");
  for (const key of ["service", "team"] as const)
    if (only[key]?.includes("*") === true) say("only", `a digest is about one ${key}: write it without *`);
  if (only.environment !== undefined || only.tier !== undefined)
    say("only", "a digest is narrowed by service or team alone; give it a channel of its own");
});

export type ChannelFile = z.output<typeof channelSchema>;
export type ChannelType = ChannelFile["type"];
export type ChannelOf<T extends ChannelType> = Extract<ChannelFile, { type: T }>;
export type ChannelConfig = ChannelFile & { name: string };

/** Keys that hold a secret or where it is. */
export const SECRET_KEYS = {
  terminal: [],
  webhook: ["url", "secret"],
  slack: ["url"],
  grafana: ["url", "token"],
  email: ["password"],
} as const;

/** What a channel or a project asks to hear. */
export interface Route {
  to: string;
  on: readonly ChannelKind[];
  only: Only;
}

export const channelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/i, "a channel is named with letters, digits, - and _")
  .max(60);

/** What is written there for its secrets: a reference, or the secret itself. */
export const secretsOf = (channel: ChannelFile): string[] =>
  SECRET_KEYS[channel.type].flatMap((key) => {
    const said: unknown = Reflect.get(channel, key);
    return typeof said === "string" ? [said] : [];
  });
