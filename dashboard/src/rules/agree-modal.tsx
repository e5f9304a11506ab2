/** Agrees to a deployment that somebody else asked for. */
import { type FormEvent, type ReactElement, useState } from "react";
import type { Subject } from "../api/rule-types.ts";
import { RULES_REFRESH } from "../api/rules.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { IN_THE_LOG } from "../parts/command-modal.tsx";
import { FormError } from "../parts/failure.tsx";
import { SelectField, TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { saySubject } from "./read-approvals.ts";

const SPANS = [
  { value: "1h", label: "an hour" },
  { value: "4h", label: "4 hours" },
  { value: "24h", label: "a day" },
  { value: "7d", label: "a week" },
];

export function AgreeModal({ subject, close }: { subject: Subject; close: () => void }): ReactElement {
  const [note, setNote] = useState("");
  const [expires, setExpires] = useState("");
  const approve = useCommand<object>("deploy.approve", RULES_REFRESH, () => {
    announce(`Agreed: ${saySubject(subject)}`);
    close();
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    const { service, environment, version } = subject;
    const filled = Object.entries({ version, expires, note: note.trim() }).filter(([, value]) => value);
    approve.mutate({ service, environment, new: true, ...Object.fromEntries(filled) });
  }
  return (
    <Modal title={`Agree to ${saySubject(subject)}`} close={close}>
      <form className="form" onSubmit={submit}>
        <SelectField
          label="It counts for"
          value={expires}
          change={setExpires}
          options={SPANS}
          any="as long as the project says"
        />
        <TextField label="Note (optional)" value={note} change={setNote} hint={IN_THE_LOG} />
        <FormError error={approve.error} />
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={approve.isPending}>
            Agree
          </button>
        </div>
      </form>
    </Modal>
  );
}
