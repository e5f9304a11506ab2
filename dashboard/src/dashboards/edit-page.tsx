/** Writes a dashboard: its YAML beside what it shows, drawn again when the writing pauses. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useId, useState } from "react";
import { Link, useLocation } from "wouter";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { Failure, FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { dashboardTextQuery, draftQuery } from "./dashboard-queries.ts";
import { ReportBlocks } from "./report-blocks.tsx";

const FIRST = `title: My dashboard
since: 30d
# services: [shop]
panels:
  - title: Deployments
    kind: number
    metric: deployments
  - title: Succeeded
    kind: number
    metric: deployments.success
  - title: Deployments over time
    kind: bar
    metric: deployments
  - title: What runs
    kind: table
    query: SELECT service, environment, running_version FROM services ORDER BY 1, 2
`;
const PAUSE_MS = 600;

export function EditPage({ name: given }: { name: string }): ReactElement {
  const known = given === "new" ? "" : given;
  const former = useQuery(dashboardTextQuery(known));
  if (known !== "" && former.isPending) return <Waiting what="the dashboard" />;
  if (known !== "" && former.isError)
    return (
      <div className="page">
        <Failure error={former.error} retry={() => former.refetch()} />
      </div>
    );
  return <Editing known={known} first={former.data?.text ?? FIRST} />;
}

function Editing({ known, first }: { known: string; first: string }): ReactElement {
  const id = useId();
  const [, go] = useLocation();
  const [name, setName] = useState(known);
  const [text, setText] = useState(first);
  const draft = useQuery(draftQuery(usePaused(text)));
  const save = useCommand<{ name: string; text: string }>(
    "viz.dashboard-save",
    ["dashboards", "report"],
    () => {
      announce("Saved");
      go(`/dashboards/${encodeURIComponent(name)}`);
    },
  );
  const remove = useCommand<{ name: string }>("viz.dashboard-remove", ["dashboards", "report"], () => {
    announce("Removed");
    go("/dashboards");
  });
  const shown = draft.data;
  return (
    <div className="page">
      <PageHead
        title={known === "" ? "New dashboard" : `Edit ${known}`}
        lead="YAML on one side, what it shows on the other."
      >
        <Link
          to={known === "" ? "/dashboards" : `/dashboards/${encodeURIComponent(known)}`}
          className="button quiet"
        >
          Back
        </Link>
      </PageHead>
      <div className="dashboard-edit">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate({ name, text });
          }}
        >
          {known === "" && (
            <TextField
              label="Name"
              value={name}
              change={(typed) => {
                save.reset();
                setName(typed);
              }}
              hint={
                name.trim() === ""
                  ? "Give it a name, and it can be saved."
                  : "Letters, digits, dots and dashes."
              }
              required
            />
          )}
          <label htmlFor={id}>YAML</label>
          <textarea
            id={id}
            value={text}
            spellCheck={false}
            autoCapitalize="off"
            rows={24}
            aria-invalid={draft.isError}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <div className="dashboard-tools">
            <button type="submit" className="button primary" disabled={save.isPending || name.trim() === ""}>
              Save
            </button>
            {known !== "" && (
              <button
                type="button"
                className="button"
                disabled={remove.isPending}
                onClick={() => remove.mutate({ name: known })}
              >
                Remove
              </button>
            )}
          </div>
          <FormError error={save.error ?? remove.error} />
        </form>
        <section aria-label="What it shows" aria-busy={draft.isFetching}>
          {draft.isError && <Failure error={draft.error} />}
          {draft.isPending && <Waiting what="the panels" />}
          {shown !== undefined && !draft.isError && (
            <>
              <h2>{shown.document.title}</h2>
              <p className="lead">{shown.document.summary}</p>
              <ReportBlocks blocks={shown.document.blocks} zone={shown.timeZone} />
            </>
          )}
        </section>
      </div>
    </div>
  );
}

/** The text as it was when the writing paused last. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
