/** Every command over HTTP: the list, running one by its id, and the routes of the contract that commands stand behind. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Command, type Principal, routesOf, scopeOf } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { WrittenJson } from "../../../kit/written-json.ts";
import type { Services } from "../../../ports/services.ts";
import { coercionOf, jsonSchemaOf } from "../command-input.ts";
import { csvWriterOf } from "../csv-answer.ts";
import type { Door } from "../door.ts";
import { type Answer, type Idempotency, idempotencyOf } from "../idempotency.ts";
import type { Run } from "../run.ts";
import { type Runs, within } from "../runs.ts";

type AnyCommand = Command<Services>;

export function commandRoutes(app: FastifyInstance, door: Door, runs: Runs): void {
  const idempotency = idempotencyOf(door);
  let described: unknown;
  app.get("/v1/commands", { config: { access: "read" } }, async () => {
    described ??= { items: [...door.commands.values()].map(describe) };
    return described;
  });
  app.post("/v1/commands/:id", { config: { access: "command" } }, async (request, reply) => {
    const { id } = request.params as { id: string };
    const command = door.commands.get(id);
    if (command === undefined) throw unknownCommand(id, door);
    const given = request.body ?? {};
    const run = () => runToAnswer(door, runs, command, given, request, "wrapped");
    return send(reply, await maybeOnce(idempotency, command, request, given, run));
  });
  app.get("/v1/runs/:id", { config: { access: "read" } }, async (request) => ownRun(runs, request));
  app.post("/v1/runs/:id/cancel", { config: { access: "read" } }, async (request, reply) => {
    const run = ownRun(runs, request);
    runs.cancel(run.id);
    return reply.code(202).send(run);
  });
  for (const command of door.commands.values()) {
    for (const route of routesOf(command)) contractRoute(app, door, runs, command, route, idempotency);
  }
}

/** @throws ViceError `not-found` */
function ownRun(runs: Runs, request: FastifyRequest): Run {
  const { id } = request.params as { id: string };
  const run = runs.get(id);
  if (run !== null && maySee(principalOf(request), run.principal)) return run;
  const hint = "The newest runs are remembered, until the server stops. Run the command again.";
  throw new ViceError("not-found", { what: "run", name: id, hint });
}

const maySee = (principal: Principal, owner: string): boolean =>
  principal.id === owner || principal.scopes.includes("admin");

/** `GET /v1/status` and the like: input from path, query and body; the bare result, or CSV where it is a list. */
function contractRoute(
  app: FastifyInstance,
  door: Door,
  runs: Runs,
  command: AnyCommand,
  { method, path }: ReturnType<typeof routesOf>[number],
  idempotency: Idempotency,
): void {
  const coerce = coercionOf(command.input);
  const csv = csvWriterOf(command);
  // `?format=csv` is of the door, unless the command has formats of its own.
  const hasFormat = "format" in Object(jsonSchemaOf(command.input, "input")["properties"]);
  app.route({
    method,
    url: path,
    config: { access: scopeOf(command) },
    handler: async (request, reply) => {
      const { format, ...query } = request.query as Record<string, unknown>;
      const own = format !== undefined && hasFormat ? { format } : {};
      const words = coerce({ ...query, ...own, ...(request.params as object) });
      const given = mergeBody(words, request.body);
      const run = () => runToAnswer(door, runs, command, given, request, "bare");
      const result = await maybeOnce(idempotency, command, request, given, run);
      const wantsCsv = format === "csv" || /\btext\/csv\b/.test(request.headers.accept ?? "");
      if (csv !== null && wantsCsv && result.status === 200) return csv(reply, readOf(result.body));
      return send(reply, result);
    },
  });
}

function mergeBody(words: Record<string, unknown>, body: unknown): unknown {
  if (body === undefined || body === null) return words;
  return typeof body === "object" && !Array.isArray(body) ? { ...body, ...words } : body;
}

/** @throws ViceError when the command fails in time */
async function runToAnswer(
  door: Door,
  runs: Runs,
  command: AnyCommand,
  input: unknown,
  request: FastifyRequest,
  shape: "wrapped" | "bare",
): Promise<Answer> {
  const principal = principalOf(request);
  const client = command.effect === "read" ? watchClient(request) : null;
  if (client === null) runs.requireRoom(principal);
  const { run, ended } = runs.start(command, input, principal, client?.gone);
  const forgotten = ended.finally(() => client?.forget());
  const end = await within(forgotten, Math.min(door.commandPatienceMs, waitOf(request)));
  if (end === null) {
    // What only reads may always begin, and ends here when too many go on. What writes was asked before it began.
    if (client !== null) orAbort(client, () => runs.requireRoom(principal));
    runs.keep(run, ended);
    // It was told to come again: that it hangs up now says nothing.
    client?.forget();
    return { status: 202, body: { run: run.id } };
  }
  if (end.failure !== null) throw end.failure;
  return { status: 200, body: shape === "wrapped" ? { result: end.result } : end.result };
}

/** `Prefer: wait=0.5` (RFC 7240): who looks on at long work wants its run soon. @returns milliseconds */
function waitOf({ headers: { prefer } }: FastifyRequest): number {
  const [, seconds] = /\bwait=(\d{1,6}(?:\.\d{1,3})?)/.exec(String(prefer ?? "")) ?? [];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1000;
}

interface Client {
  gone: AbortSignal;
  /** As if it were gone. */
  abort: () => void;
  forget: () => void;
}

function orAbort({ abort }: Client, check: () => void): void {
  try {
    check();
  } catch (error) {
    abort();
    throw error;
  }
}

/** Nobody waits for the result of a reading whose client is gone; what writes is carried out. */
function watchClient(request: FastifyRequest): Client {
  const { socket } = request.raw;
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  socket.once("close", abort);
  // A connection that is kept alive serves many requests: none may stay with it.
  return { gone: gone.signal, abort, forget: () => socket.off("close", abort) };
}

/** A reading does nothing twice: its `Idempotency-Key` is ignored, and nothing of its answer is kept. */
function maybeOnce(
  idempotency: Idempotency,
  command: AnyCommand,
  request: FastifyRequest,
  input: unknown,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = request.headers["idempotency-key"];
  if (command.effect === "read" || key === undefined || key === "") return run();
  if (typeof key !== "string" || key.length > 255) {
    throw new ViceError("input.invalid", { message: "An Idempotency-Key has at most 255 characters." });
  }
  const text = `${request.method} ${request.url}\n${JSON.stringify(input)}`;
  return idempotency.once({ key, principal: principalOf(request), request: text }, run);
}

function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ViceError("auth.required");
  return request.principal;
}

function send(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  const run = typeof body === "object" && body !== null && "run" in body ? String(body.run) : null;
  if (status === 202 && run !== null) reply.header("location", `/v1/runs/${run}`);
  reply.code(status).header("cache-control", "no-store");
  return body instanceof WrittenJson ? reply.type(JSON_TYPE).send(body.bytes) : reply.send(body);
}

/** What Fastify says of objects. */
const JSON_TYPE = "application/json; charset=utf-8";

const readOf = (body: unknown): unknown => (body instanceof WrittenJson ? body.toJSON() : body);

function unknownCommand(id: string, door: Door): ViceError {
  const near = nearest(id, [...door.commands.keys()]) ?? undefined;
  return new ViceError("not-found", {
    what: "command",
    name: id,
    nearest: near,
    hint: "See GET /v1/commands.",
  });
}

/** What a client needs to know to offer a command. */
function describe(command: AnyCommand): unknown {
  const { id, words, part, summary, examples, effect, positional, http } = command;
  const scope = scopeOf(command);
  const input = jsonSchemaOf(command.input, "input");
  const output = jsonSchemaOf(command.output, "output");
  return { id, words, part, summary, examples, effect, scope, positional, http: http ?? null, input, output };
}
