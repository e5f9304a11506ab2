/** An area that scrolls by itself: named, and reachable with the keyboard so that it can be scrolled. */
import type { ReactElement, ReactNode } from "react";

interface Props {
  label: string;
  className?: string;
  children: ReactNode;
}

export function ScrollArea({ label, className = "table-scroll", children }: Props): ReactElement {
  const reachable = { tabIndex: 0 };
  return (
    <section className={className} aria-label={label} {...reachable}>
      {children}
    </section>
  );
}
