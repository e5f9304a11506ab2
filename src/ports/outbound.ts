/** Port: calls to other systems that do something there, through the same restricted client that sources read with. */
import type { SourceHttp } from "./source.ts";

export interface OutboundRequest {
  method: string;
  headers: Readonly<Record<string, string>>;
  /** A text and bytes are sent as they are, anything else as JSON; `null` = nothing. */
  body: unknown;
  signal: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  text: string;
  /** The text is longer than `maxBytes`: the rest was not read. */
  isCut: boolean;
}

export interface OutboundHttp extends SourceHttp {
  /** Follows no redirects. @throws ViceError `outside.unreachable` */
  send(
    url: string,
    request: OutboundRequest,
  ): Promise<{ status: number; headers: Readonly<Record<string, string>> }>;
  /**
   * As `send`, and reads what is answered.
   * @throws ViceError `outside.unreachable`; with the detail `notSent` nothing of it reached the other side
   */
  call(url: string, request: OutboundRequest & { maxBytes?: number }): Promise<OutboundAnswer>;
}
