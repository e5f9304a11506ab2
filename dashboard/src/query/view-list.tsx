/** The views that a query may read, with their columns. */
import type { ReactElement } from "react";
import type { QueryView } from "../api/question-types.ts";

export function ViewList({ views }: { views: readonly QueryView[] }): ReactElement {
  return (
    <section aria-labelledby="query-views">
      <h2 id="query-views">Views</h2>
      {views.map(({ name, about, columns }) => (
        <details key={name} className="query-view">
          <summary>
            <code>{name}</code>
          </summary>
          <p className="sub">{about}</p>
          <dl>
            {columns.map((column) => (
              <div key={column.name}>
                <dt>
                  <code>{column.name}</code>
                </dt>
                <dd>{column.about.replaceAll("`", "")}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </section>
  );
}
