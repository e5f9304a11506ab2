/** The saved queries: choose one, keep the present text by a name, forget an own one. */
import { type FormEvent, type ReactElement, useState } from "react";
import { useMay } from "../access/use-may.ts";
import type { SavedQuery } from "../api/question-types.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";

interface Props {
  items: readonly SavedQuery[];
  current: string;
  /** What stands in the editor. */
  sql: string;
  choose: (query: { name: string; sql: string }) => void;
}

export function SavedList({ items, current, sql, choose }: Props): ReactElement {
  const may = useMay("write");
  const [saving, setSaving] = useState(false);
  const chosen = items.find(({ name }) => name === current);
  const forget = useCommand<{ name: string }>("data.query-remove", ["queries"], () => announce("Removed."));
  return (
    <section aria-labelledby="saved-queries">
      <h2 id="saved-queries">Saved queries</h2>
      <ul className="saved">
        {items.map((each) => (
          <li key={each.name}>
            <button
              type="button"
              className="linklike"
              aria-pressed={each.name === current}
              title={each.about}
              onClick={() => choose(each)}
            >
              {each.name}
            </button>
            <span className="sub">{each.about}</span>
          </li>
        ))}
      </ul>
      {may && (
        <p className="saved-tools">
          <button type="button" className="button" onClick={() => setSaving(true)}>
            Save this query
          </button>
          {chosen !== undefined && !chosen.builtIn && (
            <button
              type="button"
              className="button quiet"
              disabled={forget.isPending}
              onClick={() => forget.mutate({ name: chosen.name })}
            >
              Remove {chosen.name}
            </button>
          )}
        </p>
      )}
      <FormError error={forget.error} />
      {saving && (
        <SaveModal
          sql={sql}
          name={chosen?.builtIn === true ? "" : current}
          about={chosen?.about ?? ""}
          choose={choose}
          close={() => setSaving(false)}
        />
      )}
    </section>
  );
}

function SaveModal({
  sql,
  close,
  choose,
  ...known
}: {
  sql: string;
  name: string;
  about: string;
  choose: Props["choose"];
  close: () => void;
}): ReactElement {
  const [name, setName] = useState(known.name);
  const [about, setAbout] = useState(known.name === "" ? "" : known.about);
  const save = useCommand<object, SavedQuery>("data.query-save", ["queries"], (saved) => {
    announce(`Saved as ${saved.name}.`);
    choose(saved);
    close();
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate({ name, sql, about });
  }
  return (
    <Modal title="Save this query" close={close}>
      <form className="form" onSubmit={submit}>
        <TextField
          label="Name"
          value={name}
          change={setName}
          required
          hint="Typed as vice query @name; everybody sees it."
        />
        <TextField label="About" value={about} change={setAbout} />
        <FormError error={save.error} />
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={save.isPending || name.trim() === ""}>
            Save
          </button>
        </div>
      </form>
    </Modal>
  );
}
