/** Asks for the reason of something that is done to a run, with what follows from it. */
import { type FormEvent, type ReactElement, useState } from "react";
import { useLocation } from "wouter";
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
  /** Not every command takes one. */
  asksReason: boolean;
  close: () => void;
}

/** Of a command that begins a run of its own. */
interface Began {
  run?: { id: string } | null;
}

export function RunModal({
  title,
  says,
  verb,
  command,
  input,
  done,
  asksReason,
  close,
}: Props): ReactElement {
  const [reason, setReason] = useState("");
  const [, navigate] = useLocation();
  const send = useCommand<object, Began>(command, RUNS_REFRESH, ({ run }) => {
    announce(done);
    close();
    if (run != null) navigate(`/runs/${run.id}`);
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    send.mutate(input(reason.trim()));
  }
  return (
    <Modal title={title} close={close}>
      <form className="form" onSubmit={submit}>
        <p className="hint">{says}</p>
        {asksReason && (
          <TextField label="Reason" value={reason} change={setReason} required hint={IN_THE_LOG} />
        )}
        <FormError error={send.error} />
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            Do nothing
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={send.isPending || (asksReason && reason.trim() === "")}
          >
            {verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}
