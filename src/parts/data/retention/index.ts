/** Retention: what may be forgotten, bodies and names, while the log stays. */
import { forgetCommand } from "./forget-command.ts";
import { pruneCommand } from "./prune-command.ts";

export const retentionCommands = [pruneCommand, forgetCommand] as const;
