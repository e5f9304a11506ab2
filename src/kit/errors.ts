/** The one table of errors: what each code means in HTTP, as an exit code, and what it says to people. */

type Details = Record<string, unknown>;

interface ErrorSpec {
  http: number;
  exit: number;
  /** Whether the same call may succeed later. */
  retry: boolean;
  /** What happened and to what. */
  message: (d: Details) => string;
  /** The exact next step. */
  hint: (d: Details) => string;
}

const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const near = (d: Details): string => (d["nearest"] ? `Did you mean "${text(d["nearest"])}"? ` : "");
const own =
  (fallback: string) =>
  (d: Details): string =>
    text(d["hint"]) || fallback;
const said =
  (fallback: string) =>
  (d: Details): string =>
    text(d["message"]) || fallback;

export const ERRORS = {
  usage: {
    http: 400,
    exit: 64,
    retry: false,
    message: said("The command line is not right."),
    hint: own("Type: vice help"),
  },
  "input.invalid": {
    http: 400,
    exit: 64,
    retry: false,
    message: said("The input is not right."),
    hint: own("See the names and types in /openapi.json or `vice help <command>`."),
  },
  "body.not-json": {
    http: 400,
    exit: 65,
    retry: false,
    message: (d) => `The body is not JSON: ${text(d["problem"])}. Nothing was stored.`,
    hint: own("Send one JSON document in UTF-8."),
  },
  "body.too-deep": {
    http: 400,
    exit: 65,
    retry: false,
    message: (d) => `The JSON is nested deeper than ${text(d["limit"])} levels. Nothing was stored.`,
    hint: own("Send the vendor's own payload; none of them is that deep."),
  },
  "body.too-large": {
    http: 413,
    exit: 65,
    retry: false,
    message: (d) => `The body is larger than ${text(d["limit"])}. Nothing was stored.`,
    hint: own("Leave logs and artifacts out of the webhook."),
  },
  "data.invalid": {
    http: 400,
    exit: 65,
    retry: false,
    message: said("The data is not right."),
    hint: own("Mend it and try again."),
  },
  "config.invalid": {
    http: 500,
    exit: 65,
    retry: false,
    message: (d) => `${text(d["file"])}${d["line"] ? `:${text(d["line"])}` : ""}: ${text(d["problem"])}`,
    hint: (d) => text(d["hint"]) || `${near(d)}Mend the file and start again. Nothing was changed.`,
  },
  "project.invalid": {
    http: 400,
    exit: 65,
    retry: false,
    message: (d) => `${text(d["file"])}${d["line"] ? `:${text(d["line"])}` : ""}: ${text(d["problem"])}`,
    hint: (d) => text(d["hint"]) || `${near(d)}Mend the file and try again: vice project check`,
  },
  "hook.unsigned": {
    http: 401,
    exit: 77,
    retry: false,
    message: (d) =>
      `The delivery for ${text(d["source"])} was refused: ${text(d["reason"])}. Nothing was stored.`,
    hint: own("Enter the same secret at the sender and in vice; see the Sources page."),
  },
  "source.unknown": {
    http: 404,
    exit: 66,
    retry: false,
    message: (d) => `There is no source "${text(d["name"])}".`,
    hint: (d) => `${near(d)}Known: ${text(d["known"])}.`,
  },
  "not-found": {
    http: 404,
    exit: 66,
    retry: false,
    message: (d) => said(`There is no ${text(d["what"]) || "such thing"} "${text(d["name"])}".`)(d),
    hint: (d) => near(d) + (text(d["hint"]) || "Look at what there is: vice status"),
  },
  "method.not-allowed": {
    http: 405,
    exit: 64,
    retry: false,
    message: (d) => `${text(d["path"])} does not know the method ${text(d["method"])}.`,
    hint: (d) => `Use ${text(d["allowed"])}.`,
  },
  "auth.required": {
    http: 401,
    exit: 77,
    retry: false,
    message: said("This needs a token."),
    hint: own(
      "Make one on the server (vice token create --name me) and set VICE_TOKEN, or sign in on the page.",
    ),
  },
  "auth.forbidden": {
    http: 403,
    exit: 77,
    retry: false,
    message: (d) => said(`This needs the scope "${text(d["scope"])}", which the token does not have.`)(d),
    hint: own("Ask an admin of the server for a token with that scope. Nothing was changed."),
  },
  "rate.limited": {
    http: 429,
    exit: 75,
    retry: true,
    message: (d) => `Too many requests from ${text(d["who"]) || "this address"}.`,
    hint: own("Wait as long as Retry-After says and send it again."),
  },
  "store.unavailable": {
    http: 503,
    exit: 75,
    retry: true,
    message: (d) => `The store cannot write now: ${text(d["problem"])}. Nothing of this request was stored.`,
    hint: own("Free some space or mend the disk; senders may repeat the delivery. See: vice doctor"),
  },
  "store.busy": {
    http: 503,
    exit: 75,
    retry: true,
    message: (d) =>
      `Another process (pid ${text(d["pid"]) || "unknown"}) holds the store in ${text(d["home"])}.`,
    hint: own("Use the running server (VICE_SERVER), or end that process and try again."),
  },
  "store.behind": {
    http: 503,
    exit: 75,
    retry: true,
    message: (d) =>
      `vice is reading its log again, ${text(d["events"])} events to go: until then nobody can say what stands in the way.`,
    hint: own("Try again in a moment; the page shows how far it is."),
  },
  "store.damaged": {
    http: 500,
    exit: 65,
    retry: false,
    message: (d) => `The store ${text(d["file"])} is damaged: ${text(d["problem"])}. Nothing was changed.`,
    hint: own("Put a backup back: vice data restore <URL of the backup>"),
  },
  "store.newer": {
    http: 500,
    exit: 65,
    retry: false,
    message: (d) =>
      `The store ${text(d["file"])} has schema ${text(d["found"])}; this vice knows up to ${text(d["known"])}. Nothing was touched.`,
    hint: own("Use the newer vice that wrote it: npm install -g vice-deploy@latest"),
  },
  "query.refused": {
    http: 400,
    exit: 64,
    retry: false,
    message: said("The query was refused."),
    hint: own("Only reading is possible: one SELECT over the documented views; see vice help query"),
  },
  "query.timeout": {
    http: 400,
    exit: 75,
    retry: false,
    message: (d) => `The query was stopped after ${text(d["limitMs"])} ms.`,
    hint: own("Narrow it by time (occurred_at) or service, or ask for fewer rows."),
  },
  "deploy.not-allowed": {
    http: 409,
    exit: 23,
    retry: true,
    message: said("This may not be deployed now."),
    hint: own("Ask why: vice can-deploy SERVICE ENVIRONMENT"),
  },
  conflict: {
    http: 409,
    exit: 75,
    retry: false,
    message: said("That is not possible in the present state."),
    hint: own("Look at the present state and try again."),
  },
  "server.no-address": {
    http: 500,
    exit: 69,
    retry: true,
    message: (d) =>
      `The server cannot listen on ${text(d["address"])}: ${text(d["problem"])}. Nothing was started.`,
    hint: own("Take another port: vice serve --port 0 picks a free one."),
  },
  "outside.unreachable": {
    http: 502,
    exit: 69,
    retry: true,
    message: (d) => `${text(d["url"]) || "The other side"} cannot be reached: ${text(d["problem"])}.`,
    hint: own("Check the address and the network, then try again."),
  },
  "server.unreachable": {
    http: 502,
    exit: 69,
    retry: true,
    message: (d) => said(`The vice server ${text(d["url"])} does not answer: ${text(d["problem"])}.`)(d),
    hint: own("Start it (vice serve), or correct VICE_SERVER, or unset it to use the local store."),
  },
  "not-supported": {
    http: 501,
    exit: 64,
    retry: false,
    message: said("That is not supported here."),
    hint: own("See docs/reference for what is."),
  },
  bug: {
    http: 500,
    exit: 70,
    retry: false,
    message: (d) => `A bug in vice: ${text(d["problem"])}.`,
    hint: own("Please report it with the stack from the server's log. Nothing acknowledged was lost."),
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** Every expected error of vice. `details` fill the message and the hint; no secret may stand in them. */
export class ViceError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, details: Details = {}, cause?: unknown) {
    super(ERRORS[code].message(details), cause === undefined ? undefined : { cause });
    this.name = "ViceError";
    this.code = code;
    this.details = details;
  }

  get hint(): string {
    return ERRORS[this.code].hint(this.details);
  }
  get http(): number {
    return ERRORS[this.code].http;
  }
  get exit(): number {
    return ERRORS[this.code].exit;
  }
}

/** Anything thrown as a `ViceError`: what is not one already is a bug. */
export function toViceError(error: unknown): ViceError {
  if (error instanceof ViceError) return error;
  const problem = error instanceof Error ? error.message : String(error);
  return new ViceError("bug", { problem }, error);
}

/** The error body of every door. */
export interface ErrorBody {
  error: { code: string; message: string; hint: string; details: Details };
}

export function errorBody(error: ViceError): ErrorBody {
  const { message: _message, hint: _hint, ...details } = error.details;
  return { error: { code: error.code, message: error.message, hint: error.hint, details } };
}
