/** Gives a command of this part its types; the table of commands holds all of them. */
import type { z } from "zod";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";

export const notifyCommand = <Input extends z.ZodType, Output extends z.ZodType>(
  command: Command<Services, Input, Output>,
): Command<Services> => command as Command<Services>;
