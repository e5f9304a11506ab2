/** Where a commit, a change or a ticket is, and since when. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Link, useLocation } from "wouter";
import { safeUrl } from "../activity/safe-url.ts";
import { ApiError, get, withParams } from "../api/client.ts";
import type { WhereAnswer, WherePlace } from "../api/work-types.ts";
import { Failure } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { Moment } from "../time/moment.tsx";

/** Under `activity`, so that it is asked again when something was deployed. */
const whereQuery = (what: string) =>
  queryOptions({
    queryKey: ["activity", "where", what],
    queryFn: () => get<WhereAnswer>(withParams("/v1/where", { what })),
    enabled: what !== "",
    retry: false,
  });

/** The router leaves `%23` and `%2F` as they are. */
function wordOf(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone %
  }
}

export function WherePage({ segment }: { segment: string }): ReactElement {
  const what = wordOf(segment);
  const answer = useQuery(whereQuery(what));
  return (
    <div className="page">
      <PageHead
        title={answer.data === undefined ? "Where is it?" : `Where is ${answer.data.name}?`}
        lead="A commit, a change or a ticket, and the environments that have it."
      />
      <Asking key={what} what={what} />
      {what !== "" && answer.isPending && <Waiting what="where it is" />}
      {answer.isError && <NotFound error={answer.error} retry={() => answer.refetch()} />}
      {answer.data !== undefined && !answer.isError && <Found answer={answer.data} />}
    </div>
  );
}

function Asking({ what }: { what: string }): ReactElement {
  const [text, setText] = useState(what);
  const [, navigate] = useLocation();
  return (
    <form
      className="tools"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") navigate(`/where/${encodeURIComponent(text.trim())}`);
      }}
    >
      <TextField
        label="Sha, #15, group/app!15, SHOP-12 or an address"
        type="search"
        value={text}
        change={setText}
      />
      <button type="submit" className="button primary">
        Look
      </button>
    </form>
  );
}

function NotFound({ error, retry }: { error: Error; retry: () => unknown }): ReactElement {
  const isAnswer = error instanceof ApiError && (error.status === 404 || error.status === 400);
  if (!isAnswer) return <Failure error={error} retry={retry} />;
  return (
    <p className="empty" role="status">
      {error.message}
    </p>
  );
}

function Found({ answer }: { answer: WhereAnswer }): ReactElement {
  const { title, url, activity, places, hint } = answer;
  const safe = safeUrl(url);
  return (
    <>
      <p>
        {title !== null && <strong>{title}</strong>}{" "}
        {activity !== null && <Link to={`/activities/${activity}`}>See it</Link>}{" "}
        {safe !== null && (
          <a href={safe} target="_blank" rel="noreferrer">
            Open at its tool
          </a>
        )}
      </p>
      {places.length === 0 ? <p className="empty">{sayNowhere(answer)}</p> : <Places places={places} />}
      {hint !== null && <p className="notice">{hint}</p>}
    </>
  );
}

function Places({ places }: { places: WherePlace[] }): ReactElement {
  return (
    <ScrollArea label="Environments">
      <table className="table stacked">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Environment</th>
            <th scope="col">There</th>
            <th scope="col">Since</th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={`${place.service} ${place.environment} ${place.tenant}`}>
              <th scope="row">{place.service ?? <span className="unknown">unknown</span>}</th>
              <td data-label="environment">
                {[place.environment ?? "unknown", place.tenant].filter(Boolean).join(" · ")}
              </td>
              <td data-label="there">
                <There place={place} />
              </td>
              <td data-label="since">
                <Since place={place} />
              </td>
              <td data-label="version">{place.version ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Since({ place: { since, deployment } }: { place: WherePlace }): ReactElement {
  if (since === null) return <>–</>;
  if (deployment === null) return <Moment at={since} />;
  return (
    <Link to={`/deployments/${deployment}`}>
      <Moment at={since} />
    </Link>
  );
}

function There({ place }: { place: WherePlace }): ReactElement {
  const { state, until, takenBackBy } = place;
  const isGone = (state === "no-longer" || state === "taken-back") && until !== null;
  return (
    <>
      {sayThere(place)}
      {takenBackBy !== null && <Taker taker={takenBackBy} isAlone={state === "taken-back"} />}
      {isGone && (
        <>
          , until <Moment at={until} />
        </>
      )}
    </>
  );
}

function Taker({
  taker: { name, activity },
  isAlone,
}: {
  taker: NonNullable<WherePlace["takenBackBy"]>;
  isAlone: boolean;
}): ReactElement {
  return (
    <>
      {isAlone ? " by " : ", taken back by "}
      {activity === null ? name : <Link to={`/activities/${activity}`}>{name}</Link>}
    </>
  );
}

function sayThere({ state, commitsThere, commitsOf, reason }: WherePlace): string {
  const said = {
    there: "✓ yes",
    partly: `◐ partly: ${commitsThere} of ${commitsOf} commits`,
    "not-yet": "○ not yet",
    "no-longer": "○ no longer",
    "taken-back": "✗ taken back",
    unknown: `? not known${reason === null ? "" : `: ${reason}`}`,
  };
  return said[state];
}

function sayNowhere({ commits, unsure }: WhereAnswer): string {
  if (commits.length === 0) return "No commit of it is known, so nobody can say where it is.";
  if (unsure === 0) return "Nothing that runs anywhere is known to have to do with it.";
  const places = unsure === 1 ? "1 place" : `${unsure} places`;
  return `Where it is, is not known: of ${places} neither the repository nor the commit of what runs there is known.`;
}
