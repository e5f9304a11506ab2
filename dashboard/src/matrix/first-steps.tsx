/** The first five minutes: what to do while nothing has been reported yet. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { sourcesQuery } from "../api/queries.ts";
import { Copyable } from "../parts/copyable.tsx";
import { PageHead } from "../parts/page-head.tsx";

export function FirstSteps(): ReactElement {
  const sources = useQuery(sourcesQuery);
  const catalog = sources.data?.catalog ?? [];
  return (
    <div className="page first">
      <PageHead
        title="Nothing has been reported yet"
        lead="As soon as one of your tools reports a deployment, it stands here. Three ways to begin:"
      />
      <ol className="steps">
        <li>
          <h2>Connect a tool</h2>
          <p>
            Choose it, paste a URL and a secret into its webhook settings, and watch the first delivery
            arrive.
          </p>
          <ul className="tools-choice">
            {catalog.map(({ name, title }) => (
              <li key={name}>
                <Link to={`/sources?connect=${encodeURIComponent(name)}`} className="button">
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </li>
        <li>
          <h2>Put one word before a script</h2>
          <p>Whatever deploys from a shell is recorded with its outcome and duration:</p>
          <Copyable label="command" text="vice run --service shop --env staging -- ./deploy.sh" />
        </li>
        <li>
          <h2>Look around first</h2>
          <p>An invented company with all its tools, in a home of its own:</p>
          <Copyable label="command" text="vice demo" />
        </li>
      </ol>
    </div>
  );
}
