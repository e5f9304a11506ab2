/** `vice notify -m`: tells the channels of a project, or those that are named. */
import { z } from "zod";
import { foldName } from "../../../domain/fold-name.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import { notifyCommand } from "../define-command.ts";
import { notifySender } from "../sender.ts";
import { projectCalled, projects } from "../who-hears.ts";
import { exitOf, sayTold, sayWaiting, toldSchema } from "./told.ts";

const name = z.string().trim().min(1).max(200);

export const send = notifyCommand({
  id: "notify.send",
  words: null,
  part: "notify",
  isDefault: true,
  summary: "Tell people something: the channels of a project, or those that are named.",
  examples: [
    'vice notify shop -m "v1.4.2 goes out at 14:00"',
    'vice notify -m "the database is read-only" --to releases --to duty',
    'vice lust shop -m "rolled back, have a look" --link https://wiki.example.com/17',
  ],
  topics: [
    {
      title: "Exit codes",
      rows: [
        ["0", "it is on disk, and is handed over now or as soon as the other side answers"],
        ["66", "there is no such channel"],
        ["69", "a channel refused it for good: vice notify outbox"],
      ],
    },
  ],
  effect: "write",
  positional: ["project"],
  input: z.strictObject({
    project: name.optional().describe("A project or a service: its channels, and its name in front"),
    message: z.string().trim().min(1).max(2000).meta({ short: "m" }).describe("What is said"),
    to: z.array(name).max(50).default([]).describe("A channel; several times for several"),
    environment: name.optional().describe("Channels that the project names there"),
    link: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional()
      .describe("Where there is more"),
  }),
  output: z.strictObject({
    id: z.string().describe("As receivers of webhooks see it"),
    text: z.string(),
    items: z.array(toldSchema),
    missing: z.array(z.string()).describe("Channels that the project names and nobody has set up"),
    server: z.boolean().describe("Whether a server tries again by itself what waits"),
  }),
  run: async ({ project, message, to, environment, link }, { services, now, signal }) => {
    if (project !== undefined) refuseSlip(services, project);
    const sender = notifySender({ services, now });
    const asked = { text: message, to, project: project ?? null, environment: environment ?? null };
    const sent = await sender.send({ ...asked, link: link ?? null }, signal);
    return { ...sent, server: services.baseUrl !== null };
  },
  exit: ({ items }) => exitOf(items),
  note: ({ items, missing, server }) =>
    [
      ...missing.map((channel) => `The project names the channel "${channel}", which nobody has set up.`),
      sayWaiting(items, server),
    ]
      .filter((line) => line !== "")
      .join("\n"),
  text: ({ items }, style) => items.map((item) => sayTold(item, style)).join("\n"),
});

/** A name that nobody knows may be meant; one that looks like a known one is a slip. */
function refuseSlip(services: Services, name: string): void {
  if (projectCalled(services, name) !== null) return;
  const known = [
    ...projects(services).flatMap((each) => [each.project, ...Object.keys(each.services)]),
    ...services.store.names.reported().flatMap(({ service }) => service ?? []),
  ];
  if (known.some((each) => foldName(each) === foldName(name))) return;
  const near = nearest(name, known);
  if (near === null) return;
  const hint = "Nothing was sent.";
  throw new ViceError("not-found", { what: "project or service", name, nearest: near, hint });
}
