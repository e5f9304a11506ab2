/** A modal with one line to fill in and one command to run: team, split, merge. */
import { type ReactElement, type ReactNode, useState } from "react";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { NAMES_REFRESH } from "./name-fix.tsx";
import { isNew } from "./nearest-name.ts";
import { ServiceField } from "./service-field.tsx";

interface Props {
  title: string;
  label: string;
  start: string;
  verb: string;
  list?: readonly string[];
  /** The known services, when the line names one: a name that is not among them makes a new one. */
  services?: readonly string[];
  command: string;
  input: (value: string) => object;
  close: () => void;
  children?: ReactNode;
}

export function OneLineModal(props: Props): ReactElement {
  const [value, setValue] = useState(props.start);
  const run = useCommand(props.command, NAMES_REFRESH, () => {
    announce("Saved");
    props.close();
  });
  return (
    <Modal title={props.title} close={props.close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          run.mutate(props.input(value.trim()));
        }}
      >
        {props.children}
        <Line {...props} value={value} change={setValue} />
        <FormError error={run.error} />
        <div className="form-end">
          <button type="submit" className="button primary" disabled={run.isPending}>
            {isNew(value, props.services ?? [value]) ? `${props.verb} into a new service` : props.verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function Line({
  label,
  list,
  services,
  value,
  change,
}: Pick<Props, "label" | "list" | "services"> & {
  value: string;
  change: (value: string) => void;
}): ReactElement {
  if (services !== undefined)
    return <ServiceField label={label} value={value} change={change} services={services} />;
  const known = list === undefined ? {} : { list };
  return <TextField label={label} value={value} change={change} required {...known} />;
}
