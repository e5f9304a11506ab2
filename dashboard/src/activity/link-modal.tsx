/** Says that two activities belong together, or that they do not: with a reason, and it stays said. */
import { type FormEvent, type ReactElement, useState } from "react";
import type { ActivityDetail, LinkedActivity } from "../api/types.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { SelectField, TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";

/** Which way round it is, as seen from the activity whose page it is. */
export type Way = "cause" | "effect";

const REFRESH = ["activity", "trace", "traces", "page"];

interface Ends {
  from: string;
  to: string;
}

const endsOf = (id: string, other: string, way: Way): Ends =>
  way === "cause" ? { from: other, to: id } : { from: id, to: other };

interface CutProps {
  activity: ActivityDetail;
  other: LinkedActivity;
  way: Way;
  close: () => void;
}

export function CutModal({ activity, other, way, close }: CutProps): ReactElement {
  const [reason, setReason] = useState("");
  const send = useCommand("viz.unlink", REFRESH, () => {
    announce("Cut");
    close();
  });
  return (
    <Modal title="Cut this link" close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate({ ...endsOf(activity.id, other.id, way), reason });
        }}
      >
        <p className="hint">
          {other.name} does not belong to this. It stays cut, also when links are made anew, and can be linked
          again.
        </p>
        <TextField label="Reason" value={reason} change={setReason} required />
        <FormError error={send.error} />
        <FormEnd verb="Cut" isBusy={send.isPending} close={close} />
      </form>
    </Modal>
  );
}

const WAYS = [
  { value: "cause", label: "It led to this" },
  { value: "effect", label: "This led to it" },
];

export function LinkModal({
  activity,
  close,
}: {
  activity: ActivityDetail;
  close: () => void;
}): ReactElement {
  const [other, setOther] = useState("");
  const [way, setWay] = useState<Way>("cause");
  const [reason, setReason] = useState("");
  const send = useCommand("viz.link", REFRESH, () => {
    announce("Linked");
    close();
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    send.mutate({ ...endsOf(activity.id, idIn(other), way), reason });
  }
  return (
    <Modal title="Link another activity" close={close}>
      <form className="form" onSubmit={submit}>
        <p className="hint">Where the tools do not tell that two belong together. It can be cut again.</p>
        <TextField
          label="The other activity"
          value={other}
          change={setOther}
          hint="Its id, or the address of its page here"
          required
        />
        <SelectField
          label="Which came first"
          value={way}
          change={(next) => setWay(next === "effect" ? "effect" : "cause")}
          options={WAYS}
        />
        <TextField label="Reason" value={reason} change={setReason} required />
        <FormError error={send.error} />
        <FormEnd verb="Link" isBusy={send.isPending} close={close} />
      </form>
    </Modal>
  );
}

function FormEnd({
  verb,
  isBusy,
  close,
}: {
  verb: string;
  isBusy: boolean;
  close: () => void;
}): ReactElement {
  return (
    <div className="form-end">
      <button type="button" className="button" onClick={close}>
        Cancel
      </button>
      <button type="submit" className="button primary" disabled={isBusy}>
        {verb}
      </button>
    </div>
  );
}

/** Of an address the id in it. */
export const idIn = (text: string): string =>
  /\/(?:activities|deployments|traces)\/([0-9a-f-]+)/i.exec(text)?.[1] ?? text.trim();
