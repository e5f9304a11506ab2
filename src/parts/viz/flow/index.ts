/** The commands about the flow of work: columns, tickets, what is in flight, branches, trunk. */
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { board } from "./board.ts";
import { branches } from "./branches.ts";
import { flow } from "./flow-command.ts";
import { ticketFlowCommand } from "./ticket-command.ts";
import { trunkStatus } from "./trunk.ts";

export const flowCommands = [flow, ticketFlowCommand, board, branches, trunkStatus] as ReadonlyArray<
  Command<Services>
>;
