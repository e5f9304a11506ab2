/** How long something took, or takes until now: then it ticks each second. */
import { type ReactElement, useEffect, useState } from "react";
import { formatDuration } from "../time/format-time.ts";

const SECOND_MS = 1_000;

export function Took({ from, to }: { from: string | null; to: string | null }): ReactElement | null {
  const now = useSeconds(from !== null && to === null);
  if (from === null) return null;
  if (to !== null)
    return <span className="tabular">{formatDuration(Date.parse(to) - Date.parse(from))}</span>;
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / SECOND_MS));
  // Whole seconds only: tenths that jump would be noise.
  return (
    <span className="tabular">{seconds < 10 ? `${seconds} s` : formatDuration(seconds * SECOND_MS)}</span>
  );
}

function useSeconds(isOn: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isOn) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [isOn]);
  return now;
}
