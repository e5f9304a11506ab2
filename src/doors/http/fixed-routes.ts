/** The routes that are no commands, for the description of the API. A test holds this table against the real routes. */
import type { Access } from "./door.ts";

export interface FixedRoute {
  method: "GET" | "POST" | "DELETE";
  path: string;
  summary: string;
  status: string;
  access: Access;
  /** Media type of the answer when it is not JSON. */
  type?: string;
  /** Names in the query, with what they say. */
  query?: Readonly<Record<string, string>>;
}

const row = (
  method: FixedRoute["method"],
  path: string,
  access: Access,
  status: string,
  summary: string,
  type?: string,
): FixedRoute => ({ method, path, access, status, summary, ...(type === undefined ? {} : { type }) });

export const FIXED_ROUTES: readonly FixedRoute[] = [
  row("POST", "/hooks/:source", "hook", "202", "Take one webhook of a source."),
  row("POST", "/hooks/:source/:instance", "hook", "202", "Take one webhook of one of several instances."),
  row(
    "POST",
    "/hooks/:source/:instance/:key",
    "hook",
    "202",
    "The same, with the secret as a key in the address.",
  ),
  row("POST", "/customhttp", "hook", "200", "Take a custom HTTP event of ValueStream (vscli)."),
  row("POST", "/customhttp/:key", "hook", "200", "The same, with the secret as a key in the address."),
  row("POST", "/v1/events", "hook", "202", "Take CloudEvents: structured, binary or batch."),
  {
    ...row("GET", "/v1/events", "read", "200", "Read the log after a number (`after`, `limit`)."),
    query: { after: "Number of the last event that is known already", limit: "At most so many, up to 1000" },
  },
  row(
    "POST",
    "/v1/traces",
    "hook",
    "200",
    "Take spans by OTLP: JSON or protobuf; answered as the protocol says.",
  ),
  row("POST", "/v1/spool", "write", "202", "Take spool records, one JSON document per line."),
  row("GET", "/v1/commands", "read", "200", "All commands with their JSON Schemas."),
  row("POST", "/v1/commands/:id", "command", "200", "Run a command."),
  row("GET", "/v1/runs/:id", "read", "200", "Progress and result of a command that outlived its request."),
  row(
    "POST",
    "/v1/runs/:id/cancel",
    "read",
    "202",
    "Ask a command of one's own to stop; its run tells how it ends.",
  ),
  {
    ...row("GET", "/v1/stream", "read", "200", "Changes as they happen; resumable with Last-Event-ID."),
    type: "text/event-stream",
    query: { after: "Like Last-Event-ID, for clients that cannot send the header" },
  },
  row("GET", "/v1/me", "public", "200", "Who this request is, and how to sign in."),
  row("POST", "/v1/session", "public", "204", "Exchange a token for a session cookie."),
  row("DELETE", "/v1/session", "public", "204", "End the session."),
  row("GET", "/v1/about", "read", "200", "Version and home of this server."),
  row("GET", "/auth/oidc/start", "public", "302", "Begin single sign-on (OpenID Connect)."),
  row(
    "GET",
    "/auth/oidc/callback",
    "public",
    "303",
    "End of single sign-on; the provider sends people here.",
  ),
  row("GET", "/openapi.json", "read", "200", "This description."),
  row("GET", "/healthz", "public", "200", "Whether the process lives."),
  row("GET", "/readyz", "public", "200", "Whether it can take deliveries."),
  row(
    "GET",
    "/metrics",
    "read",
    "200",
    "Figures about vice itself in the Prometheus text format.",
    "text/plain",
  ),
  {
    ...row(
      "GET",
      "/badge/:service/:environment",
      "read",
      "200",
      "A picture of what runs there: `prod-eu.svg`.",
    ),
    type: "image/svg+xml",
    query: { metric: "Shows this metric of the last 30 days instead, for example dora.deploymentFrequency" },
  },
];
