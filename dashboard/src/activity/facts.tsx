/** All facts of an activity as a list of names and values; what is not known says so. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import type { ActivityDetail } from "../api/types.ts";
import { Copyable } from "../parts/copyable.tsx";
import { Duration, Moment } from "../time/moment.tsx";
import { commitUrl } from "./commit-url.ts";
import { safeUrl } from "./safe-url.ts";

export function Facts({ activity }: { activity: ActivityDetail }): ReactElement {
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <dl className="facts">
        {factsOf(activity).map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? <span className="unknown">not known</span>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface Fact {
  name: string;
  value: ReactNode;
}

const fact = (name: string, value: ReactNode): Fact => ({ name, value });

/** Rare facts are left out when they are not known; the usual ones then say so. */
function factsOf(activity: ActivityDetail): Fact[] {
  const rare = activity.kind === "deployment" ? RARE : [...RARE, ...ONLY_DEPLOYMENTS];
  return [...whatFacts(activity), ...howFacts(activity)].filter(
    ({ name, value }) => value !== null || !rare.includes(name),
  );
}

const RARE = ["Tenant", "Artifact", "Digest", "Attempt", "Repository"];
const ONLY_DEPLOYMENTS = ["Environment", "Version", "Commit", "Branch or tag", "Team"];

function whatFacts(activity: ActivityDetail): Fact[] {
  const { service, team, environment, tier, version, artifact } = activity;
  return [
    fact("Service", filtered("service", service)),
    fact("Team", filtered("team", team)),
    fact("Environment", environment === null ? null : <Place name={environment} tier={tier} />),
    fact("Tenant", activity.tenant),
    fact("Kind", activity.deploymentKind ?? activity.kind),
    fact("Version", copyable(version, "version")),
    fact("Commit", commit(activity)),
    fact("Branch or tag", activity.ref),
    fact("Artifact", artifact?.name ?? null),
    fact("Digest", copyable(artifact?.digest ?? null, "digest")),
  ];
}

/** The commit, with the way back to its source where the repository is known. */
function commit({ commitSha, repository, source, tags }: ActivityDetail): ReactNode {
  if (commitSha === null) return tags.shortSha ?? null;
  const url = commitUrl(repository, commitSha, source);
  return (
    <>
      {copyable(commitSha, "commit")} {url !== null && <Outside url={url} words="see it there" />}
    </>
  );
}

function howFacts(activity: ActivityDetail): Fact[] {
  const { actor, source, instance, attempt, tags } = activity;
  return [
    fact("Who", actor?.name ?? actor?.login ?? null),
    fact("Started", moment(activity.startedAt)),
    fact("Finished", moment(activity.finishedAt)),
    fact("Took", activity.durationMs === null ? null : <Duration ms={activity.durationMs} />),
    fact("Tool", instance === null ? source : `${source} · ${instance}`),
    fact("Number there", activity.externalId),
    fact("Attempt", attempt === 1 ? null : attempt),
    fact("Repository", activity.repository === null ? null : <Outside url={activity.repository} />),
    fact("Signature", activity.verified ? "verified" : "not verified"),
    fact("Id", copyable(activity.id, "id")),
    fact("Trace", copyable(activity.traceId, "trace id")),
    ...Object.entries(tags).map(([name, value]) => fact(`Tag ${name}`, value)),
  ];
}

const copyable = (text: string | null, label: string): ReactNode =>
  text === null ? null : <Copyable text={text} label={label} />;
const moment = (at: string | null): ReactNode => (at === null ? null : <Moment at={at} focusable />);

function filtered(key: string, value: string | null): ReactNode {
  return value === null ? null : <Link to={withParams("/timeline", { [key]: value })}>{value}</Link>;
}

function Place({ name, tier }: { name: string; tier: string | null }): ReactElement {
  return (
    <>
      {filtered("environment", name)}
      {tier !== null && tier !== name && <span className="tier">{tier}</span>}
    </>
  );
}

function Outside({ url, words }: { url: string | null; words?: string }): ReactElement | null {
  const href = safeUrl(url);
  if (href === null) return url === null ? null : <span>{url}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {words ?? href.replace(/^https?:\/\//, "")}
    </a>
  );
}
