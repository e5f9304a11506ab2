/** The rules behind the names; those made here can be taken back. */
import type { ReactElement } from "react";
import type { NameRuleView } from "../api/types.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { NAMES_REFRESH } from "./name-fix.tsx";
import { sayParts } from "./say-rule.ts";

export function Rules({ rules }: { rules: readonly NameRuleView[] }): ReactElement {
  const remove = useCommand<{ id: string }>("names.remove", NAMES_REFRESH, () => announce("Rule removed"));
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">Rules</h2>
      {rules.length === 0 && (
        <p className="unknown">
          None yet. Names chosen above become rules; patterns can be written in vice.server.yaml.
        </p>
      )}
      <ul className="lines">
        {rules.map((rule) => (
          <li key={rule.id} className="name-row" data-row={rule.id}>
            <span className="rule">
              When <code>{sayParts(rule.match)}</code> then <code>{sayParts(rule.set)}</code>
            </span>
            <span className="actions">
              {rule.origin === "config" ? (
                <span className="sub">from configuration</span>
              ) : (
                <button
                  type="button"
                  className="button quiet"
                  disabled={remove.isPending}
                  onClick={() => remove.mutate({ id: rule.id })}
                >
                  Remove<span className="hidden"> the rule for {sayParts(rule.match)}</span>
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <FormError error={remove.error} />
    </section>
  );
}
