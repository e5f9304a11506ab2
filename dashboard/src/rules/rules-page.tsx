/** When may it be deployed: where the line is stopped, freezes, locks, approvals. */
import { type ReactElement, useState } from "react";
import { useMay } from "../access/use-may.ts";
import { Icon } from "../parts/icon.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Approvals } from "./approvals.tsx";
import { Freezes } from "./freezes.tsx";
import { Line } from "./line.tsx";
import { Locks } from "./locks.tsx";
import { PullModal } from "./pull-modal.tsx";

export function RulesPage(): ReactElement {
  const may = useMay("deploy");
  const [pulling, setPulling] = useState(false);
  return (
    <div className="page">
      <PageHead title="Rules" lead="When may it be deployed, and what stands in the way now.">
        {may && (
          <button type="button" className="button primary" onClick={() => setPulling(true)}>
            <Icon name="stop" /> Pull the cord
          </button>
        )}
      </PageHead>
      {!may && (
        <p className="hint">
          You see what stands. To change it, sign in with a token that has the scope deploy.
        </p>
      )}
      <Line may={may} />
      <Freezes may={may} />
      <Locks may={may} />
      <Approvals may={may} />
      {pulling && <PullModal close={() => setPulling(false)} />}
    </div>
  );
}
