/** The description of the whole API, made from the command table and the fixed routes (OpenAPI 3.1). */
import type { FastifyInstance } from "fastify";
import { type Command, routesOf, scopeOf } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { jsonSchemaOf } from "../command-input.ts";
import type { Door } from "../door.ts";
import { FIXED_ROUTES, type FixedRoute } from "../fixed-routes.ts";
import { FORMATS, takesFormat } from "../query-names.ts";

type AnyCommand = Command<Services>;
type Json = Record<string, unknown>;

export function openApiRoute(app: FastifyInstance, door: Door): void {
  let made: Json | undefined;
  app.get("/openapi.json", { config: { access: "read" } }, async () => {
    made ??= openApiOf([...door.commands.values()], door.services.version);
    return made;
  });
}

export function openApiOf(commands: readonly AnyCommand[], version: string): Json {
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, operation: Json): void => {
    const place = path.replace(/:(\w+)/g, "{$1}");
    paths[place] = { ...paths[place], [method.toLowerCase()]: operation };
  };
  for (const route of FIXED_ROUTES) add(route.path, route.method, fixedOperation(route));
  for (const command of commands) {
    for (const route of routesOf(command)) add(route.path, route.method, contractOperation(command, route));
    add(`/v1/commands/${command.id}`, "post", commandOperation(command));
  }
  const bearer = { type: "http", scheme: "bearer", description: "A token: vice token create" };
  const cookie = { type: "apiKey", in: "cookie", name: "vice_session" };
  return {
    openapi: "3.1.0",
    info: { title: "vice", version, description: "What runs where, whatever tool put it there." },
    paths,
    components: { securitySchemes: { bearer, cookie }, schemas: { Error: ERROR_SCHEMA } },
    security: [{ bearer: [] }, { cookie: [] }],
  };
}

const text = { type: "string" };
const ERROR_SCHEMA = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "hint", "details"],
      properties: { code: text, message: text, hint: text, details: { type: "object" } },
    },
  },
};
const FAILURE = {
  description: "What happened and what to do next.",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
};

const ok = (schema: unknown): Json => ({
  "200": { description: "Done.", content: { "application/json": { schema } } },
  default: FAILURE,
});

function fixedOperation({ path, summary, status, access, type, query = {} }: FixedRoute): Json {
  const content = status === "204" ? {} : { content: { [type ?? "application/json"]: {} } };
  const named = Object.entries(query);
  return {
    summary,
    parameters: [
      ...pathNames(path).map((name) => ({ name, in: "path", required: true, schema: text })),
      ...named.map(([name, description]) => ({ name, in: "query", description, schema: text })),
    ],
    responses: { [status]: { description: "Done.", ...content }, default: FAILURE },
    ...(access === "public" || access === "hook" ? { security: [] } : { "x-scope": access }),
  };
}

const pathNames = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? "");

function commandOperation(command: AnyCommand): Json {
  const result = jsonSchemaOf(command.output, "output");
  return {
    operationId: command.id,
    summary: command.summary,
    "x-scope": scopeOf(command),
    "x-effect": command.effect,
    parameters: [{ name: "Idempotency-Key", in: "header", schema: { ...text, maxLength: 255 } }],
    requestBody: bodyOf(command),
    responses: {
      ...ok({ type: "object", properties: { result } }),
      "202": { description: "It goes on; see /v1/runs/{id}." },
    },
  };
}

const bodyOf = (command: AnyCommand): Json => ({
  content: { "application/json": { schema: jsonSchemaOf(command.input, "input") } },
});

/** A route of the contract: path and query for reading, a body for the rest. */
function contractOperation(command: AnyCommand, { method, path }: ReturnType<typeof routesOf>[number]): Json {
  const inPath = pathNames(path);
  const { properties, required } = jsonSchemaOf(command.input, "input");
  const named = Object.entries(properties ?? {}).filter(
    ([name]) => method === "GET" || inPath.includes(name),
  );
  const isRequired = (name: string): boolean => Array.isArray(required) && required.includes(name);
  const parameters: Json[] = named.map(([name, schema]) =>
    inPath.includes(name)
      ? { name, in: "path", required: true, schema }
      : { name, in: "query", required: isRequired(name), schema },
  );
  if (method === "GET" && takesFormat(command))
    parameters.push({ name: "format", in: "query", required: false, schema: { enum: FORMATS } });
  return {
    operationId: `${command.id}:${method.toLowerCase()}${path === command.http?.queryPath ? ":query" : ""}`,
    summary: command.summary,
    "x-scope": scopeOf(command),
    parameters,
    ...(method === "GET" ? {} : { requestBody: bodyOf(command) }),
    responses: ok(jsonSchemaOf(command.output, "output")),
  };
}
