/** Talks to a vice server: one request, one JSON answer, errors in the words of the server. */
import { ViceError } from "../../../kit/errors.ts";
import { problemOf, ServerProblem } from "../problem.ts";

export interface ServerLink {
  /** Without a slash at the end. */
  url: string;
  token: string | null;
  /** Whether somebody named it; else it was found in this home. */
  isNamed?: boolean;
}

export interface Answer {
  status: number;
  body: unknown;
}

export interface Asking {
  method: "GET" | "POST";
  path: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: { type: string; bytes: Uint8Array };
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * @throws ServerProblem for an answer that is an error
 * @throws ViceError `server.unreachable`
 */
export async function ask(link: ServerLink, asking: Asking): Promise<Answer> {
  const { status, body } = await send(link, asking);
  if (status < 400) return { status, body };
  throw new ServerProblem(problemOf(status, body));
}

/** Like `ask`, but an error is an answer too. */
export async function send({ url, token, isNamed = true }: ServerLink, asking: Asking): Promise<Answer> {
  const { method, path, json, raw, signal } = asking;
  const headers: Record<string, string> = { accept: "application/json", ...asking.headers };
  if (token !== null) headers["authorization"] = `Bearer ${token}`;
  if (json !== undefined) headers["content-type"] = "application/json";
  if (raw !== undefined) headers["content-type"] = raw.type;
  const body = raw?.bytes ?? (json === undefined ? null : JSON.stringify(json));
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      body,
      redirect: "error",
      signal: signal ?? null,
    });
    return { status: response.status, body: await jsonOf(response) };
  } catch (error) {
    if (error instanceof ViceError || signal?.aborted) throw error;
    throw new ViceError(
      "server.unreachable",
      {
        ...{ url, problem: reasonOf(error) },
        ...(!isNamed && { hint: "Start it again: vice serve" }),
      },
      error,
    );
  }
}

/** @throws ViceError `server.unreachable` when something else than vice answers */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = `it answered with status ${response.status} and no JSON, so it is no vice server`;
    throw new ViceError("server.unreachable", { url: new URL(response.url).origin, problem }, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name cannot be resolved",
  ECONNRESET: "the connection broke",
  UND_ERR_SOCKET: "the connection broke",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
};

/** `fetch` says only "fetch failed"; what happened stands in its cause. */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code = String(Object(cause)["code"] ?? "");
  return REASONS[code] ?? (cause instanceof Error ? cause.message : code || "unknown");
}
