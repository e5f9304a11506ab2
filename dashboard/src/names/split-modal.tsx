/** Takes one reported name out of a service and gives it one of its own. */
import type { ReactElement } from "react";
import type { ReportedName } from "../api/types.ts";
import { OneLineModal } from "./one-line-modal.tsx";

interface Props {
  service: string;
  reported: ReportedName;
  close: () => void;
}

export function SplitModal({ service, reported, close }: Props): ReactElement {
  return (
    <OneLineModal
      title={`Split ${reported.name} off ${service}`}
      label="New service"
      start={reported.name}
      verb="Split"
      command="service.split"
      input={(value) => ({ source: reported.source, name: reported.name, service: value })}
      close={close}
    >
      <p className="hint">
        What {reported.source} reports as {reported.name} becomes a service of its own, in history too.
      </p>
    </OneLineModal>
  );
}
