/** `vice deploy status` and `vice deploy logs`: what the target itself says, beside what was recorded. */
import { z } from "zod";
import { sayAgo } from "../../../../kit/ago.ts";
import type { CommandContext } from "../../../../kit/command.ts";
import { ViceError } from "../../../../kit/errors.ts";
import { uuidv7 } from "../../../../kit/ids.ts";
import type { Services } from "../../../../ports/services.ts";
import { deployCommand } from "../../rules/define-command.ts";
import { deployableFor, whereInput } from "../carry-out.ts";
import type { Deployable } from "../find-deployable.ts";
import { logsOf, observe } from "../observe.ts";
import { runningThere } from "../releases.ts";

const text = z.string().nullable();

export const status = deployCommand({
  id: "deploy.status",
  words: null,
  part: "deploy",
  summary: "Ask the target what runs there, and say whether that is what was recorded.",
  examples: ["vice deploy status shop prod-eu"],
  effect: "read",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.object(whereInput),
  output: z.strictObject({
    service: z.string(),
    environment: z.string(),
    recorded: z.strictObject({ id: z.string(), version: text, at: z.string() }).nullable(),
    observed: z
      .strictObject({
        version: text,
        commitSha: text,
        since: text,
        healthy: z.boolean().nullable(),
        url: text,
      })
      .nullable(),
    releases: z.array(
      z.strictObject({ id: z.string(), version: text, state: z.enum(["running", "kept", "broken"]) }),
    ),
    agrees: z.boolean().nullable().describe("null = one of the two is not known"),
    detail: z.string(),
  }),
  run: async (where, ctx) => {
    const deployable = deployableFor(where, ctx);
    const { service, environment } = deployable;
    const recorded = runningThere(ctx.services, service, environment.name);
    const found = await asked(deployable, ctx);
    const running = found.running;
    return {
      ...{ service, environment: environment.name },
      recorded:
        recorded === null ? null : { id: recorded.id, version: recorded.version, at: recorded.occurredAt },
      observed: running === null ? null : withoutId(running),
      releases: found.releases.map((each) => ({ ...each })),
      agrees: running === null || recorded === null ? null : sameVersion(running, recorded),
      detail: found.detail,
    };
  },
  text: ({ service, environment, recorded, observed, releases, agrees, detail }, style) => {
    const health = {
      true: style.color("green", "healthy"),
      false: style.color("red", "not healthy"),
      null: "",
    };
    const kept = releases.map(({ version, id, state }) => `${version ?? id.slice(0, 8)} (${state})`);
    return [
      `${service} in ${environment}: ${detail}`,
      `  recorded  ${recorded === null ? "nothing" : `${recorded.version ?? "unknown"}, ${sayAgo(recorded.at, style.nowMs)}`}`,
      `  runs      ${observed === null ? "nothing that it tells of" : [observed.version ?? "unknown", health[String(observed.healthy) as "true" | "false" | "null"], observed.url ?? ""].filter(Boolean).join("  ")}`,
      ...(kept.length === 0 ? [] : [`  kept      ${kept.join(", ")}`]),
      ...(agrees === false ? [style.color("red", "What runs there is not what was recorded.")] : []),
    ].join("\n");
  },
});

type Running = NonNullable<Awaited<ReturnType<typeof asked>>["running"]>;

const withoutId = ({ releaseId: _releaseId, ...rest }: Running): Omit<Running, "releaseId"> => rest;

const sameVersion = (
  running: Running,
  recorded: { version: string | null; commitSha: string | null },
): boolean | null => {
  if (running.version !== null && recorded.version !== null) return running.version === recorded.version;
  if (running.commitSha !== null && recorded.commitSha !== null)
    return running.commitSha === recorded.commitSha;
  return null;
};

async function asked(deployable: Deployable, ctx: CommandContext<Services>) {
  const found = await observe(deployable, {
    services: ctx.services,
    signal: ctx.signal,
    run: uuidv7(ctx.now()),
  });
  if (found !== null) return found;
  throw new ViceError("not-supported", {
    message: `The target of ${deployable.service} cannot say what runs there. Nothing was done.`,
    hint: "docs/targets.md says what each target can.",
  });
}

export const logs = deployCommand({
  id: "deploy.logs",
  words: null,
  part: "deploy",
  summary: "The newest lines of what runs there; of the steps of a deployment: vice auto log.",
  examples: ["vice deploy logs shop staging --lines 50"],
  effect: "read",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.object({ ...whereInput, lines: z.int().min(1).max(10_000).default(100) }),
  output: z.strictObject({ text: z.string() }),
  run: async ({ lines, ...where }, ctx) => {
    const deployable = deployableFor(where, ctx);
    const run = uuidv7(ctx.now());
    const found = await logsOf(deployable, { services: ctx.services, signal: ctx.signal, run }, lines);
    if (found !== null) return { text: found };
    throw new ViceError("not-supported", {
      message: `The target of ${deployable.service} keeps no logs that vice could read.`,
      hint: "docs/targets.md says what each target can.",
    });
  },
  text: ({ text: said }) => said.replace(/\n$/, ""),
});
