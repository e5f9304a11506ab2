/** A modal with one line to fill in and one command to run: team, split, merge. */
import { type ReactElement, type ReactNode, useState } from "react";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { NAMES_REFRESH } from "./name-fix.tsx";

interface Props {
  title: string;
  label: string;
  start: string;
  verb: string;
  list?: readonly string[];
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
        <TextField
          label={props.label}
          value={value}
          change={setValue}
          required
          {...(props.list === undefined ? {} : { list: props.list })}
        />
        <FormError error={run.error} />
        <div className="form-end">
          <button type="submit" className="button primary" disabled={run.isPending}>
            {props.verb}
          </button>
        </div>
      </form>
    </Modal>
  );
}
