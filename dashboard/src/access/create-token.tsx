/** Makes a token and shows it once. */
import { type FormEvent, type ReactElement, useState } from "react";
import { useCommand } from "../api/use-command.ts";
import { Copyable } from "../parts/copyable.tsx";
import { FormError } from "../parts/failure.tsx";
import { SelectField, TextField, ToggleField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";

const SCOPES = [
  { scope: "read", says: "read: see everything" },
  { scope: "write", says: "write: report and correct" },
  { scope: "deploy", says: "deploy: start deployments" },
  { scope: "admin", says: "admin: tokens and sources" },
] as const;

const LIFETIMES = [
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "365d", label: "a year" },
];

export function CreateToken({ close }: { close: () => void }): ReactElement {
  const create = useCommand<object, { id: string; token: string }>("token.create", ["tokens", "me"]);
  return (
    <Modal title="New token" close={close}>
      {create.data === undefined ? (
        <TokenForm error={create.error} pending={create.isPending} create={(input) => create.mutate(input)} />
      ) : (
        <div className="form">
          <p>Copy it now: it is shown only once.</p>
          <Copyable text={create.data.token} label="token" />
          <div className="form-end">
            <button type="button" className="button primary" onClick={close}>
              Done
            </button>
          </div>
        </div>
      )}
    </Modal>
  );
}

interface FormProps {
  error: Error | null;
  pending: boolean;
  create: (input: object) => void;
}

function TokenForm({ error, pending, create }: FormProps): ReactElement {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly string[]>(["read"]);
  const [expiresIn, setExpiresIn] = useState("90d");
  function submit(event: FormEvent): void {
    event.preventDefault();
    create({ name: name.trim(), scopes, ...(expiresIn === "" ? {} : { expiresIn }) });
  }
  const toggle = (scope: string, on: boolean): void =>
    setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope));
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label="Name"
        value={name}
        change={setName}
        required
        hint="What it is for, for example: CI of team shop"
      />
      <fieldset className="scopes">
        <legend>Scopes</legend>
        {SCOPES.map(({ scope, says }) => (
          <ToggleField
            key={scope}
            label={says}
            on={scopes.includes(scope)}
            change={(on) => toggle(scope, on)}
          />
        ))}
      </fieldset>
      <SelectField
        label="Ends after"
        value={expiresIn}
        change={setExpiresIn}
        options={LIFETIMES}
        any="never"
      />
      <FormError error={error} />
      <div className="form-end">
        <button type="submit" className="button primary" disabled={pending || scopes.length === 0}>
          Make the token
        </button>
      </div>
    </form>
  );
}
