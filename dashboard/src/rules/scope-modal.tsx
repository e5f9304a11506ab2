/** A modal that says what a rule is about, why, and runs one command: pull, freeze, override. */
import { type FormEvent, type ReactElement, type ReactNode, useState } from "react";
import { ApiError } from "../api/client.ts";
import { RULES_REFRESH } from "../api/rules.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { IN_THE_LOG } from "../parts/command-modal.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField, ToggleField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { sayScope } from "./scope.ts";
import { type ScopeField, ScopeFields } from "./scope-fields.tsx";
import { type ScopeWords, scopeOf } from "./scope-words.ts";

interface Props {
  title: string;
  verb: string;
  /** What it will do: `Stops shop in prod-eu`. */
  says: (about: string) => string;
  done: (about: string) => string;
  command: string;
  fields: readonly ScopeField[];
  /** More of the command's input, from the fields in `children`. */
  more?: object;
  /** Whether a rule about everything is none. */
  needsPlace?: boolean;
  close: () => void;
  children?: ReactNode;
}

export function ScopeModal(props: Props): ReactElement {
  const { title, verb, says, done, command, fields, more, needsPlace = false, close, children } = props;
  const [words, setWords] = useState<ScopeWords>({});
  const [reason, setReason] = useState("");
  const [isNew, setNew] = useState(false);
  const scope = scopeOf(words);
  const about = sayScope(scope);
  const send = useCommand<object, unknown>(command, RULES_REFRESH, () => {
    announce(done(about));
    close();
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    const named = Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== null));
    send.mutate({ ...named, ...more, reason: reason.trim(), new: isNew });
  }
  const unknown = send.error instanceof ApiError && send.error.code === "not-found";
  const nowhere = needsPlace && Object.values(scope).every((value) => value === null);
  return (
    <Modal title={title} close={close}>
      <form className="form" onSubmit={submit}>
        <ScopeFields fields={fields} words={words} change={setWords} />
        {children}
        <TextField label="Reason" value={reason} change={setReason} required hint={IN_THE_LOG} />
        <p className="rule-about" role="status">
          {nowhere ? "Name a service, an environment, or both." : says(about)}
        </p>
        <FormError error={send.error} />
        {(unknown || isNew) && <ToggleField label="The name is new, and meant" on={isNew} change={setNew} />}
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={send.isPending || reason.trim() === "" || nowhere}
          >
            {verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}
