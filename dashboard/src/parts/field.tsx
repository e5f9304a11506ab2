/** Labelled inputs for forms and filters. */
import { type ReactElement, useId } from "react";

export interface Choice {
  value: string;
  label: string;
}

export const choices = (values: readonly string[]): Choice[] =>
  values.map((value) => ({ value, label: value }));

interface FieldProps {
  label: string;
  value: string;
  change: (value: string) => void;
}

export function SelectField({
  label,
  value,
  change,
  options,
  any,
}: FieldProps & { options: readonly Choice[]; any?: string }): ReactElement {
  const id = useId();
  const known = value === "" || options.some((option) => option.value === value);
  return (
    <div className={value === "" ? "field" : "field set"}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => change(event.currentTarget.value)}>
        {any !== undefined && <option value="">{any}</option>}
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

export function TextField({
  label,
  value,
  change,
  type = "text",
  hint,
  required = false,
  list,
}: FieldProps & {
  type?: "text" | "password" | "datetime-local" | "search";
  hint?: string;
  required?: boolean;
  list?: readonly string[];
}): ReactElement {
  const id = useId();
  return (
    <div className={value === "" ? "field" : "field set"}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        value={value}
        required={required}
        autoComplete="off"
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        list={list === undefined ? undefined : `${id}-list`}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {list !== undefined && (
        <datalist id={`${id}-list`}>
          {list.map((item) => (
            <option key={item} value={item} />
          ))}
        </datalist>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

export function ToggleField({
  label,
  on,
  change,
}: {
  label: string;
  on: boolean;
  change: (on: boolean) => void;
}): ReactElement {
  return (
    <label className="toggle">
      <input type="checkbox" checked={on} onChange={(event) => change(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
