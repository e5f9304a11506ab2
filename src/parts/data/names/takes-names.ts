/** Lets a command that is told a service take any of its names, so that no command has an idea of its own of them. */
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { knownService, meantService } from "./meant-service.ts";

/**
 * The command then sees the name as the service is spelled here. A name that nobody knows is an error where an empty
 * answer could not say so.
 */
export function takesNames(command: Command<Services>): Command<Services> {
  const { input, output, effect, run } = command;
  if (!(input instanceof z.ZodObject) || !("service" in input.shape)) return command;
  const saysUnknown = output instanceof z.ZodObject && "unknown" in output.shape;
  return {
    ...command,
    run: (given, ctx) => {
      const said = Object(given) as { readonly service?: unknown };
      if (typeof said.service !== "string") return run(given, ctx);
      const service =
        effect === "read" && !saysUnknown
          ? knownService(ctx.services, said.service, ctx.now())
          : (meantService(ctx.services, said.service, ctx.now()) ?? said.service);
      return run({ ...said, service }, ctx);
    },
  };
}
