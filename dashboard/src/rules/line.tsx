/** Where the line is stopped, with the way to release it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { Pulled } from "../api/rule-types.ts";
import { andonQuery } from "../api/rules.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../time/moment.tsx";
import { ReleaseModal } from "./release-modal.tsx";
import { Action, RuleSection, RuleTable } from "./rule-section.tsx";
import { sayScope } from "./scope.ts";
import { useActorName } from "./use-actor-name.ts";

export function Line({ may }: { may: boolean }): ReactElement {
  const query = useQuery(andonQuery);
  const [released, setReleased] = useState<Pulled | null>(null);
  return (
    <>
      <RuleSection
        id="line"
        title="The line"
        query={query}
        nothing="It runs: no cord is pulled."
        show={({ items }) =>
          items.length === 0 ? null : (
            <RuleTable label="Where the line is stopped" columns={["Stopped", "Why", "By", "Since"]}>
              {items.toReversed().map((each) => (
                <PulledRow key={each.id} pulled={each} {...(may && { release: () => setReleased(each) })} />
              ))}
            </RuleTable>
          )
        }
      />
      {released !== null && <ReleaseModal pulled={released} close={() => setReleased(null)} />}
    </>
  );
}

function PulledRow({ pulled, release }: { pulled: Pulled; release?: () => void }): ReactElement {
  const nameOf = useActorName();
  const { id, scope, reason, byWhat, at } = pulled;
  return (
    <tr data-row={id}>
      <th scope="row">
        <span className="hold hold-stopped">
          <Icon name="stop" /> {sayScope(scope)}
        </span>
      </th>
      <td data-label="why">{reason}</td>
      <td data-label="by">{byWhat === "trunk" ? "the red trunk" : nameOf(pulled)}</td>
      <td data-label="since">
        <Moment at={at} />
      </td>
      <Action verb="Release" about={sayScope(scope)} run={release} />
    </tr>
  );
}
