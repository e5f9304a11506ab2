/** Port: calls to other systems that do something there, through the same restricted client that sources read with. */
import type { SourceHttp } from "./source.ts";

export interface OutboundRequest {
  method: string;
  headers: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON; `null` = nothing. */
  body: unknown;
  signal: AbortSignal;
}

export interface OutboundHttp extends SourceHttp {
  /** Follows no redirects. @throws ViceError `outside.unreachable` */
  send(url: string, request: OutboundRequest): Promise<{ status: number; headers: Readonly<Record<string, string>> }>;
}
