/** The small mark of what keeps a place from being deployed to; the wide matrix says its word on focus. */
import type { ReactElement } from "react";
import { Icon, type IconName } from "../parts/icon.tsx";
import type { Hold } from "./holds.ts";

const ICONS: Record<Hold["word"], IconName> = {
  stopped: "stop",
  drifted: "drift",
  frozen: "freeze",
  locked: "lock",
};

export function HoldMark({ hold }: { hold: Hold }): ReactElement {
  return (
    <span className={`hold hold-${hold.word}`}>
      <Icon name={ICONS[hold.word]} />
      <span className="hold-word">{hold.word}</span>
    </span>
  );
}
