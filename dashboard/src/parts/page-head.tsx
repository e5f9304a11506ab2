/** The head of a page: its title, in the browser's tab too, one line that says what it shows, and its actions. */
import { type ReactElement, type ReactNode, useEffect } from "react";

export function PageHead({
  title,
  children,
  lead,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}): ReactElement {
  useTitle(title);
  return (
    <div className="page-head">
      <div className="page-title">
        <h1>{title}</h1>
        {lead !== undefined && <p className="lead">{lead}</p>}
      </div>
      {children !== undefined && <div className="page-actions">{children}</div>}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · vice`;
  }, [title]);
}
