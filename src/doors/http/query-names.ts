/** Which names a route takes in its query, from its command or the table of fixed routes; any other name is refused. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Command, routesOf } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Services } from "../../ports/services.ts";
import { jsonSchemaOf } from "./command-input.ts";
import type { Door } from "./door.ts";
import { FIXED_ROUTES } from "./fixed-routes.ts";

/** What a list is answered as. */
export const FORMATS: readonly string[] = ["json", "csv"];

/** Whether `?format=csv` is the door's to understand: for lists, unless the command has a word of its own for it. */
export const takesFormat = (command: Command<Services>): boolean =>
  command.list !== undefined && !inputNames(command).includes("format");

const inputNames = (command: Command<Services>): string[] =>
  Object.keys(jsonSchemaOf(command.input, "input")["properties"] ?? {});

/** Read by machines that may add words of their own, such as the `params` of a scrape; nothing there is narrowed. */
const WHOLE: readonly string[] = ["/metrics", "/openapi.json"];

interface Known {
  names: readonly string[];
  format: boolean;
}

/**
 * A name that is not known would be taken for a filter that does not narrow: a wrong answer that looks right. Public
 * routes and hooks take what others add to their address. After the guard: who may not ask learns nothing.
 */
export function refuseUnknownQuery(app: FastifyInstance, door: Door): void {
  const table = new Map<string, Known>();
  for (const { method, path, access, query } of FIXED_ROUTES)
    if (access !== "public" && access !== "hook" && !WHOLE.includes(path))
      table.set(`${method} ${path}`, { names: Object.keys(query ?? {}), format: false });
  for (const command of door.commands.values())
    for (const { method, path } of routesOf(command))
      table.set(`${method} ${path}`, { names: inputNames(command), format: takesFormat(command) });
  app.addHook("onRequest", (request, _reply, done) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const known = table.get(`${method} ${request.routeOptions.url}`);
    if (known !== undefined) requireKnown(request, known);
    done();
  });
}

function requireKnown(request: FastifyRequest, { names, format: takes }: Known): void {
  const known = takes ? [...names, "format"] : names;
  const query = request.query as Record<string, unknown>;
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  const [first] = unknown;
  if (first !== undefined) throw unknownName(first, unknown, known);
  const { format } = query;
  if (takes && format !== undefined && !FORMATS.includes(String(format))) {
    const message = `format: "${String(format).slice(0, 60)}" is none of ${FORMATS.join(", ")}.`;
    throw new ViceError("input.invalid", { message, allowed: FORMATS });
  }
}

function unknownName(name: string, unknown: readonly string[], known: readonly string[]): ViceError {
  const near = nearest(name, known);
  const meant = near === null ? "" : `Did you mean "${near}"? `;
  const list = known.length === 0 ? "This route takes none." : `Known: ${known.join(", ")}.`;
  return new ViceError("input.invalid", {
    message: `There is no query parameter "${name.slice(0, 60)}" here.`,
    hint: meant + list,
    unknown: unknown.slice(0, 20).map((one) => one.slice(0, 60)),
    ...(near === null ? {} : { nearest: near }),
    known,
  });
}
