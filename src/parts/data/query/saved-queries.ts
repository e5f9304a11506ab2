/**
 * `vice query list|show|save|remove`: queries that are kept by name. They are events of the log and not a file: whoever may
 * write can make one in the page and in the terminal, it survives a rebuild, and the audit says who changed it.
 */
import { z } from "zod";
import { BUILT_IN_QUERIES } from "../../../domain/query/built-in.ts";
import { nameIn, parametersOf, QUERY_NAME } from "../../../domain/query/saved-query.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { ViceError } from "../../../kit/errors.ts";
import { table } from "../../../kit/table.ts";
import { dataCommand } from "../define-command.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";
import { allQueries, type FoundQuery, findQuery } from "./find-saved.ts";
import { LIMITS, runQuery } from "./run-query.ts";

const saved = z.strictObject({
  name: z.string().describe("Typed as @name"),
  about: z.string(),
  sql: z.string(),
  params: z.array(z.string()).describe("Values that it takes; what is not given is null"),
  builtIn: z.boolean(),
  at: z.string().nullable().describe("When it was saved; null = built in"),
  by: z.string().nullable().describe("As in the audit log"),
});
type Saved = z.output<typeof saved>;

const viewOf = ({ name, about, sql, at, by }: FoundQuery): Saved => ({
  ...{ name, about, sql, at, by },
  params: parametersOf(sql),
  builtIn: at === null,
});

const nameInput = z
  .string()
  .trim()
  .toLowerCase()
  .transform((name) => name.replace(/^@/, ""))
  .describe("Its name, with or without @");

const column = z.object({ name: z.string(), type: z.string(), about: z.string() });
const listOutput = z.strictObject({
  items: z.array(saved),
  views: z
    .array(z.object({ name: z.string(), about: z.string(), columns: z.array(column) }))
    .describe("What a query may read"),
});

export const queryList = dataCommand({
  id: "data.query-list",
  words: ["query", "list"],
  part: "data",
  summary: "List the saved queries, those that are built in too.",
  examples: ["vice query list", "vice query list --json"],
  effect: "read",
  positional: [],
  input: z.object({}),
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/queries" },
  run: (_, { services }) => ({
    items: allQueries(services).map(viewOf),
    views: services.query.views.map(({ name, about, columns }) => ({ name, about, columns: [...columns] })),
  }),
  text: ({ items }, style) =>
    table(
      items,
      [
        { title: "query", value: (row) => `@${row.name}`, paint: (text) => style.color("bold", text) },
        { title: "takes", value: (row) => row.params.map((name) => `:${name}`).join(" ") || "-" },
        { title: "saved", value: (row) => (row.at === null ? "built in" : sayAgo(row.at, style.nowMs)) },
        { title: "about", value: (row) => row.about || "-", flexible: true },
      ],
      style,
    ),
});

export const queryShow = dataCommand({
  id: "data.query-show",
  words: ["query", "show"],
  part: "data",
  summary: "Show the SQL of a saved query.",
  examples: ["vice query show @sources"],
  effect: "read",
  positional: ["name"],
  input: z.object({ name: nameInput }),
  output: saved,
  http: { method: "GET", path: "/v1/queries/:name" },
  run: ({ name }, { services }) => viewOf(findQuery(services, name)),
  text: ({ sql }) => sql,
});

export const querySave = dataCommand({
  id: "data.query-save",
  words: ["query", "save"],
  part: "data",
  summary: "Keep a query by name, for everybody: a new one, or another text for one that there is.",
  examples: [
    'vice query save failures "SELECT service, count(*) FROM deployments WHERE status = \'failed\' GROUP BY 1" --about "Failed deployments"',
    'vice query save of-service "SELECT * FROM deployments WHERE service = :service"   # then: vice query @of-service --param service=shop',
  ],
  effect: "write",
  positional: ["name", "sql"],
  input: z.object({
    name: nameInput,
    sql: z.string().trim().min(1).max(LIMITS.sql),
    about: z.string().trim().max(200).default("").describe("One line about it, for the list"),
  }),
  output: saved,
  run: async ({ name, sql, about }, ctx) => {
    assertName(name);
    if (nameIn(sql) !== null)
      throw new ViceError("input.invalid", {
        message: `"${sql}" is a saved query itself.`,
        hint: `Write the SQL: vice query show ${sql}`,
      });
    // What cannot be read is not kept: whoever calls it later would have the trouble.
    await runQuery(ctx, { sql, params: {}, explain: true, limit: 1, timeout: 5 });
    await recordEvents(ctx, [saidEvent(ctx, "vice.query.saved.v1", name, { name, about, sql })]);
    return viewOf(findQuery(ctx.services, name));
  },
  text: ({ name, params }) =>
    `Saved. Run it: vice query @${name}${params.map((each) => ` --param ${each}=...`).join("")}`,
});

function assertName(name: string): void {
  if (QUERY_NAME.test(name)) return;
  throw new ViceError("input.invalid", {
    message: `"${name}" cannot be the name of a query.`,
    hint: "Take up to 64 letters, digits, dots and dashes, beginning with a letter or digit.",
  });
}

export const queryRemove = dataCommand({
  id: "data.query-remove",
  words: ["query", "remove"],
  part: "data",
  summary: "Forget a saved query; one that took the name of a built-in one gives it back.",
  examples: ["vice query remove failures"],
  effect: "write",
  positional: ["name"],
  input: z.object({ name: nameInput }),
  output: z.strictObject({
    name: z.string(),
    builtIn: z.boolean().describe("The built-in one of this name is there again"),
  }),
  run: async ({ name }, ctx) => {
    const { at, name: found } = findQuery(ctx.services, name);
    if (at === null)
      throw new ViceError("conflict", {
        message: `@${found} is built in and cannot be removed.`,
        hint: `Save your own by that name: vice query save ${found} "SELECT ..."`,
      });
    await recordEvents(ctx, [saidEvent(ctx, "vice.query.removed.v1", found, { name: found })]);
    return { name: found, builtIn: BUILT_IN_QUERIES.some((each) => each.name === found) };
  },
  text: ({ name, builtIn }) => `Removed @${name}.${builtIn ? " The built-in one is there again." : ""}`,
});

export const savedQueryCommands = [queryList, queryShow, querySave, queryRemove] as const;
