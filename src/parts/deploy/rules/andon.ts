/** `vice andon pull|release|list`: stops the line, for everything or a part of it, until somebody says that it may go on. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import type { Stands } from "../../../ports/standing.ts";
import { requireRole } from "../../config/index.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { deployCommand, newInput, reasonInput, saidSchema, sayAbout, scopeInput } from "./define-command.ts";
import { findStanding } from "./find-standing.ts";
import { meantScope } from "./meant-scope.ts";
import { scopeNow } from "./scope-now.ts";
import { nameOfActor } from "./who.ts";

const pulled = z.strictObject({
  ...saidSchema,
  byWhat: z.enum(["person", "trunk"]).describe("trunk: pulled by itself, because the trunk was red"),
});
type Pulled = z.output<typeof pulled>;

const pulledOf = (services: Services, { key, at, actor, data }: Stands<"andon">): Pulled => ({
  id: key,
  scope: scopeNow(services, data.scope),
  reason: data.reason,
  at,
  by: actor,
  byName: nameOfActor(services, actor),
  byWhat: data.by,
});

const pulls = (services: Services): Pulled[] =>
  services.store.standing.list("andon").map((row) => pulledOf(services, row));

export const andonPull = deployCommand({
  id: "deploy.andon-pull",
  words: ["andon", "pull"],
  part: "deploy",
  summary: "Stop the line: nothing is deployed there until the cord is released. Without flags: everywhere.",
  examples: [
    'vice andon pull --reason "checkout loses orders"',
    'vice andon pull --service shop --environment prod-eu --reason "wrong prices"',
    'vice andon pull --team payments --reason "ledger is down"',
  ],
  effect: "write",
  scope: "deploy",
  positional: [],
  input: z.strictObject({ ...scopeInput, reason: reasonInput, new: newInput }),
  output: pulled,
  http: { method: "POST", path: "/v1/andon" },
  run: async ({ reason, new: isNew, ...given }, ctx) => {
    const scope = meantScope(ctx, given, isNew);
    requireRole(ctx, "deployer", scope);
    const andonId = uuidv7(ctx.now());
    const data = { andonId, scope, reason, by: "person" as const };
    await recordEvents(ctx, [saidEvent(ctx, "vice.andon.pulled.v1", andonId, data)]);
    return pulledOf(ctx.services, findStanding(ctx.services, "andon", andonId, NAMES));
  },
  text: ({ id, scope, reason }) =>
    `The line is stopped for ${sayAbout(scope)}: ${reason}\nWhen it is mended: vice andon release ${id} --reason "..."`,
});

const NAMES = { what: "pulled cord", list: "vice andon list" };

export const andonRelease = deployCommand({
  id: "deploy.andon-release",
  words: ["andon", "release"],
  part: "deploy",
  summary: "Release the andon cord: the line goes on.",
  examples: ['vice andon release 0193f1c2 --reason "prices are right again"'],
  effect: "write",
  scope: "deploy",
  positional: ["id"],
  input: z.strictObject({
    id: z.string().trim().min(1).describe("Of the pull, or its unique start"),
    reason: reasonInput,
  }),
  output: z.strictObject({ released: pulled, stillPulled: z.array(pulled) }),
  run: async ({ id, reason }, ctx) => {
    const found = findStanding(ctx.services, "andon", id, NAMES);
    requireRole(ctx, "deployer", found.data.scope);
    const data = { andonId: found.key, reason };
    await recordEvents(ctx, [saidEvent(ctx, "vice.andon.released.v1", found.key, data)]);
    return { released: pulledOf(ctx.services, found), stillPulled: pulls(ctx.services) };
  },
  text: ({ released, stillPulled }) =>
    [
      `Released: ${sayAbout(released.scope)} may be deployed again.`,
      ...stillPulled.map(({ id, scope, reason }) => `Still stopped: ${sayAbout(scope)} (${reason}), ${id}`),
    ].join("\n"),
});

export const andonList = deployCommand({
  id: "deploy.andon-list",
  words: ["andon", "list"],
  part: "deploy",
  summary: "Show where the line is stopped, by whom, since when and why.",
  examples: ["vice andon list"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(pulled) }),
  list: "items",
  http: { method: "GET", path: "/v1/andon" },
  run: (_input, { services }) => ({ items: pulls(services) }),
  text: ({ items }, style) =>
    items.length === 0
      ? "The line runs: no cord is pulled."
      : table(
          items,
          [
            { title: "stopped", value: ({ scope }) => sayAbout(scope) },
            { title: "since", value: ({ at }) => sayAgo(at, style.nowMs) },
            {
              title: "by",
              value: ({ byName, byWhat }) => (byWhat === "trunk" ? "red trunk" : (byName ?? "-")),
            },
            { title: "reason", value: ({ reason }) => reason, flexible: true },
            { title: "id", value: ({ id }) => id },
          ],
          style,
        ),
});
