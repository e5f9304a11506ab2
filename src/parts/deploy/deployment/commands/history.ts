/** `vice deploy history` and `vice artifact promoted`: what was brought where, by whom, and which bytes run there. */
import { z } from "zod";
import type { Activity } from "../../../../domain/activity.ts";
import { sayAgo } from "../../../../kit/ago.ts";
import type { CommandContext } from "../../../../kit/command.ts";
import { sayDuration } from "../../../../kit/duration.ts";
import { table } from "../../../../kit/table.ts";
import type { Services } from "../../../../ports/services.ts";
import { deployCommand } from "../../rules/define-command.ts";

const name = z.string().trim().min(1);
const text = z.string().nullable();

const line = z.strictObject({
  id: z.string(),
  service: text,
  environment: text,
  version: text,
  commitSha: text,
  artifact: z.strictObject({ name: text, digest: text }).nullable(),
  operation: text.describe("As vice was asked; of what others did, the kind of the deployment"),
  outcome: z.string().describe("Of what vice did: rolled-back, refused, ...; of what others did, the status"),
  at: z.string(),
  durationMs: z.number().nullable(),
  by: text,
  source: z.string(),
  run: text.describe("Its run, when vice did it: vice auto show"),
  error: text,
});

const lineOf = ({ store }: Services, item: Activity): z.output<typeof line> => {
  const { id, service, environment, version, commitSha, artifact, tags, status, occurredAt, source } = item;
  const isOurs = source === "vice" && store.runs.get(id) !== null;
  return {
    ...{ id, service, environment, version, commitSha, artifact },
    operation: tags["operation"] ?? item.deploymentKind,
    outcome: tags["outcome"] ?? status ?? "unknown",
    ...{
      at: occurredAt,
      durationMs: item.durationMs,
      by: item.actor?.name ?? item.actor?.login ?? null,
      source,
    },
    run: isOurs ? id : null,
    error: item.error,
  };
};

const deployments = (
  filter: { service?: string | undefined; environment?: string | undefined },
  limit: number,
  { services, now }: CommandContext<Services>,
): Activity[] => services.store.read.activities({ ...filter, kind: "deployment" }, limit, null, now()).items;

export const history = deployCommand({
  id: "deploy.history",
  words: null,
  part: "deploy",
  summary: "What was deployed, newest first: how it ended, why, and the run behind it.",
  examples: ["vice deploy history shop prod-eu", "vice deploy history --limit 5 --json"],
  effect: "read",
  positional: ["service", "environment"],
  input: z.object({
    service: name.optional(),
    environment: name.optional(),
    limit: z.int().min(1).max(1000).default(20),
  }),
  output: z.strictObject({ items: z.array(line) }),
  list: "items",
  http: { method: "GET", path: "/v1/deploy/history" },
  run: ({ limit, ...filter }, ctx) => ({
    items: deployments(filter, limit, ctx)
      .filter(({ primaryId }) => primaryId === null)
      .map((item) => lineOf(ctx.services, item)),
  }),
  text: ({ items }, style) =>
    items.length === 0
      ? "Nothing was deployed there that vice knows of."
      : table(
          items,
          [
            { title: "when", value: ({ at }) => sayAgo(at, style.nowMs) },
            { title: "service", value: ({ service }) => service ?? "-", flexible: true },
            { title: "environment", value: ({ environment }) => environment ?? "-", flexible: true },
            {
              title: "version",
              value: ({ version, commitSha }) => version ?? commitSha?.slice(0, 12) ?? "-",
            },
            { title: "what", value: ({ operation }) => operation ?? "-" },
            { title: "outcome", value: ({ outcome }) => outcome },
            {
              title: "took",
              value: ({ durationMs }) => (durationMs === null ? "" : sayDuration(durationMs)),
              align: "right",
            },
            { title: "by", value: ({ by }) => by ?? "-", flexible: true },
            { title: "tool", value: ({ source }) => source },
            { title: "run", value: ({ run }) => run?.slice(0, 13) ?? "" },
          ],
          style,
        ),
});

const LOOKED_THROUGH = 500;

export const promoted = deployCommand({
  id: "artifact.promoted",
  words: ["artifact", "promoted"],
  part: "deploy",
  summary:
    "Which bytes run where, and how they came there: the digest in each environment, with its history.",
  examples: ["vice artifact promoted shop", "vice artifact promoted shop --environment prod-eu --history"],
  effect: "read",
  positional: ["service"],
  input: z.object({
    service: name,
    environment: name.optional(),
    history: z.boolean().default(false).describe("Also what ran there before"),
  }),
  output: z.strictObject({
    service: z.string(),
    items: z.array(z.strictObject({ ...line.shape, current: z.boolean() })),
  }),
  list: "items",
  http: { method: "GET", path: "/v1/artifacts/:service/promoted" },
  run: ({ service, environment, history: all }, ctx) => {
    const seen = new Set<string>();
    const items = deployments({ service, environment }, LOOKED_THROUGH, ctx)
      .filter(
        ({ status, primaryId, deploymentKind }) =>
          status === "succeeded" &&
          primaryId === null &&
          deploymentKind !== "config" &&
          deploymentKind !== "teardown",
      )
      .flatMap((item) => {
        const current = !seen.has(item.environment ?? "");
        seen.add(item.environment ?? "");
        return current || all ? [{ ...lineOf(ctx.services, item), current }] : [];
      });
    return { service, items };
  },
  text: ({ items, service }, style) =>
    items.length === 0
      ? `No release of ${service} is known to have been well anywhere.`
      : table(
          items,
          [
            { title: "environment", value: ({ environment }) => environment ?? "-" },
            { title: "", value: ({ current }) => (current ? "now" : "") },
            { title: "version", value: ({ version }) => version ?? "-" },
            {
              title: "digest",
              value: ({ artifact, commitSha }) => artifact?.digest ?? commitSha ?? "-",
              flexible: true,
            },
            { title: "since", value: ({ at }) => sayAgo(at, style.nowMs) },
            { title: "by", value: ({ by }) => by ?? "-" },
          ],
          style,
        ),
});
