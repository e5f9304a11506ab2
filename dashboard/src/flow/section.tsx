/** A section of the flow page: its heading, and waiting or failure until its answer is there. */
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useId } from "react";
import { Failure } from "../parts/failure.tsx";
import { Waiting } from "../parts/waiting.tsx";

export function Section<Answer>({
  title,
  query,
  children,
}: {
  title: string;
  query: UseQueryResult<Answer>;
  children: (answer: Answer) => ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <section className="flow-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {query.data !== undefined && children(query.data)}
      {query.data === undefined && query.isError && (
        <Failure error={query.error} retry={() => query.refetch()} />
      )}
      {query.data === undefined && query.isPending && <Waiting what={title.toLowerCase()} />}
    </section>
  );
}
