/** Talks to the server: JSON in, JSON out, and one error type that carries the server's own words and next step. */

export class ApiError extends Error {
  readonly code: string;
  readonly hint: string | null;
  /** HTTP status; 0 = the server could not be reached. */
  readonly status: number;

  constructor(status: number, code: string, message: string, hint: string | null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

const UNREACHABLE = new ApiError(
  0,
  "outside.unreachable",
  "The vice server does not answer.",
  'Check that it runs ("vice serve"), then try again. This page reconnects by itself.',
);

/** @throws ApiError with the server's code, message and hint, or status 0 when nothing answered. */
export async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await send(method, path, body);
  if (response.status === 204) return undefined as Answer;
  const text = await response.text();
  const json = parse(text);
  if (!response.ok) throw errorOf(response.status, json);
  return json as Answer;
}

export const get = <Answer>(path: string): Promise<Answer> => request<Answer>("GET", path);

/** Runs one command of the command table; the server checks scope and input. */
export async function command<Result>(id: string, input: unknown): Promise<Result> {
  const answer = await request<{ result: Result }>("POST", `/v1/commands/${id}`, input);
  return answer.result;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const init: RequestInit = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { accept: "application/json", "content-type": "application/json" };
  }
  try {
    return await fetch(path, init);
  } catch {
    throw UNREACHABLE;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads `{"error":{code,message,hint}}`; anything else becomes a plain sentence about the status. */
export function errorOf(status: number, json: unknown): ApiError {
  const error = fieldOf(json, "error");
  const text = (key: string): string | null => {
    const value = fieldOf(error, key);
    return typeof value === "string" ? value : null;
  };
  return new ApiError(
    status,
    text("code") ?? "unknown",
    text("message") ?? `The server answered with status ${status}.`,
    text("hint"),
  );
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

/** `/v1/x` with the filled-in parameters only. */
export function withParams(path: string, params: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
