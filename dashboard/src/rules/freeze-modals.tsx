/** Declares a freeze, and lets deployments pass the freezes of a place for a short time. */
import { type ReactElement, useState } from "react";
import { SelectField, TextField } from "../parts/field.tsx";
import { fromLocalInput, toLocalInput } from "../timeline/filters.ts";
import { ALL_FIELDS } from "./scope-fields.tsx";
import { ScopeModal } from "./scope-modal.tsx";

export function FreezeModal({ close }: { close: () => void }): ReactElement {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  return (
    <ScopeModal
      title="Declare a freeze"
      verb="Freeze"
      says={(about) =>
        `No deployments ${from === "" ? "from now" : "from then"} ${to === "" ? "until it is lifted" : "to its end"}: ${about}.`
      }
      done={(about) => `Frozen: ${about}`}
      command="deploy.freeze"
      fields={ALL_FIELDS}
      more={{ ...(from === "" ? {} : { from }), ...(to === "" ? {} : { to }) }}
      close={close}
    >
      <div className="rule-scope">
        <MomentField label="From (empty: now)" value={from} change={setFrom} />
        <MomentField label="To (empty: until lifted)" value={to} change={setTo} />
      </div>
    </ScopeModal>
  );
}

function MomentField({
  label,
  value,
  change,
}: {
  label: string;
  value: string;
  change: (iso: string) => void;
}): ReactElement {
  return (
    <TextField
      label={label}
      type="datetime-local"
      value={toLocalInput(value)}
      change={(text) => change(fromLocalInput(text))}
    />
  );
}

const SPANS = [
  { value: "15m", label: "15 minutes" },
  { value: "1h", label: "an hour" },
  { value: "4h", label: "4 hours" },
  { value: "24h", label: "a day" },
];

export function OverrideModal({ close }: { close: () => void }): ReactElement {
  const [span, setSpan] = useState("1h");
  return (
    <ScopeModal
      title="Override freezes"
      verb="Override"
      says={(about) => `For that time no freeze holds, neither of this list nor of a project: ${about}.`}
      done={(about) => `No freeze holds for ${about}`}
      command="deploy.freeze-override"
      fields={["service", "environment"]}
      more={{ for: span }}
      needsPlace
      close={close}
    >
      <SelectField label="For" value={span} change={setSpan} options={SPANS} />
    </ScopeModal>
  );
}
