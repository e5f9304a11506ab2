/** Why a command is to stop: because whoever asked for it wants it no more, and not because the process ends. */
import { ViceError } from "./errors.ts";

export class Canceled extends ViceError {
  constructor() {
    super("conflict", {
      message: "It was canceled while it ran.",
      hint: "What is done stays done; run it again to go on.",
    });
  }
}

export const isCanceled = ({ reason }: AbortSignal): boolean => reason instanceof Canceled;
