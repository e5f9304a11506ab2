/** Connecting a tool: makes its secret and says where to send; and sends a test that is signed like the real thing. */
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import type { Source } from "../../../ports/source.ts";
import { sign } from "./sign.ts";

async function find(services: Services, name: string): Promise<Source> {
  const source = await services.sources.get(name);
  if (source !== null) return source;
  const known = services.sources.names();
  throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
}

const hookUrl = (services: Services, source: string, instance: string | null): string =>
  `${services.baseUrl ?? `http://${services.config.host}:${services.config.port}`}/hooks/${source}${instance === null ? "" : `/${encodeURIComponent(instance)}`}`;

const connectInput = z.object({
  source: z.string().describe("github, gitlab, jenkins, ..."),
  instance: z
    .string()
    .regex(/^[\w.:-]+$/, "letters, digits, . : - and _ only")
    .optional()
    .describe("Which one of several"),
});
const connectOutput = z.strictObject({
  source: z.string(),
  instance: z.string().nullable(),
  url: z.string(),
  secret: z.string().describe("Enter it at the tool; kept in the home, readable only for its owner"),
  setup: z.array(z.string()),
});

export const connectSource: Command<Services, typeof connectInput, typeof connectOutput> = {
  id: "source.connect",
  words: ["source", "connect"],
  part: "data",
  summary: "Make the secret for a tool's webhooks and say where it has to send them.",
  examples: ["vice source connect github", "vice source connect gitlab --instance gitlab.example.com"],
  effect: "write",
  scope: "admin",
  positional: ["source"],
  input: connectInput,
  output: connectOutput,
  run: async ({ source: name, instance = null }, { services, principal, now }) => {
    const source = await find(services, name);
    const { secret } = services.sources.connect(name, instance);
    const time = new Date(now()).toISOString();
    const data = { source: name, instance: instance ?? "", change: "a secret was made" };
    const bare = { source: "/commands", subject: null, traceparent: null, delivery: null };
    await services.log.append({
      delivery: null,
      events: [{ ...bare, type: "vice.source.configured.v1", time, actor: principal.id, data }],
    });
    return {
      source: name,
      instance,
      url: hookUrl(services, name, instance),
      secret,
      setup: [...source.setup],
    };
  },
  text: ({ url, secret, setup }) =>
    [
      `URL     ${url}`,
      `Secret  ${secret}`,
      "",
      ...setup.map((step, at) => `${at + 1}. ${step}`),
      "",
      "Then look: vice source list",
    ].join("\n"),
};

const testInput = z.object({ source: z.string(), instance: z.string().optional() });
const testOutput = z.strictObject({
  delivery: z.string().nullable(),
  outcome: z.string(),
  reason: z.string().nullable(),
  activities: z.array(z.string()),
});

export const testSource: Command<Services, typeof testInput, typeof testOutput> = {
  id: "source.test",
  words: ["source", "test"],
  part: "data",
  summary: "Send a sample delivery of a tool, signed with its secret, through the real intake.",
  examples: ["vice source test github"],
  effect: "write",
  positional: ["source"],
  input: testInput,
  output: testOutput,
  run: async ({ source: name, instance = null }, { services, now }) => {
    const source = await find(services, name);
    const { secrets, options } = services.sources.instance(name, instance);
    const rawBody = Buffer.from(JSON.stringify(source.sample.body));
    const secret = secrets[0];
    const headers = { "content-type": "application/json", ...source.sample.headers };
    const proof =
      secret === undefined
        ? {}
        : sign(
            (source.schemesFor?.(options) ?? source.schemes)[0] ?? { type: "bearer" },
            secret,
            rawBody,
            now(),
          );
    const lower = Object.fromEntries(
      Object.entries({ ...headers, ...proof }).map(([key, value]) => [key.toLowerCase(), value]),
    );
    return services.intake.receive({
      source: name,
      instance,
      key: null,
      headers: lower,
      rawBody,
      allowUnsigned: true,
    });
  },
  text: ({ outcome, reason, activities }) =>
    outcome === "accepted"
      ? `The test was accepted. Look at it: vice activities show ${activities[0] ?? ""}`
      : `The test was ${outcome}: ${reason ?? "no reason given"}.`,
};

export const sourceActions = [connectSource, testSource];
