/** Freezes that people declared and windows that projects write down, and what lets deployments pass them. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { Freeze, Override, ProjectWindow } from "../api/rule-types.ts";
import { freezesQuery } from "../api/rules.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { FreezeModal, OverrideModal } from "./freeze-modals.tsx";
import { holdsNow } from "./holds.ts";
import { ReasonModal } from "./reason-modal.tsx";
import { Action, RuleSection, RuleTable } from "./rule-section.tsx";
import { sayScope } from "./scope.ts";
import { useActorName } from "./use-actor-name.ts";

export function Freezes({ may }: { may: boolean }): ReactElement {
  const query = useQuery(freezesQuery);
  const now = useNow();
  const [open, setOpen] = useState<"declare" | "override" | Freeze | Override | null>(null);
  const passed = (query.data?.overrides ?? []).filter(({ until }) => now < Date.parse(until));
  const close = (): void => setOpen(null);
  return (
    <>
      <RuleSection
        id="freezes"
        title="Freezes"
        query={query}
        nothing="None was declared. No registered project has a window."
        actions={may && <Buttons open={setOpen} />}
        show={({ items, windows }) => {
          const left = items.filter(({ to }) => to === null || now < Date.parse(to));
          if (left.length + windows.length === 0) return null;
          return (
            <RuleTable label="List of freezes" columns={["Frozen", "Why", "By", "From", "To"]}>
              {left.map((each) => (
                <FreezeRow key={each.id} freeze={each} {...(may && { lift: () => setOpen(each) })} />
              ))}
              {windows.map((each) => (
                <WindowRow key={`${each.project} ${each.environment} ${each.when}`} window={each} />
              ))}
            </RuleTable>
          );
        }}
      />
      {passed.map((each) => (
        <Passed key={each.id} override={each} {...(may && { takeBack: () => setOpen(each) })} />
      ))}
      {open === "declare" && <FreezeModal close={close} />}
      {open === "override" && <OverrideModal close={close} />}
      {open !== null && typeof open === "object" && "from" in open && (
        <LiftModal freeze={open} close={close} />
      )}
      {open !== null && typeof open === "object" && "until" in open && (
        <TakeBackModal override={open} close={close} />
      )}
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

function WindowRow({ window }: { window: ProjectWindow }): ReactElement {
  const now = useNow();
  const { project, services, environment, reason, when, timeZone, until } = window;
  const about = services.length === 0 ? environment : `${services.join(", ")} in ${environment}`;
  const holds = holdsNow(window, now);
  return (
    <tr>
      <th scope="row">
        <span className="hold hold-frozen">
          <Icon name="freeze" /> {about}
        </span>
        {!holds && <span className="sub">not now</span>}
      </th>
      <td data-label="why">{reason}</td>
      <td data-label="by">project {project}</td>
      <td data-label="from">
        {when}
        <span className="sub">{timeZone}</span>
      </td>
      <td data-label="to">{holds && until !== null ? <Moment at={until} /> : "as its project says"}</td>
      <td className="actions" />
    </tr>
  );
}

function Passed({ override, takeBack }: { override: Override; takeBack?: () => void }): ReactElement {
  const nameOf = useActorName();
  const { scope, reason, until } = override;
  return (
    <p className="hint override" role="status">
      No freeze holds for {sayScope(scope)}: {reason}. It ends <Moment at={until} />. By {nameOf(override)}.{" "}
      {takeBack !== undefined && (
        <button type="button" className="button" onClick={takeBack}>
          Take back<span className="hidden"> the override of {sayScope(scope)}</span>
        </button>
      )}
    </p>
  );
}

function TakeBackModal({ override, close }: { override: Override; close: () => void }): ReactElement {
  const about = sayScope(override.scope);
  return (
    <ReasonModal
      title={`Take the override of ${about} back`}
      says="Its freezes hold again at once."
      verb="Take back"
      command="deploy.freeze-lift-override"
      input={(reason) => ({ id: override.id, reason })}
      done={`Freezes hold again for ${about}`}
      close={close}
    />
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
