/** The list of keys, opened with `?`. */
import type { ReactElement } from "react";
import { Modal } from "../parts/modal.tsx";
import { ALSO, BINDINGS } from "./bindings.ts";

export function HelpModal({ close }: { close: () => void }): ReactElement {
  return (
    <Modal title="Keys" close={close}>
      <dl className="keys">
        {[...BINDINGS, ...ALSO].map(({ keys, says }) => (
          <div key={says}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
