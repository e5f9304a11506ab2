/** The schema of `vice.server.yaml`: what a server may be told, with its defaults. */
import { z } from "zod";
import { TIERS } from "../../domain/activity.ts";
import { drawnShape } from "../../domain/dashboard/dashboard-schema.ts";
import { DEFAULT_LABELS, MEANINGS } from "../../domain/flow/meaning.ts";
import { nameRuleSchema } from "../../domain/name-rule.ts";
import { channelName, channelSchema } from "../../domain/notify/channel.ts";
import { exportersSchema } from "../../domain/otlp/exporter-schema.ts";
import { ROLES } from "../../domain/rules/roles.ts";
import { isTimeZone } from "../../domain/time-zone.ts";
import { SCOPES } from "../../kit/command.ts";
import { parseDuration } from "../../kit/duration.ts";
import { isSchedule } from "../../parts/data/index.ts";

const duration = z.union([z.string(), z.number()]).transform((value, ctx) => {
  const ms = parseDuration(String(value));
  if (ms === null)
    ctx.addIssue({ code: "custom", message: `"${value}" is no duration; write 30s, 15m, 24h or 90d` });
  return ms ?? 0;
});

/** `z.url()` for what people type: without what belongs to a route. */
export const publicUrl = z
  .url({ protocol: /^https?$/ })
  .transform((url) => url.replace(/\/+$/, ""))
  .describe("Where others reach this server, as https://vice.example.com; for links and hook addresses");

const filled = z
  .string()
  .refine((text) => text.trim() !== "", "is empty; give it a value or take the key away");

const schedule = z.string().superRefine((text, ctx) => {
  if (isSchedule(text)) return;
  const message = `"${text}" is no schedule; five fields: minute hour day month weekday, as 0 3 * * *`;
  ctx.addIssue({ code: "custom", message });
});

const PLACE = /^(s3:\/\/[^/]|file:\/\/\/|(?![a-z][a-z0-9+.-]+:\/\/).)/i;
const backupPlace = z
  .string()
  .refine(
    (url) => PLACE.test(url),
    "no backup can be kept there; write a path, file:///path or s3://bucket/prefix",
  );

const poll = z.strictObject({
  url: z.url().describe("Base URL of the system, as https://gitlab.example.com"),
  token: filled.optional(),
  tokenFile: z.string().optional(),
  only: z.array(z.string()).default([]).describe("Projects, repositories or jobs to read"),
  every: duration.default(60_000),
  backfill: duration.default(90 * 86_400_000).describe("How far back to read when first connected"),
});

const instance = z.strictObject({
  secret: filled.optional(),
  secrets: z.array(filled).optional().describe("Several for rotation: each is accepted"),
  secretFile: z.string().optional(),
  options: z.unknown().optional(),
  poll: poll.optional(),
});
export type InstanceConfig = z.infer<typeof instance>;

const source = instance.extend({
  rules: z.array(nameRuleSchema).default([]).describe("Name rules for this source only"),
  map: z.unknown().optional().describe("A mapping: makes this name a source of its own"),
  instances: z.record(z.string(), instance).default({}),
});

const environment = z.union([
  z.string(),
  z.strictObject({
    name: z.string(),
    tier: z.enum(TIERS).optional(),
    aliases: z.array(z.string()).default([]),
  }),
]);

export const serverSchema = z.strictObject({
  host: z.string().optional(),
  port: z.int().min(0).max(65_535).optional(),
  publicUrl: publicUrl.optional(),
  store: z
    .strictObject({
      keepBodies: duration.optional().describe("Raw bodies older than this are dropped"),
      keepRuns: duration.optional().describe("Logs of runs that ended longer ago than this are dropped"),
    })
    .default({}),
  sources: z.record(z.string(), source).default({}),
  aliases: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe("Service: the names that tools use for it"),
  teams: z.record(z.string(), z.array(z.string())).default({}).describe("Team: its services"),
  environments: z.array(environment).default([]).describe("In the order of promotion"),
  names: z.array(nameRuleSchema).default([]),
  sourceOrder: z.array(z.string()).optional().describe("Whose report counts when two report one deployment"),
  abandonAfter: duration.default(86_400_000),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: "there is no such time zone; write Europe/Berlin or UTC" })
    .optional()
    .describe("Whose days, weeks and months metrics and reports count; UTC without it"),
  transforms: z
    .array(z.strictObject({ source: z.string().default("*"), drop: z.array(z.string().startsWith("/")) }))
    .default([]),
  oidc: z
    .strictObject({
      issuer: z.url(),
      clientId: z.string(),
      clientSecret: z.string(),
      label: z.string().default("Sign in"),
      scopes: z.record(z.string(), z.array(z.string())).default({}),
      allowEmails: z.array(z.string()).default([]),
    })
    .optional(),
  trustedProxy: z
    .strictObject({
      header: z.string(),
      addresses: z.array(z.string()).min(1),
      scopes: z.array(z.string()).default(["read"]),
    })
    .optional(),
  rateLimit: z.strictObject({ perMinute: z.int().positive() }).optional(),
  roles: z
    .array(
      z.strictObject({
        who: z.string().min(1).describe("A token (token:ci or its name), a person, or *"),
        role: z.enum(ROLES),
        service: z.string().optional(),
        environment: z.string().optional(),
        team: z.string().optional(),
      }),
    )
    .default([])
    .describe("Who may do what where; without any line scopes alone decide"),
  andon: z
    .strictObject({
      trunk: z.array(z.string().min(1)).min(1).describe("Branches whose red pipeline pulls the cord"),
    })
    .optional(),
  backup: z
    .strictObject({
      url: backupPlace,
      schedule: schedule.default("0 3 * * *"),
      verify: z.boolean().default(true),
    })
    .optional(),
  notify: z
    .record(channelName, channelSchema)
    .default({})
    .describe("Channels by name: where notices go, and which of them by themselves"),
  exporters: exportersSchema,
  dashboards: z
    .record(
      filled,
      z.strictObject({
        services: z.array(filled).min(1).optional().describe("Only these services"),
        team: filled.optional(),
        environment: filled.optional(),
        tier: z.enum(TIERS).optional(),
        ...drawnShape,
      }),
    )
    .default({})
    .describe(
      "What `vice report NAME` shows, by name, with panels as in docs/dashboards.md; `all` is there without being said",
    ),
  prometheus: z
    .strictObject({
      url: z.url().describe("Base URL, as http://prometheus.example.com:9090"),
      token: filled.optional().describe("Sent as Authorization: Bearer"),
      tokenFile: z.string().optional(),
      queries: z
        .record(filled, filled)
        .default({})
        .describe("Name: a PromQL query that every reader may ask, as prom:NAME"),
      scope: z.enum(SCOPES).default("admin").describe("What it takes to ask any other query"),
    })
    .optional()
    .describe("Where series named prom:QUERY are asked, for vice report impact and experiments"),
  flow: z
    .strictObject({
      columns: z
        .record(filled, z.enum(MEANINGS))
        .default({})
        .describe("Column of a board: queue (it waits), work or done; without case"),
      labels: z
        .array(filled)
        .default([...DEFAULT_LABELS])
        .describe("Labels that stand for a column where a tracker has none, as status: *"),
    })
    .prefault({}),
  allowPrivateHosts: z.array(z.string()).default([]),
});
export type ServerFile = z.infer<typeof serverSchema>;
