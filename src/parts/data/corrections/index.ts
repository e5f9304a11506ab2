/** The room of corrections: wrong facts are mended by events, never by edits. */
import { amend } from "./amend.ts";
import { restoreActivity, voidActivity } from "./void.ts";

export const correctionCommands = [amend, voidActivity, restoreActivity];
