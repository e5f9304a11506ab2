/** `vice config secret get` and `list`: opens one secret, and says which there are and whether they can be opened here. */
import { z } from "zod";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import { sayReference } from "../../../domain/values/reference.ts";
import { placeOf } from "../../../domain/values/resolve.ts";
import { ViceError } from "../../../kit/errors.ts";
import { printable, table } from "../../../kit/table.ts";
import { configCommand } from "../define-command.ts";
import { valueNamed } from "./explain.ts";
import { layersIn } from "./resolve-values.ts";
import {
  asksTheLog,
  mayOpen,
  projectInput,
  requireOpening,
  sayWhere,
  subjectWith,
  whereInput,
} from "./subject.ts";

export const getSecret = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.secret.get",
    words: null,
    part: "config",
    summary: "Open one secret and print it. On a server this takes the role deployer there, and is noted.",
    examples: ["vice config secret get DATABASE_URL prod-eu", "vice config secret get API_KEY --service api"],
    // Nothing is changed; but whoever asks a server is noted in its log.
    effect: "write",
    scope: "deploy",
    positional: ["key", "environment"],
    needsStore: asksTheLog,
    input: z.object({
      key: z.string().trim().min(1).describe("Name of the secret"),
      environment: z.string().optional().describe("Default: the first one; production must be named"),
      project: projectInput,
      ...whereInput,
    }),
    output: z.strictObject({ key: z.string(), text: z.string() }),
    run: async (asked, ctx) => {
      const subject = subjectWith(checkPipeline)(asked, ctx);
      requireOpening(subject, ctx);
      const { key, reference, source } = valueNamed(subject, asked.key);
      if (reference === null)
        throw new ViceError("input.invalid", {
          message: `${key} is no secret in ${sayWhere(subject)}.`,
          hint: `Print it: vice config get ${key}`,
        });
      const { from, environment } = subject;
      const place = { cwd: from.cwd, env: from.env, environment: environment?.name ?? null };
      const { text, problem } = await from.secrets.open(key, reference, place);
      if (text !== null) return { key, text };
      throw new ViceError("data.invalid", {
        message: `${placeOf(source)}${key}: ${problem}.`,
        hint: `Where it comes from: vice config explain ${key}`,
      });
    },
    text: ({ text }) => text,
  });

const item = z.strictObject({
  key: z.string(),
  reference: z.string(),
  layer: z.string(),
  at: z.string().nullable().describe("File and line"),
  opens: z
    .boolean()
    .nullable()
    .describe("Whether it can be opened here; null = you may not, so nobody tried"),
  problem: z.string().nullable(),
});

export const listSecrets = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.secret.list",
    words: null,
    part: "config",
    summary: "List the secrets of an environment: where each one is, and whether it can be opened here.",
    examples: ["vice config secret list prod-eu", "vice config secret list staging --json"],
    effect: "read",
    positional: ["environment"],
    needsStore: asksTheLog,
    input: z.object({
      environment: z.string().optional().describe("Default: the first one; production must be named"),
      project: projectInput,
      ...whereInput,
    }),
    output: z.strictObject({ where: z.string(), items: z.array(item) }),
    list: "items",
    http: { method: "GET", path: "/v1/projects/:project/secrets" },
    run: async (asked, ctx) => {
      const subject = subjectWith(checkPipeline)(asked, ctx);
      const { project, environment, service, from } = subject;
      const isOpen = mayOpen(subject, ctx);
      const place = { cwd: from.cwd, env: from.env, environment: environment?.name ?? null };
      const { resolved } = layersIn(project, environment, service, from);
      const items = resolved.map(async ({ key, reference, source }) => {
        if (reference === null) return [];
        const opened = isOpen ? await from.secrets.open(key, reference, place) : null;
        return {
          ...{ key, reference: sayReference(reference), layer: source.layer },
          at: placeOf(source).replace(/: $/, "") || null,
          opens: opened === null ? null : opened.problem === null,
          problem: opened?.problem ?? null,
        };
      });
      return { where: sayWhere(subject), items: (await Promise.all(items)).flat() };
    },
    text: ({ where, items }, style) =>
      items.length === 0
        ? `${where} has no secrets. Say where one is: config: { secrets: { DATABASE_URL: env:DATABASE_URL } }`
        : table(
            items,
            [
              { title: "secret", value: ({ key }) => key },
              { title: "where", value: ({ reference }) => reference, flexible: true },
              { title: "said in", value: ({ at, layer }) => at ?? layer, flexible: true },
              {
                title: "opens here",
                value: ({ opens, problem }) =>
                  opens === null ? "-" : opens ? "yes" : printable(`no: ${problem}`),
                paint: (text, { opens }) => (opens === false ? style.color("red", text) : text),
                flexible: true,
              },
            ],
            style,
          ),
  });
