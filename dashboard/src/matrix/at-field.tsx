/** Which moment is shown: in words or as a date, in the address, and said clearly while it is not the present. */
import { type FormEvent, type ReactElement, useEffect, useId, useState } from "react";
import { Icon } from "../parts/icon.tsx";

/** What people ask for most; anything that `vice status --at` understands can be typed. */
export const MOMENTS = ["yesterday", "3 days ago", "1 week ago", "2 weeks ago", "1 month ago", "monday"];

interface Props {
  at: string;
  change: (at: string) => void;
  label?: string;
  placeholder?: string;
}

/** Asked for when it is left or sent, not with every letter. */
export function AtField({ at, change, label = "As of", placeholder = "as of now" }: Props): ReactElement {
  const id = useId();
  const [text, setText] = useState(at);
  useEffect(() => setText(at), [at]);
  const send = (): void => {
    if (text.trim() !== at) change(text.trim());
  };
  function submit(event: FormEvent): void {
    event.preventDefault();
    send();
  }
  return (
    <form className={at === "" ? "field" : "field set"} onSubmit={submit}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="at-input"
        value={text}
        placeholder={placeholder}
        autoComplete="off"
        list={`${id}-list`}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={send}
      />
      <datalist id={`${id}-list`}>
        {MOMENTS.map((moment) => (
          <option key={moment} value={moment} />
        ))}
      </datalist>
    </form>
  );
}

/** Nobody may take the past for the present. */
export function AsOf({ at, back }: { at: string | null; back: () => void }): ReactElement {
  const when =
    at === null ? "" : new Date(at).toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });
  return (
    <p className="as-of" role="status">
      <Icon name="clock" />
      <span>
        As it was <b>{when}</b>
      </span>
      <button type="button" className="button" onClick={back}>
        Back to now
      </button>
    </p>
  );
}
