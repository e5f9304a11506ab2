/** Connecting a tool: makes its secret and says where to send. */
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { findSource } from "./find-source.ts";

function hookUrl({ config, baseUrl }: Services, source: string, instance: string | null): string {
  const base = config.publicUrl ?? baseUrl ?? `http://${config.host}:${config.port}`;
  return `${base}/hooks/${source}${instance === null ? "" : `/${encodeURIComponent(instance)}`}`;
}

/** A tool on another machine cannot send to it. */
function isHere(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(127\.|0\.0\.0\.0$|localhost$|\[::1?\]$)/.test(hostname);
}

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
  warning: z.string().nullable().describe("Why the tool may not reach the address"),
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
    const source = await findSource(services, name);
    const { secret } = services.sources.connect(name, instance);
    const time = new Date(now()).toISOString();
    const data = { source: name, instance: instance ?? "", change: "a secret was made" };
    const bare = { source: "/commands", subject: null, traceparent: null, delivery: null };
    await services.log.append({
      delivery: null,
      events: [{ ...bare, type: "vice.source.configured.v1", time, actor: principal.id, data }],
    });
    const url = hookUrl(services, name, instance);
    const warning = isHere(url)
      ? `Only this machine reaches ${new URL(url).origin}. If ${source.title} is elsewhere, say where it reaches this server: publicUrl in vice.server.yaml, or VICE_PUBLIC_URL.`
      : null;
    return { source: name, instance, url, secret, setup: [...source.setup], warning };
  },
  note: ({ warning }) => warning ?? "",
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
