/** The one table of commands: every door is made from it. */
import { QUERY_FUNCTIONS } from "../adapters/query/functions.ts";
import { dryRun } from "../adapters/source/generic/index.ts";
import { QUERY_VIEWS } from "../adapters/store/sqlite/views.ts";
import type { Command } from "../kit/command.ts";
import { autoCommands } from "../parts/auto/index.ts";
import { configCommands } from "../parts/config/index.ts";
import { dataCommands, mapCommand } from "../parts/data/index.ts";
import { deployCommands } from "../parts/deploy/index.ts";
import { notifyCommands } from "../parts/notify/index.ts";
import { verifyCommands } from "../parts/verify/index.ts";
import { vizCommands } from "../parts/viz/index.ts";
import type { Services } from "../ports/services.ts";
import { audited } from "./audited.ts";
import { checkPipeline } from "./check-pipeline.ts";

const views = {
  title: "Views",
  rows: QUERY_VIEWS.map(
    ({ name, about, columns }) =>
      [name, `${about} ${columns.map((column) => column.name).join(", ")}`] as const,
  ),
};

const functions = {
  title: "Functions, beside those of SQLite",
  rows: QUERY_FUNCTIONS.map(({ call, about }) => [call, about] as const),
};

export const allCommands: ReadonlyArray<Command<Services>> = [
  ...vizCommands,
  ...dataCommands,
  ...deployCommands,
  ...autoCommands,
  ...configCommands(checkPipeline),
  ...verifyCommands,
  ...notifyCommands,
  mapCommand(dryRun) as Command<Services>,
]
  .map((command) => (command.id === "data.query" ? { ...command, topics: [views, functions] } : command))
  .map(audited);
