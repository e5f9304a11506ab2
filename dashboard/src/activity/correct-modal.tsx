/** Corrections by events: change wrong facts or void the whole thing, always with a reason. */
import { type FormEvent, type ReactElement, useState } from "react";
import type { ActivityDetail } from "../api/types.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { choices, SelectField, TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { changedFacts, type Editable } from "./changed-facts.ts";

export type Correction = "amend" | "void" | "restore";

interface Props {
  activity: ActivityDetail;
  correction: Correction;
  close: () => void;
}

const STATUSES = choices(["succeeded", "failed", "canceled"]);
const REFRESH = ["activity", "status", "page", "counts"];

const WORDS: Record<Correction, { title: string; hint: string; verb: string; done: string }> = {
  amend: {
    title: "Correct the facts",
    hint: "The record stays; the correction is added to the log with your name and reason.",
    verb: "Correct",
    done: "Corrected",
  },
  void: {
    title: "Void this record",
    hint: "It leaves all views and numbers. The record itself stays in the log, and can be restored.",
    verb: "Void",
    done: "Voided",
  },
  restore: {
    title: "Restore this record",
    hint: "It stands in all views and numbers again, as if it had never been voided.",
    verb: "Restore",
    done: "Restored",
  },
};

export function CorrectModal({ activity, correction, close }: Props): ReactElement {
  const amend = correction === "amend";
  const { title, hint, verb, done } = WORDS[correction];
  const [facts, setFacts] = useState<Editable>(() => editableOf(activity));
  const [reason, setReason] = useState("");
  const send = useCommand(`deployments.${correction}`, REFRESH, () => {
    announce(done);
    close();
  });
  const set = changedFacts(editableOf(activity), facts);
  const nothing = amend && Object.keys(set).length === 0;

  function submit(event: FormEvent): void {
    event.preventDefault();
    send.mutate(amend ? { id: activity.id, reason, set } : { id: activity.id, reason });
  }
  return (
    <Modal title={title} close={close}>
      <form className="form" onSubmit={submit}>
        <p className="hint">{hint}</p>
        {amend && <EditFacts facts={facts} change={setFacts} />}
        <TextField label="Reason" value={reason} change={setReason} required />
        <FormError error={send.error} />
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={send.isPending || nothing}>
            {verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function EditFacts({ facts, change }: { facts: Editable; change: (facts: Editable) => void }): ReactElement {
  const bind = (key: keyof Editable) => ({
    value: facts[key],
    change: (value: string) => change({ ...facts, [key]: value }),
  });
  return (
    <>
      <TextField label="Service" {...bind("service")} />
      <TextField label="Environment" {...bind("environment")} />
      <TextField label="Version" {...bind("version")} />
      <TextField label="Commit" {...bind("commitSha")} hint="40 or 64 hexadecimal digits" />
      <SelectField label="Status" {...bind("status")} options={STATUSES} any="Not known" />
    </>
  );
}

const editableOf = ({ service, environment, version, commitSha, status }: ActivityDetail): Editable => ({
  service: service ?? "",
  environment: environment ?? "",
  version: version ?? "",
  commitSha: commitSha ?? "",
  status: status ?? "",
});
