/** Ask in SQL: an editor, the saved queries, the views that can be read, and the answer as a table. */
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { get, request } from "../api/client.ts";
import type { QueriesAnswer, QueryResult } from "../api/question-types.ts";
import { announce } from "../parts/announcer.tsx";
import { Failure } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { Editor } from "./editor.tsx";
import { QueryAnswer } from "./query-answer.tsx";
import { SavedList } from "./saved-list.tsx";
import { parametersOf, placeIn, valuesOf } from "./sql-text.ts";
import { ViewList } from "./view-list.tsx";

export const savedQueries = queryOptions({
  queryKey: ["queries"],
  queryFn: () => get<QueriesAnswer>("/v1/queries"),
});

const FIRST =
  "SELECT service, environment, running_version, running_since\nFROM services\nORDER BY service, environment";

interface Asked {
  sql: string;
  params: Record<string, unknown>;
  explain: boolean;
}

/** The text is in the address, so that a question can be shared; `?q=name` is a saved one. */
export function QueryPage(): ReactElement {
  const url = useUrlState();
  const known = useQuery(savedQueries);
  const name = url.get("q");
  const saved = known.data?.items.find((each) => each.name === name);
  const [sql, setSql] = useState(url.get("sql") || FIRST);
  const [values, setValues] = useState<Record<string, string>>({});
  const answer = useMutation({
    mutationFn: (asked: Asked) => request<QueryResult>("POST", "/v1/query", asked),
    onSuccess: ({ rows }) => announce(`${rows.length} rows`),
  });
  const shown = useRef("");
  useEffect(() => {
    if (saved === undefined || shown.current === saved.name) return;
    shown.current = saved.name;
    setSql(saved.sql);
  }, [saved]);
  const names = parametersOf(sql);
  const run = (explain = false): void => {
    url.set(sql === saved?.sql ? { sql: "" } : { sql, q: "" });
    answer.mutate({ sql, params: valuesOf(values, names), explain });
  };
  const choose = (next: { name: string; sql: string }): void => {
    shown.current = next.name;
    setSql(next.sql);
    url.set({ q: next.name, sql: "" });
    answer.reset();
  };
  return (
    <div className="page">
      <PageHead
        title="Query"
        lead="One reading SQL statement over the documented views. Nothing can be changed."
      />
      <div className="query">
        <div className="query-main">
          <Editor
            sql={sql}
            change={setSql}
            run={() => run()}
            wrong={answer.error === null ? null : placeIn(answer.error.message)}
          >
            {names.map((each) => (
              <TextField
                key={each}
                label={`:${each}`}
                value={values[each] ?? ""}
                change={(value) => setValues((before) => ({ ...before, [each]: value }))}
              />
            ))}
            <button
              type="button"
              className="button primary"
              disabled={answer.isPending}
              onClick={() => run()}
            >
              Run
            </button>
            <button type="button" className="button" disabled={answer.isPending} onClick={() => run(true)}>
              Explain
            </button>
          </Editor>
          {answer.isPending && <Waiting what="the answer" />}
          {answer.isError && <Failure error={answer.error} />}
          {answer.data !== undefined && !answer.isPending && (
            <QueryAnswer result={answer.data} name={saved?.name ?? "query"} />
          )}
        </div>
        <aside className="query-side" aria-label="Saved queries and views">
          {known.isError && <Failure error={known.error} retry={() => known.refetch()} />}
          {known.data !== undefined && (
            <>
              <SavedList items={known.data.items} current={name} sql={sql} choose={choose} />
              <ViewList views={known.data.views} />
            </>
          )}
        </aside>
      </div>
    </div>
  );
}
