/** What differs between two environments, or between two moments. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { get, withParams } from "../api/client.ts";
import { facetsQuery } from "../api/queries.ts";
import type { CompareAnswer, CompareSide, Difference, Release } from "../api/question-types.ts";
import { AtField } from "../matrix/at-field.tsx";
import { Failure } from "../parts/failure.tsx";
import { choices, SelectField, ToggleField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { type UrlState, useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { Moment } from "../time/moment.tsx";
import { sayBetween, sideText } from "./say-compare.ts";

const compareQuery = (from: string, to: string, all: boolean) =>
  queryOptions({
    queryKey: ["compare", from, to, all],
    queryFn: () => get<CompareAnswer>(withParams("/v1/compare", { from, to, all: all ? "true" : null })),
    enabled: from !== "",
    placeholderData: keepPreviousData,
  });

export function ComparePage(): ReactElement {
  const url = useUrlState();
  const [from, to] = [sideText(url.get("from"), url.get("fromAt")), sideText(url.get("to"), url.get("toAt"))];
  const answer = useQuery(compareQuery(from, to, url.get("all") === "true"));
  return (
    <div className="page">
      <PageHead title="Compare" lead="What differs between two environments, or between two moments." />
      <div className="tools compare-tools">
        <SideFields url={url} which="from" label="From" />
        <SideFields url={url} which="to" label="To" />
        <ToggleField
          label="Also what is the same"
          on={url.get("all") === "true"}
          change={(on) => url.set({ all: on ? "true" : "" })}
        />
      </div>
      {from === "" && (
        <p className="empty">
          Choose an environment or a moment under From, and under To what it is compared with.
        </p>
      )}
      {from !== "" && answer.isPending && <Waiting what="the comparison" />}
      {from !== "" && answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {from !== "" && answer.data !== undefined && !answer.isError && <Differences answer={answer.data} />}
    </div>
  );
}

function SideFields({
  url,
  which,
  label,
}: {
  url: UrlState;
  which: "from" | "to";
  label: string;
}): ReactElement {
  const facets = useQuery(facetsQuery).data;
  const environments = choices((facets?.environments ?? []).flatMap(({ name }) => name ?? []));
  return (
    <fieldset className="compare-side">
      <legend>{label}</legend>
      <SelectField
        label="Environment"
        any="All"
        value={url.get(which)}
        change={(name) => url.set({ [which]: name })}
        options={environments}
      />
      <AtField
        placeholder="now"
        at={url.get(`${which}At`)}
        change={(at) => url.set({ [`${which}At`]: at })}
      />
    </fieldset>
  );
}

function Differences({ answer }: { answer: CompareAnswer }): ReactElement {
  const { from, to, items, same } = answer;
  const withPlace = items.some(({ environment }) => environment !== null);
  return (
    <>
      <p role="status">
        {items.filter(({ change }) => change !== "same").length} differ, {same} {same === 1 ? "is" : "are"}{" "}
        the same.
      </p>
      {items.length > 0 && (
        <ScrollArea label="Differences">
          <table className="table stacked">
            <thead>
              <tr>
                <th scope="col">Service</th>
                {withPlace && <th scope="col">Environment</th>}
                <th scope="col">
                  <SideHead side={from} />
                </th>
                <th scope="col">
                  <SideHead side={to} />
                </th>
                <th scope="col">Between</th>
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <Row
                  key={`${row.service} ${row.environment} ${row.tenant}`}
                  row={row}
                  withPlace={withPlace}
                />
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </>
  );
}

function SideHead({ side }: { side: CompareSide }): ReactElement {
  return (
    <>
      {side.environment ?? "Everywhere"}, {side.at === null ? "now" : <Moment at={side.at} />}
    </>
  );
}

const SIGNS = { same: "=", changed: "≠", added: "+", removed: "−" } as const;

function Row({ row, withPlace }: { row: Difference; withPlace: boolean }): ReactElement {
  const { service, tenant, environment, change, from, to } = row;
  return (
    <tr data-row={service ?? ""}>
      <th scope="row">
        <span aria-hidden="true">{SIGNS[change]} </span>
        {service ?? <span className="unknown">unknown</span>}
        {tenant !== null && <span className="sub">{tenant}</span>}
      </th>
      {withPlace && <td data-label="environment">{environment}</td>}
      <td data-label="from">
        <Version release={from} />
      </td>
      <td data-label="to">
        <Version release={to} />
      </td>
      <td data-label="between">{sayBetween(row)}</td>
    </tr>
  );
}

function Version({ release }: { release: Release | null }): ReactElement {
  if (release === null) return <span className="unknown">nothing</span>;
  return (
    <>
      <Link to={`/deployments/${release.deployment}`}>
        <code>{release.version}</code>
      </Link>
      <span className="sub">
        <Moment at={release.at} />
      </span>
    </>
  );
}
