/** Freezes that people declared; those of a project stand in its file. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { Freeze } from "../api/rule-types.ts";
import { freezesQuery } from "../api/rules.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { FreezeModal, OverrideModal } from "./freeze-modals.tsx";
import { ReasonModal } from "./reason-modal.tsx";
import { Action, RuleSection, RuleTable } from "./rule-section.tsx";
import { sayScope } from "./scope.ts";
import { useActorName } from "./use-actor-name.ts";

export function Freezes({ may }: { may: boolean }): ReactElement {
  const query = useQuery(freezesQuery);
  const now = useNow();
  const [open, setOpen] = useState<"declare" | "override" | Freeze | null>(null);
  const passed = (query.data?.overrides ?? []).filter(({ until }) => now < Date.parse(until));
  const close = (): void => setOpen(null);
  return (
    <>
      <RuleSection
        id="freezes"
        title="Freezes"
        query={query}
        nothing="None was declared. Those of a project stand in its vice.yaml."
        actions={may && <Buttons open={setOpen} />}
        show={({ items }) => {
          const left = items.filter(({ to }) => to === null || now < Date.parse(to));
          if (left.length === 0) return null;
          return (
            <RuleTable label="List of freezes" columns={["Frozen", "Why", "By", "From", "To"]}>
              {left.map((each) => (
                <FreezeRow key={each.id} freeze={each} {...(may && { lift: () => setOpen(each) })} />
              ))}
            </RuleTable>
          );
        }}
      />
      {passed.map(({ id, scope, until, reason }) => (
        <p key={id} className="hint override" role="status">
          No freeze holds for {sayScope(scope)}: {reason}. It ends <Moment at={until} />.
        </p>
      ))}
      {open === "declare" && <FreezeModal close={close} />}
      {open === "override" && <OverrideModal close={close} />}
      {open !== null && typeof open === "object" && <LiftModal freeze={open} close={close} />}
    </>
  );
}

function Buttons({ open }: { open: (what: "declare" | "override") => void }): ReactElement {
  return (
    <>
      <button type="button" className="button" onClick={() => open("override")}>
        Override
      </button>
      <button type="button" className="button" onClick={() => open("declare")}>
        <Icon name="plus" /> Declare a freeze
      </button>
    </>
  );
}

function FreezeRow({ freeze, lift }: { freeze: Freeze; lift?: () => void }): ReactElement {
  const nameOf = useActorName();
  const now = useNow();
  const { id, scope, reason, from, to } = freeze;
  return (
    <tr data-row={id}>
      <th scope="row">
        <span className="hold hold-frozen">
          <Icon name="freeze" /> {sayScope(scope)}
        </span>
        {now < Date.parse(from) && <span className="sub">not yet</span>}
      </th>
      <td data-label="why">{reason}</td>
      <td data-label="by">{nameOf(freeze)}</td>
      <td data-label="from">
        <Moment at={from} />
      </td>
      <td data-label="to">{to === null ? "until lifted" : <Moment at={to} />}</td>
      <Action verb="Lift" about={sayScope(scope)} run={lift} />
    </tr>
  );
}

function LiftModal({ freeze, close }: { freeze: Freeze; close: () => void }): ReactElement {
  const about = sayScope(freeze.scope);
  return (
    <ReasonModal
      title={`Lift the freeze of ${about}`}
      says={`It was declared: ${freeze.reason}`}
      verb="Lift"
      command="deploy.freeze-lift"
      input={(reason) => ({ id: freeze.id, reason })}
      done={`Lifted: ${about}`}
      close={close}
    />
  );
}
