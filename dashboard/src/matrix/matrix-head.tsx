/** The head of the matrix: environments in promotion order, each a link to its timeline, with a pin. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import { Icon } from "../parts/icon.tsx";
import type { Column } from "./build-matrix.ts";
import { pinnedLeft } from "./pinned.ts";

export function MatrixHead({
  columns,
  pin,
}: {
  columns: readonly Column[];
  pin: (key: string) => void;
}): ReactElement {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className="corner">
          Service
        </th>
        {columns.map((column, index) => (
          <th
            key={column.key}
            scope="col"
            className={column.pinned ? "env pinned" : "env"}
            style={pinnedLeft(column, index)}
          >
            <div className="env-head">
              <EnvironmentName column={column} />
              <button
                type="button"
                className="pin"
                aria-pressed={column.pinned}
                aria-label={`Pin ${column.name}`}
                title={column.pinned ? "Unpin" : "Pin to the left"}
                onClick={() => pin(column.key)}
              >
                <Icon name="pin" />
              </button>
            </div>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function EnvironmentName({ column }: { column: Column }): ReactElement {
  if (column.key === "") {
    return <span title="The tool did not say where it deployed; a rule can">unknown</span>;
  }
  const same = column.tier !== null && column.tier === column.key;
  return (
    <Link to={withParams("/timeline", { environment: column.name })}>
      {column.name}
      {column.tier !== null && !same && <span className="tier">{column.tier}</span>}
    </Link>
  );
}
