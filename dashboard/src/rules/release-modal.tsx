/** Releases a pulled cord, with the reason. */
import type { ReactElement } from "react";
import type { Pulled } from "../api/rule-types.ts";
import { ReasonModal } from "./reason-modal.tsx";
import { sayScope } from "./scope.ts";

export function ReleaseModal({ pulled, close }: { pulled: Pulled; close: () => void }): ReactElement {
  const about = sayScope(pulled.scope);
  return (
    <ReasonModal
      title={`Release the line for ${about}`}
      says={`It was stopped: ${pulled.reason}`}
      verb="Release"
      command="deploy.andon-release"
      input={(reason) => ({ id: pulled.id, reason })}
      done={`Released: ${about}`}
      close={close}
    />
  );
}
