/** What happened around a moment, the likeliest cause first. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { get, withParams } from "../api/client.ts";
import { facetsQuery } from "../api/queries.ts";
import type { ChangedAnswer, ChangedItem } from "../api/work-types.ts";
import { AtField } from "../matrix/at-field.tsx";
import { Failure } from "../parts/failure.tsx";
import { choices, SelectField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { Moment } from "../time/moment.tsx";

const WITHIN = ["15m", "30m", "1h", "2h", "6h", "1d"];

const changedQuery = (at: string, service: string, within: string) =>
  queryOptions({
    queryKey: ["activity", "changed", at, service, within],
    queryFn: () =>
      get<ChangedAnswer>(
        withParams("/v1/what-changed", { at: at || "now", service: service || null, within: within || "2h" }),
      ),
    placeholderData: keepPreviousData,
  });

export function ChangedPage(): ReactElement {
  const url = useUrlState();
  const [at, service, within] = [url.get("at"), url.get("service"), url.get("within")];
  const answer = useQuery(changedQuery(at, service, within));
  const facets = useQuery(facetsQuery).data;
  const services = choices(facets?.services ?? []);
  return (
    <div className="page">
      <PageHead title="What changed?" lead="Around a moment, the likeliest cause first." />
      <div className="tools">
        <AtField placeholder="now" at={at} change={(next) => url.set({ at: next })} />
        <SelectField
          label="Service"
          any="All"
          value={service}
          change={(next) => url.set({ service: next })}
          options={services}
        />
        <SelectField
          label="Before and after"
          any="2h"
          value={within}
          change={(next) => url.set({ within: next })}
          options={choices(WITHIN)}
        />
      </div>
      {answer.isPending && <Waiting what="what happened" />}
      {answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {answer.data !== undefined && !answer.isError && <Items answer={answer.data} />}
    </div>
  );
}

function Items({ answer: { at, items, total } }: { answer: ChangedAnswer }): ReactElement {
  const [before, after] = [items.filter(({ isAfter }) => !isAfter), items.filter(({ isAfter }) => isAfter)];
  if (items.length === 0) return <p className="empty">Nothing is known to have happened around then.</p>;
  return (
    <>
      <p role="status">
        {items.length < total ? `The first ${items.length} of ${total}` : total} around <Moment at={at} />
      </p>
      {before.length === 0 ? (
        <p className="empty">Nothing is known to have happened before it.</p>
      ) : (
        <Table label="What happened before" items={before} />
      )}
      {after.length > 0 && (
        <>
          <h2>After it</h2>
          <Table label="What happened after" items={after} />
        </>
      )}
    </>
  );
}

function Table({ label, items }: { label: string; items: ChangedItem[] }): ReactElement {
  return (
    <ScrollArea label={label}>
      <table className="table stacked">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">When</th>
            <th scope="col">By</th>
            <th scope="col">Why it may be it</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={`${item.id} ${item.at} ${item.name}`} item={item} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Row({
  item: { id, name, kind, event, at, actor, why, environment },
}: {
  item: ChangedItem;
}): ReactElement {
  return (
    <tr>
      <th scope="row">
        {id === null ? name : <Link to={`/activities/${id}`}>{name}</Link>}
        <span className="sub">{[`${kind} ${event}`, environment].filter(Boolean).join(" · ")}</span>
      </th>
      <td data-label="when">
        <Moment at={at} />
      </td>
      <td data-label="by">{actor ?? "–"}</td>
      <td data-label="why">{why.join(", ")}</td>
    </tr>
  );
}
