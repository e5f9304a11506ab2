/** Lets a command that is told a service or an environment take any of its names, so that no command has an idea of its own of them. */
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { knownEnvironment, meantEnvironment } from "./meant-environment.ts";
import { knownService, meantService } from "./meant-service.ts";

type Meant = (services: Services, said: string, nowMs: number) => string | null;

/** By the input: what a name means, and the same where one that nobody knows is an error. */
const NAMES: Readonly<Record<string, { meant: Meant; known: Meant }>> = {
  service: { meant: meantService, known: knownService },
  environment: { meant: meantEnvironment, known: knownEnvironment },
};

/**
 * The command then sees the name as it is spelled here. A name that nobody knows is an error where an empty answer could
 * not say so.
 */
export function takesNames(command: Command<Services>): Command<Services> {
  const { input, output, effect, run } = command;
  if (!(input instanceof z.ZodObject)) return command;
  const told = Object.entries(NAMES).filter(([name]) => name in input.shape);
  if (told.length === 0) return command;
  const mustBeKnown = effect === "read" && !(output instanceof z.ZodObject && "unknown" in output.shape);
  return {
    ...command,
    run: (given, ctx) => {
      const said: Readonly<Record<string, unknown>> = Object(given);
      const names = told.flatMap(([name, { meant, known }]) => {
        const word = said[name];
        if (typeof word !== "string") return [];
        return [[name, (mustBeKnown ? known : meant)(ctx.services, word, ctx.now()) ?? word] as const];
      });
      return run({ ...said, ...Object.fromEntries(names) }, ctx);
    },
  };
}
