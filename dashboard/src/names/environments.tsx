/** Environments and their tiers. */
import type { ReactElement } from "react";
import type { NamesAnswer, Tier } from "../api/types.ts";
import { useCommand } from "../api/use-command.ts";
import { FormError } from "../parts/failure.tsx";
import { NAMES_REFRESH } from "./name-fix.tsx";

const TIERS: readonly Tier[] = ["production", "staging", "testing", "development", "ephemeral", "other"];

export function Environments({ environments }: { environments: NamesAnswer["environments"] }): ReactElement {
  const tier = useCommand<object>("environment.tier", NAMES_REFRESH);
  return (
    <section aria-labelledby="environments">
      <h2 id="environments">Environments</h2>
      {environments.length === 0 && <p className="unknown">None reported yet.</p>}
      <ul className="lines narrow">
        {environments.map((environment) => (
          <li key={environment.name} className="name-row" data-row={environment.name}>
            <span className="name-main">{environment.name}</span>
            <select
              aria-label={`Tier of ${environment.name}`}
              value={environment.tier ?? ""}
              onChange={(event) =>
                tier.mutate({ environment: environment.name, tier: event.currentTarget.value })
              }
            >
              {environment.tier === null && <option value="">not known</option>}
              {TIERS.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </li>
        ))}
      </ul>
      <FormError error={tier.error} />
    </section>
  );
}
