/** A modal that asks for the reason of one command: release, lift, free, withdraw. */
import { type FormEvent, type ReactElement, useState } from "react";
import { RULES_REFRESH } from "../api/rules.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";

interface Props {
  title: string;
  says: string;
  verb: string;
  command: string;
  input: (reason: string) => object;
  done: string;
  close: () => void;
}

export function ReasonModal({ title, says, verb, command, input, done, close }: Props): ReactElement {
  const [reason, setReason] = useState("");
  const send = useCommand<object>(command, RULES_REFRESH, () => {
    announce(done);
    close();
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    send.mutate(input(reason.trim()));
  }
  return (
    <Modal title={title} close={close}>
      <form className="form" onSubmit={submit}>
        <p className="hint">{says}</p>
        <TextField label="Reason" value={reason} change={setReason} required hint={IN_THE_LOG} />
        <FormError error={send.error} />
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={send.isPending || reason.trim() === ""}>
            {verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}

export const IN_THE_LOG = "It stands in the log with your name.";
