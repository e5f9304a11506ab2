/** Access tokens: `vice token create|list|revoke`. The secret is shown once; only its SHA-256 is kept. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { NewEvent } from "../../../domain/event.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { byStart } from "../../../kit/by-start.ts";
import { type Command, type CommandContext, SCOPES } from "../../../kit/command.ts";
import { parseDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { sha256Hex, uuidv7 } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";

const scope = z.enum(SCOPES);

const createInput = z.object({
  name: z.string().min(1).max(100).describe("Who or what will use it"),
  scopes: z.array(scope).min(1).default(["read"]).describe("read, write, deploy, admin"),
  expiresIn: z.string().optional().describe("For example 90d; never without it"),
});
const createOutput = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  expiresAt: z.string().nullable(),
  token: z.string().describe("Shown only now"),
  first: z.boolean().describe("Whether it ended open mode"),
});

const createToken: Command<Services, typeof createInput, typeof createOutput> = {
  id: "token.create",
  words: ["token", "create"],
  part: "vice",
  summary: "Make an access token. The first one ends open mode: from then on every request needs one.",
  examples: [
    "vice token create --name ci --scopes write",
    "vice token create laptop --scopes read --expires-in 90d",
  ],
  effect: "write",
  scope: "admin",
  positional: ["name"],
  input: createInput,
  output: createOutput,
  run: async ({ name, scopes, expiresIn }, ctx) => {
    const lifeMs = expiresIn === undefined ? null : parseDuration(expiresIn);
    if (expiresIn !== undefined && lifeMs === null) {
      throw new ViceError("input.invalid", {
        message: `"${expiresIn}" is no duration.`,
        hint: "Write 30d, 12h or leave it out.",
      });
    }
    const nowMs = ctx.now();
    const id = uuidv7(nowMs);
    const token = `vice_${randomBytes(32).toString("base64url")}`;
    const expiresMs = lifeMs === null ? null : nowMs + lifeMs;
    const expiresAt = expiresMs === null ? null : new Date(expiresMs).toISOString();
    const first = !ctx.services.store.tokens.any();
    ctx.services.store.tokens.create({
      id,
      name,
      sha256: sha256Hex(token),
      scopes,
      createdMs: nowMs,
      expiresMs,
    });
    await note(ctx, {
      ...BARE,
      type: "vice.token.created.v1",
      data: { tokenId: id, name, scopes, expiresAt },
    });
    return { id, name, scopes, expiresAt, token, first };
  },
  text: ({ token }) => token,
  note: ({ name, scopes, expiresAt, first }) =>
    [
      `This is the token "${name}" (${scopes.join(", ")}, ${expiresAt === null ? "does not expire" : `until ${expiresAt}`}). It is shown only now.`,
      "Use it: export VICE_TOKEN=<the token>, or enter it on the page.",
      ...(first
        ? [
            "It is the first one: open mode has ended. Requests and unsigned webhooks are refused from now on; see: vice doctor",
          ]
        : []),
    ].join("\n"),
};

const BARE = { source: "/commands", subject: null, traceparent: null, delivery: null } as const;

async function note(ctx: CommandContext<Services>, event: Omit<NewEvent, "time" | "actor">): Promise<void> {
  const time = new Date(ctx.now()).toISOString();
  await ctx.services.log.append({
    delivery: null,
    events: [{ ...event, time, actor: ctx.principal.id } as NewEvent],
  });
}

const listOutput = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      scopes: z.array(z.string()),
      createdAt: z.string(),
      expiresAt: z.string().nullable(),
      lastUsedAt: z.string().nullable(),
    }),
  ),
});
const none = z.object({});

const listTokens: Command<Services, typeof none, typeof listOutput> = {
  id: "token.list",
  words: ["token", "list"],
  part: "vice",
  summary: "List the access tokens that are valid, without their secrets.",
  examples: ["vice token list"],
  effect: "read",
  scope: "admin",
  positional: [],
  input: none,
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/tokens" },
  run: (_, { services }) => ({ items: services.store.tokens.list() }),
  text: ({ items }, style) => {
    if (items.length === 0)
      return "There is no token: requests from this machine need none (open mode). Make one: vice token create --name me";
    return table(
      items,
      [
        { title: "name", value: (row) => row.name, flexible: true },
        { title: "scopes", value: (row) => row.scopes.join(",") },
        { title: "made", value: (row) => sayAgo(row.createdAt, style.nowMs) },
        { title: "expires", value: (row) => row.expiresAt ?? "never" },
        {
          title: "used",
          value: (row) => (row.lastUsedAt === null ? "never" : sayAgo(row.lastUsedAt, style.nowMs)),
        },
        { title: "id", value: (row) => row.id },
      ],
      style,
    );
  },
};

const revokeInput = z.object({ id: z.string().describe("Name, id, or the unique start of an id") });
const revokeOutput = z.strictObject({ id: z.string(), name: z.string() });

const revokeToken: Command<Services, typeof revokeInput, typeof revokeOutput> = {
  id: "token.revoke",
  words: ["token", "revoke"],
  part: "vice",
  summary: "Revoke an access token; it stops working at once.",
  examples: ["vice token revoke ci", "vice token revoke 0193f1c2"],
  effect: "danger",
  positional: ["id"],
  input: revokeInput,
  output: revokeOutput,
  run: async ({ id: wanted }, ctx) => {
    const known = ctx.services.store.tokens.list();
    const named = known.filter(({ name }) => name === wanted);
    const token = named[0] ?? byStart(wanted, known);
    if (token === null)
      throw new ViceError("not-found", { what: "token", name: wanted, hint: "List them: vice token list" });
    if (named.length > 1)
      throw new ViceError("input.invalid", {
        message: `Several tokens are called "${wanted}".`,
        hint: `Name one by its id: ${named.map(({ id }) => id).join(", ")}.`,
      });
    ctx.services.store.tokens.revoke(token.id, ctx.now());
    await note(ctx, { ...BARE, type: "vice.token.revoked.v1", data: { tokenId: token.id } });
    return { id: token.id, name: token.name };
  },
  text: ({ name }) => `The token "${name}" no longer works.`,
};

export const tokenCommands = [createToken, listTokens, revokeToken] as ReadonlyArray<Command<Services>>;
