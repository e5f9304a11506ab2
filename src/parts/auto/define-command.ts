/** Gives a command of this part its types: the input from its schema, the services from the port. */
import type { z } from "zod";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";

/** Doors hold commands of all inputs in one list; what they hand in has gone through the schema. */
export const autoCommand = <Input extends z.ZodType, Output extends z.ZodType>(
  command: Command<Services, Input, Output>,
): Command<Services> => command as Command<Services>;
