/** Asks for the reason of what is done to a rule: release, lift, free, withdraw. */
import type { ReactElement } from "react";
import { RULES_REFRESH } from "../api/rules.ts";
import { CommandModal, type CommandWords } from "../parts/command-modal.tsx";

export function ReasonModal(words: CommandWords): ReactElement {
  return <CommandModal {...words} refresh={RULES_REFRESH} asks="reason" leave="Cancel" />;
}
