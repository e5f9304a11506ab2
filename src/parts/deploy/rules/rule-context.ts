/** What the rules need of whoever asks: the store and the configuration, the moment, and who it is. */
import type { CommandContext } from "../../../kit/command.ts";
import type { Asked } from "../../../ports/asked.ts";
import type { Services } from "../../../ports/services.ts";

export interface RuleContext {
  services: Asked;
  now: () => number;
  principal: CommandContext<Services>["principal"];
}

/** To write what somebody said too. */
export interface SayingContext extends RuleContext {
  services: Pick<Services, "store" | "config" | "log">;
}
