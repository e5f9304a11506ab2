/** One section of the rules: its title and actions, the list when it is read, and what it says while there is none. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Failure } from "../parts/failure.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Waiting } from "../parts/waiting.tsx";

interface SectionProps<Data> {
  id: string;
  title: string;
  query: UseQueryResult<Data>;
  /** What it holds; `null` = nothing. */
  show: (data: Data) => ReactNode | null;
  nothing: ReactNode;
  actions?: ReactNode;
}

export function RuleSection<Data>(props: SectionProps<Data>): ReactElement {
  const { id, title, query, show, nothing, actions } = props;
  return (
    <section aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </div>
      {query.data !== undefined && (show(query.data) ?? <p className="unknown">{nothing}</p>)}
      {query.isError && query.data === undefined && (
        <Failure error={query.error} retry={() => query.refetch()} />
      )}
      {query.isPending && <Waiting what={title.toLowerCase()} />}
    </section>
  );
}

interface TableProps {
  label: string;
  columns: readonly string[];
  children: ReactNode;
}

/** The last column is that of the actions. */
export function RuleTable({ label, columns, children }: TableProps): ReactElement {
  return (
    <ScrollArea label={label}>
      <table className="table stacked rules-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <th scope="col">
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </ScrollArea>
  );
}

interface ActionProps {
  verb: string;
  /** For those who hear the button without its row. */
  about: string;
  /** Without it the session may not. */
  run: (() => void) | undefined;
}

export function Action({ verb, about, run }: ActionProps): ReactElement {
  return (
    <td className="actions">
      {run !== undefined && (
        <button type="button" className="button" onClick={run}>
          {verb}
          <span className="hidden"> {about}</span>
        </button>
      )}
    </td>
  );
}
