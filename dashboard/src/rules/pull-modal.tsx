/** Pulls the andon cord: for everything, or a part of it. */
import type { ReactElement } from "react";
import { ALL_FIELDS } from "./scope-fields.tsx";
import { ScopeModal } from "./scope-modal.tsx";

export function PullModal({ close }: { close: () => void }): ReactElement {
  return (
    <ScopeModal
      title="Stop the line"
      verb="Pull the cord"
      says={(about) => `Nothing is deployed until somebody releases it: ${about}.`}
      done={(about) => `The line is stopped for ${about}`}
      command="deploy.andon-pull"
      fields={ALL_FIELDS}
      close={close}
    />
  );
}
