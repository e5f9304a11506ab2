/** Asks for the reason of something that is done to a run, with what follows from it. */
import { type FormEvent, type ReactElement, useState } from "react";
import { RUNS_REFRESH } from "../api/runs.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { IN_THE_LOG } from "../rules/reason-modal.tsx";

interface Props {
  title: string;
  says: string;
  verb: string;
  command: string;
  input: (reason: string) => object;
  done: string;
  close: () => void;
}

export function RunModal({ title, says, verb, command, input, done, close }: Props): ReactElement {
  const [reason, setReason] = useState("");
  const send = useCommand<object>(command, RUNS_REFRESH, () => {
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
            {verb === "Cancel" ? "Do nothing" : "Cancel"}
          </button>
          <button type="submit" className="button primary" disabled={send.isPending || reason.trim() === ""}>
            {verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}
