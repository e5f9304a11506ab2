/** The field for a service's name: says, before anything is applied, when the name would make a new service. */
import type { ReactElement } from "react";
import { TextField } from "../parts/field.tsx";
import { isNew, nearestName } from "./nearest-name.ts";

interface Props {
  label: string;
  value: string;
  change: (value: string) => void;
  services: readonly string[];
}

export function ServiceField({ label, value, change, services }: Props): ReactElement {
  const name = value.trim();
  const near = isNew(name, services) ? nearestName(name, services) : null;
  return (
    <div className="service-field">
      <TextField label={label} value={value} change={change} list={services} required />
      <p className="hint" role="status">
        {isNew(name, services) && (
          <>
            <span className="tag tag-new">new service</span> There is no {name} yet.
            {near !== null && (
              <>
                {" "}
                Did you mean{" "}
                <button type="button" className="linklike" onClick={() => change(near)}>
                  {near}
                </button>
                ?
              </>
            )}
          </>
        )}
      </p>
    </div>
  );
}
