/** One row of what was asked for, and one of what was agreed. */
import { type ReactElement, useId } from "react";
import type { Approval } from "../api/rule-types.ts";
import { Moment } from "../time/moment.tsx";
import { useNow } from "../time/use-now.ts";
import { type AskedRow, isOver, saySubject } from "./read-approvals.ts";
import { Action } from "./rule-section.tsx";
import { useActorName } from "./use-actor-name.ts";

interface AskedProps {
  row: AskedRow;
  me: string | null;
  /** `null` = the session may not. */
  agree: (() => void) | null;
}

export function AskedRowView({ row, me, agree }: AskedProps): ReactElement {
  const nameOf = useActorName();
  const { service, environment, version, at, reason, agreed } = row;
  return (
    <tr data-row={`${service} ${environment} ${version}`}>
      <th scope="row">{saySubject(row)}</th>
      <td data-label="asked by">{nameOf(row)}</td>
      <td data-label="when">
        <Moment at={at} />
      </td>
      <td data-label="why">{reason ?? <span className="unknown">not said</span>}</td>
      <td data-label="agreed">
        {agreed.length === 0 ? (
          <span className="unknown">nobody yet</span>
        ) : (
          agreed.map((each) => nameOf(each)).join(", ")
        )}
      </td>
      <td className="actions">{agree !== null && <Agree row={row} me={me} agree={agree} />}</td>
    </tr>
  );
}

function Agree({ row, me, agree }: { row: AskedRow; me: string | null; agree: () => void }): ReactElement {
  const id = useId();
  const why = whyNot(row, me);
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={why !== null}
        aria-describedby={why === null ? undefined : id}
        onClick={agree}
      >
        Agree<span className="hidden"> to {saySubject(row)}</span>
      </button>
      {why !== null && (
        <span id={id} className="sub">
          {why}
        </span>
      )}
    </>
  );
}

function whyNot({ requesters, agreed }: AskedRow, me: string | null): string | null {
  if (me !== null && requesters.includes(me)) return "You asked: somebody else agrees";
  return agreed.some(({ by }) => by === me) ? "You agreed" : null;
}

export function AgreedRow({
  approval,
  withdraw,
}: {
  approval: Approval;
  withdraw?: () => void;
}): ReactElement {
  const nameOf = useActorName();
  const now = useNow();
  const { at, expiresAt, note } = approval;
  return (
    <tr data-row={approval.id}>
      <th scope="row">{saySubject(approval)}</th>
      <td data-label="agreed by">{nameOf(approval)}</td>
      <td data-label="when">
        <Moment at={at} />
      </td>
      <td data-label="until">
        {expiresAt === null ? "as the project says" : <Moment at={expiresAt} />}
        {isOver(approval, now) && <span className="sub">over</span>}
      </td>
      <td data-label="note">{note ?? <span className="unknown">none</span>}</td>
      <Action verb="Withdraw" about={`the approval of ${saySubject(approval)}`} run={withdraw} />
    </tr>
  );
}
