/** The list of keys, opened with `?`. */
import type { ReactElement } from "react";
import { Modal } from "../parts/modal.tsx";
import { TRACE_KEYS } from "../trace/trace-keys.ts";
import { ALSO, BINDINGS } from "./bindings.ts";

export function HelpModal({ close }: { close: () => void }): ReactElement {
  return (
    <Modal title="Keys" close={close}>
      <Keys list={[...BINDINGS, ...ALSO]} />
      <h3>In a trace</h3>
      <Keys list={TRACE_KEYS} />
    </Modal>
  );
}

function Keys({ list }: { list: ReadonlyArray<{ keys: readonly string[]; says: string }> }): ReactElement {
  return (
    <dl className="keys">
      {list.map(({ keys, says }) => (
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
  );
}
