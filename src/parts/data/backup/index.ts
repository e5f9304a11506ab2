/** Backups of the data part: making, listing, restoring and proving them. */
import { backupCommand, backupsCommand } from "./backup-command.ts";
import { restoreCommand } from "./restore-command.ts";

export const backupCommands = [backupCommand, backupsCommand, restoreCommand] as const;
