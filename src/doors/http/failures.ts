/** Every answer that is an error has one shape, whoever found the fault: we, fastify, or Node's HTTP parser. */
import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorBody, toViceError, ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Door } from "./door.ts";
import { routeTableOf } from "./route-table.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const RETRY_AFTER_SECONDS = 5;
/** Time to read a refusal on the bare socket. */
const HANG_UP_MS = 1000;

export function answerFailures(app: FastifyInstance, door: Door): void {
  const table = routeTableOf(app);
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const failure = fromFastify(error);
    if (failure.http >= 500 && failure.code === "bug") {
      door.logger.error({ req: request.id, route: request.routeOptions.url, err: error }, "a bug");
    }
    return answer(reply, failure);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = table.methodsOf(path);
    if (methods.length === 0) return answer(reply, unknownRoute(path, table.patterns()));
    reply.header("allow", methods.join(", "));
    return answer(
      reply,
      new ViceError("method.not-allowed", { method: request.method, path, allowed: methods.join(", ") }),
    );
  });
}

/** Faults of the address itself, found before there is a route; no hook has run yet. */
export function answerBadAddress(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  answer(reply.headers(SECURITY_HEADERS), fromFastify(error));
}

/** Sends the error with its status, and `Retry-After` where the same call may succeed later. */
export function answer(reply: FastifyReply, failure: ViceError): FastifyReply {
  const { retryAfterSeconds } = failure.details;
  if (failure.http === 503 || failure.http === 429) {
    const seconds = typeof retryAfterSeconds === "number" ? retryAfterSeconds : RETRY_AFTER_SECONDS;
    reply.header("retry-after", String(seconds));
  }
  if (failure.http === 401) reply.header("www-authenticate", 'Bearer realm="vice"');
  return reply.code(failure.http).header("cache-control", "no-store").send(errorBody(failure));
}

const pathOf = (request: FastifyRequest): string => request.raw.url?.split("?")[0] ?? "/";

function unknownRoute(path: string, patterns: readonly string[]): ViceError {
  const near = nearest(path, patterns);
  const hint = "See /openapi.json for all routes.";
  return new ViceError("not-found", {
    what: "route",
    name: path.slice(0, 200),
    nearest: near ?? undefined,
    hint,
  });
}

/** Faults that fastify finds, by its code. */
const FOUND: Record<string, () => ViceError> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new ViceError("input.invalid", {
      message: "The Content-Type cannot be read.",
      hint: "Send application/json.",
    }),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    new ViceError("input.invalid", { message: "A part of the path is longer than 500 characters." }),
  FST_ERR_BAD_URL: () =>
    new ViceError("input.invalid", { message: "The path is not percent-encoded rightly." }),
};

function fromFastify(error: FastifyError | Error): ViceError {
  if (error instanceof ViceError) return error;
  const code = "code" in error ? String(error.code) : "";
  const known = FOUND[code];
  if (known !== undefined) return known();
  const status = "statusCode" in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) return new ViceError("input.invalid", { message: error.message });
  return toViceError(error);
}

/** What Node's HTTP parser refuses never becomes a request: answered on the bare socket. */
const BROKEN: Record<string, { status: string; message: string; hint: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    message: "The headers are larger than 32 KiB.",
    hint: "Send fewer or shorter headers.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    message: "The request did not arrive in time. Nothing was stored.",
    hint: "Send it again on a faster connection, or smaller.",
  },
};
const NOT_HTTP = {
  status: "400 Bad Request",
  message: "That is not a request in HTTP/1.1.",
  hint: "Look at what lies between the sender and vice; for TLS put a proxy in front.",
};

export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const { status, message, hint } = BROKEN[error.code ?? ""] ?? NOT_HTTP;
  const body = JSON.stringify({ error: { code: "input.invalid", message, hint, details: {} } });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\nx-content-type-options: nosniff`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  // Who does not hang up could go on sending the refused request for ever.
  setTimeout(() => socket.destroy(), HANG_UP_MS).unref();
}
