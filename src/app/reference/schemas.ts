/** The published JSON Schemas: the server's file for editors, the normal form, and every command. */
import { z } from "zod";
import { activitySchema } from "../../domain/activity-schema.ts";
import { dashboardSchema } from "../../domain/dashboard/dashboard-schema.ts";
import { pipelineSchema } from "../../domain/pipeline/pipeline-schema.ts";
import { projectSchema } from "../../domain/project/project-schema.ts";
import { type Command, scopeOf } from "../../kit/command.ts";
import { editorSchema } from "../../kit/yaml-file.ts";
import { checksForm } from "../../parts/verify/index.ts";
import type { Services } from "../../ports/services.ts";
import { checkForms } from "../check-pipeline.ts";
import { serverSchema } from "../config/server-schema.ts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const serverFileSchema = (): string => json(editorSchema("vice.server.yaml", serverSchema));

/** With pipeline and checks as the parts that run them know them. */
export function projectFileSchema(): string {
  const { properties, ...schema } = editorSchema("vice.yaml", projectSchema);
  const { $schema: _dialect, title: _title, ...pipeline } = editorSchema("pipeline", pipelineSchema);
  const { $schema: _draft, title: _name, $defs, ...checks } = editorSchema("verify", checksForm(checkForms));
  const own = {
    verify: { description: "Checks that say whether it works", ...checks },
    pipeline: { description: "Steps as a graph", ...pipeline },
  };
  return json({ ...schema, properties: { ...Object(properties), ...own }, $defs });
}

export const dashboardFileSchema = (): string => json(editorSchema("dashboard", dashboardSchema));

export const activityFileSchema = (): string =>
  json({
    title: "Activity",
    description: "An activity in the normal form of vice",
    ...z.toJSONSchema(activitySchema),
  });

export function commandsFile(commands: readonly Command<Services>[]): string {
  const described = commands.map((command) => {
    const { id, words, part, summary, examples, effect, positional, http, list } = command;
    const input = z.toJSONSchema(command.input, { io: "input", unrepresentable: "any" });
    const output = z.toJSONSchema(command.output, { io: "output", unrepresentable: "any" });
    const scope = scopeOf(command as Command<never>);
    return {
      id,
      words,
      part,
      summary,
      examples,
      effect,
      scope,
      positional,
      http: http ?? null,
      list: list ?? null,
      input,
      output,
    };
  });
  return json(described);
}
