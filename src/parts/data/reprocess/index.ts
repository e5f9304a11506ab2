/** The room of reading again: read models from the log, raw deliveries by today's mappings, and a look at the log itself. */
import { rebuild } from "./rebuild.ts";
import { reprocess } from "./reprocess.ts";
import { tail } from "./tail.ts";

export { type DryRunMapping, mapCommand } from "./map.ts";
export const reprocessCommands = [rebuild, reprocess, tail];
