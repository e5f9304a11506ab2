/** A modal that says what follows from a command, asks for a word about it, and runs it. */
import { type FormEvent, type ReactElement, useState } from "react";
import { useCommand } from "../api/use-command.ts";
import { announce } from "./announcer.tsx";
import { FormError } from "./failure.tsx";
import { TextField } from "./field.tsx";
import { Modal } from "./modal.tsx";

export const IN_THE_LOG = "It stands in the log with your name.";

export interface CommandWords {
  title: string;
  /** What follows from it. */
  says: string;
  verb: string;
  command: string;
  /** @param text what was written, without blanks around it; "" = nothing */
  input: (text: string) => object;
  done: string;
  close: () => void;
}

interface Props<Result> extends CommandWords {
  /** First words of the query keys that the command changes. */
  refresh: readonly string[];
  /** `null` = the command takes no text. */
  asks: "reason" | "note" | null;
  /** On the button that leaves everything as it is. */
  leave: string;
  after?: (result: Result) => void;
}

export function CommandModal<Result = unknown>(props: Props<Result>): ReactElement {
  const { title, says, verb, command, input, done, close, refresh, asks, leave, after } = props;
  const [text, setText] = useState("");
  const send = useCommand<object, Result>(command, refresh, (result) => {
    announce(done);
    close();
    after?.(result);
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    send.mutate(input(text.trim()));
  }
  const isShort = asks === "reason" && text.trim() === "";
  return (
    <Modal title={title} close={close}>
      <form className="form" onSubmit={submit}>
        <p className="hint">{says}</p>
        {asks === "reason" && (
          <TextField label="Reason" value={text} change={setText} required hint={IN_THE_LOG} />
        )}
        {asks === "note" && (
          <TextField label="Note (optional)" value={text} change={setText} hint={IN_THE_LOG} />
        )}
        <FormError error={send.error} />
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            {leave}
          </button>
          <button type="submit" className="button primary" disabled={send.isPending || isShort}>
            {verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}
