// Runs a command of deployments as any door does.
import type { Wired } from "../../src/app/wire.ts";
import { type Command, invoke, type Principal } from "../../src/kit/command.ts";
import { deployCommands } from "../../src/parts/deploy/index.ts";
import type { Services } from "../../src/ports/services.ts";
import { contextOf } from "../data-services.ts";

const kim: Principal = { id: "token:kim", name: "kim", scopes: ["admin"] };

export const commandOf = (id: string): Command<Services> => {
  const found = deployCommands.find((command) => command.id === id);
  if (found === undefined) throw new Error(`there is no command ${id}`);
  return found;
};

export const ask = (
  { services }: Wired,
  id: string,
  input: object,
  now: () => number = Date.now,
): Promise<unknown> => invoke(commandOf(id), input, contextOf(services, { now, principal: kim }));
