/** A time on the page: relative for the eye, absolute on hover, on focus and for screen readers. */
import type { ReactElement } from "react";
import { formatAbsolute, formatAgo, formatDuration } from "./format-time.ts";
import { useNow } from "./use-now.ts";

export function Moment({ at, focusable = false }: { at: string | null; focusable?: boolean }): ReactElement {
  const now = useNow();
  if (at === null) return <NotKnown />;
  const absolute = formatAbsolute(at);
  const focus = focusable ? { tabIndex: 0, "data-tip": absolute } : {};
  return (
    <time dateTime={at} title={absolute} {...focus}>
      {formatAgo(at, now)}
    </time>
  );
}

export function Duration({ ms }: { ms: number | null }): ReactElement {
  if (ms === null) return <NotKnown />;
  return <span className="tabular">{formatDuration(ms)}</span>;
}

/** Where a value would be that nobody knows; never 0. */
export const NotKnown = (): ReactElement => <span className="unknown">not known</span>;
