/** Approvals: what was asked and by whom, what was agreed; others than the one who asked agree. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useMyId } from "../access/use-may.ts";
import type { Approval } from "../api/rule-types.ts";
import { approvalsQuery } from "../api/rules.ts";
import { useNow } from "../time/use-now.ts";
import { AgreeModal } from "./agree-modal.tsx";
import { AgreedRow, AskedRowView } from "./approval-rows.tsx";
import { type AskedRow, readAsked, saySubject } from "./read-approvals.ts";
import { ReasonModal } from "./reason-modal.tsx";
import { RuleSection, RuleTable } from "./rule-section.tsx";

/** What was asked is never taken away: the newest are enough. */
const SHOWN = 50;

export function Approvals({ may }: { may: boolean }): ReactElement {
  const query = useQuery(approvalsQuery);
  const now = useNow();
  const me = useMyId();
  const [agreed, setAgreed] = useState<AskedRow | null>(null);
  const [withdrawn, setWithdrawn] = useState<Approval | null>(null);
  return (
    <>
      <RuleSection
        id="asked"
        title="Approvals asked for"
        query={query}
        nothing={
          <>
            Nobody asked for one: <code>vice approval ask SERVICE ENVIRONMENT</code>
          </>
        }
        show={(data) =>
          data.asked.length === 0 ? null : (
            <RuleTable
              label="List of approvals asked for"
              columns={["To deploy", "Asked by", "When", "Why", "Agreed"]}
            >
              {readAsked(data, now)
                .slice(0, SHOWN)
                .map((row) => (
                  <AskedRowView
                    key={`${row.service} ${row.environment} ${row.version}`}
                    row={row}
                    me={me}
                    agree={may ? () => setAgreed(row) : null}
                  />
                ))}
            </RuleTable>
          )
        }
      />
      <RuleSection
        id="agreed"
        title="Approvals given"
        query={query}
        nothing="None."
        show={({ items }) =>
          items.length === 0 ? null : (
            <RuleTable
              label="List of approvals given"
              columns={["To deploy", "Agreed by", "When", "Until", "Note"]}
            >
              {items
                .slice(-SHOWN)
                .toReversed()
                .map((each) => (
                  <AgreedRow
                    key={each.id}
                    approval={each}
                    {...(may && { withdraw: () => setWithdrawn(each) })}
                  />
                ))}
            </RuleTable>
          )
        }
      />
      {agreed !== null && <AgreeModal subject={agreed} close={() => setAgreed(null)} />}
      {withdrawn !== null && (
        <ReasonModal
          title={`Withdraw the approval of ${saySubject(withdrawn)}`}
          says="It counts no more. Who agreed and when stays in the log."
          verb="Withdraw"
          command="deploy.approval-withdraw"
          input={(reason) => ({ id: withdrawn.id, reason })}
          done="Withdrawn"
          close={() => setWithdrawn(null)}
        />
      )}
    </>
  );
}
