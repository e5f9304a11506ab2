/** What a deployment brought: tickets, changes, commits and who wrote them. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { get, withParams } from "../api/client.ts";
import type { ActivityDetail } from "../api/types.ts";
import type { ManifestAnswer, ManifestCommit, ManifestThing } from "../api/work-types.ts";
import { Moment } from "../time/moment.tsx";
import { safeUrl } from "./safe-url.ts";

/** So many commits are shown at first. */
const SHOWN = 20;

const broughtQuery = (id: string, service: string, environment: string) =>
  queryOptions({
    queryKey: ["activity", id, "brought"],
    queryFn: () =>
      get<ManifestAnswer>(
        withParams(`/v1/manifest/${encodeURIComponent(service)}`, { environment, to: id, format: "json" }),
      ),
  });

export function Brought({ activity }: { activity: ActivityDetail }): ReactElement | null {
  const { kind, id, service, environment, commitSha } = activity;
  if (kind !== "deployment" || service === null || environment === null || commitSha === null) return null;
  return <Contents id={id} service={service} environment={environment} />;
}

function Contents(about: { id: string; service: string; environment: string }): ReactElement | null {
  const { data } = useQuery(broughtQuery(about.id, about.service, about.environment));
  // It stands beside what the page is about: without it the page is whole too.
  if (data === undefined) return null;
  return (
    <section aria-labelledby="brought">
      <h2 id="brought">What it brought</h2>
      {data.commits === null ? <NotKnown answer={data} /> : <Known answer={data} commits={data.commits} />}
    </section>
  );
}

function NotKnown({ answer }: { answer: ManifestAnswer }): ReactElement {
  return (
    <p className="unknown">
      Not known: {answer.reason}. {answer.hint}
    </p>
  );
}

function Known({ answer, commits }: { answer: ManifestAnswer; commits: ManifestCommit[] }): ReactElement {
  const { from, changes, tickets, authors, takenBack, lines } = answer;
  const before = from?.version ?? from?.sha?.slice(0, 8) ?? "nothing";
  return (
    <>
      <p>
        {counted(commits.length, "commit")} since {before}
        {authors.length > 0 && `, by ${authors.map(({ name }) => name).join(", ")}`}.
        {takenBack !== null && takenBack > 0 && ` ${counted(takenBack, "commit")} of it no longer there.`}
        {lines !== null &&
          ` ${counted(lines.added, "line")} added and ${lines.deleted} deleted in ${counted(lines.files, "file")}.`}
      </p>
      <Things title="Tickets" things={tickets} />
      <Things title="Changes" things={changes} />
      <Commits title="Commits" commits={commits.slice(0, SHOWN)} />
      {commits.length > SHOWN && (
        <details>
          <summary>{commits.length - SHOWN} more commits</summary>
          <Commits title="More commits" commits={commits.slice(SHOWN)} />
        </details>
      )}
    </>
  );
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

function Things({ title, things }: { title: string; things: ManifestThing[] }): ReactElement | null {
  if (things.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {things.map(({ name, title: said, activity, url }) => (
          <li key={`${name} ${activity}`}>
            <Named name={name} activity={activity} url={url} /> {said}{" "}
            <Link to={`/where/${encodeURIComponent(url ?? name)}`} aria-label={`Where is ${name}?`}>
              where?
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Named({ name, activity, url }: Pick<ManifestThing, "name" | "activity" | "url">): ReactElement {
  const safe = safeUrl(url);
  if (activity !== null) return <Link to={`/activities/${activity}`}>{name}</Link>;
  if (safe === null) return <strong>{name}</strong>;
  return (
    <a href={safe} target="_blank" rel="noreferrer">
      {name}
    </a>
  );
}

function Commits({ title, commits }: { title: string; commits: ManifestCommit[] }): ReactElement | null {
  if (commits.length === 0) return null;
  return (
    <ol className="brought-commits" aria-label={title}>
      {commits.map(({ sha, subject, author, committedAt }) => (
        <li key={sha}>
          <Link to={`/where/${sha}`}>
            <code>{sha.slice(0, 8)}</code>
          </Link>{" "}
          {subject}
          <span className="sub">
            {author?.name ?? author?.login ?? "unknown"} · <Moment at={committedAt} />
          </span>
        </li>
      ))}
    </ol>
  );
}
