/** What channels work with beside their configuration. */
import type { OutboundHttp } from "../../ports/outbound.ts";

export interface NotifierParts {
  outbound: (ownHost: string | null) => OutboundHttp;
  env: Readonly<Record<string, string | undefined>>;
  /** Where the terminal channel writes a notice. */
  say: (text: string) => void;
  now: () => number;
}
