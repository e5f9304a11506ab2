/** Who holds what, since when, until when; held too long it can be freed. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { Lock } from "../api/rule-types.ts";
import { locksQuery } from "../api/rules.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { ReasonModal } from "./reason-modal.tsx";
import { Action, RuleSection, RuleTable } from "./rule-section.tsx";

const sayPlace = ({ service, environment, target }: Lock): string =>
  `${service} in ${environment}${target === null ? "" : `, ${target}`}`;

export function Locks({ may }: { may: boolean }): ReactElement {
  const query = useQuery(locksQuery);
  const now = useNow();
  const [freed, setFreed] = useState<Lock | null>(null);
  return (
    <>
      <RuleSection
        id="locks"
        title="Locks"
        query={query}
        nothing="Nothing is locked."
        show={({ items }) => {
          const alive = items.filter(({ until }) => until === null || now < Date.parse(until));
          if (alive.length === 0) return null;
          return (
            <RuleTable label="List of locks" columns={["Locked", "Holder", "Why", "Since", "Until"]}>
              {alive.map((each) => (
                <LockRow key={each.id} lock={each} {...(may && { free: () => setFreed(each) })} />
              ))}
            </RuleTable>
          );
        }}
      />
      {freed !== null && <FreeModal lock={freed} close={() => setFreed(null)} />}
    </>
  );
}

function LockRow({ lock, free }: { lock: Lock; free?: () => void }): ReactElement {
  const { id, holder, reason, at, until } = lock;
  return (
    <tr data-row={id}>
      <th scope="row">
        <span className="hold hold-locked">
          <Icon name="lock" /> {sayPlace(lock)}
        </span>
      </th>
      <td data-label="holder">{holder}</td>
      <td data-label="why">{reason}</td>
      <td data-label="since">
        <Moment at={at} />
      </td>
      <td data-label="until">{until === null ? "until freed" : <Moment at={until} />}</td>
      <Action verb="Free" about={sayPlace(lock)} run={free} />
    </tr>
  );
}

/** Frees this lock only: when somebody else has taken it meanwhile, the server says so. */
function FreeModal({ lock, close }: { lock: Lock; close: () => void }): ReactElement {
  const { service, environment, target, fencingToken, holder } = lock;
  const place = target === null ? { service, environment } : { service, environment, target };
  return (
    <ReasonModal
      title={`Free ${sayPlace(lock)}`}
      says={`${holder} holds it: ${lock.reason}. A deployment of theirs that still runs is not stopped.`}
      verb="Free"
      command="deploy.unlock"
      input={(reason) => ({ ...place, reason, fencingToken })}
      done={`Free: ${sayPlace(lock)}`}
      close={close}
    />
  );
}
