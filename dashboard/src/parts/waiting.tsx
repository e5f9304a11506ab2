/** Stands where content will be; becomes visible only after 300 ms (in CSS), so that quick answers never flash. */
import type { ReactElement } from "react";

export function Waiting({ what }: { what: string }): ReactElement {
  return (
    <div className="waiting" role="status">
      Reading {what} …
    </div>
  );
}
