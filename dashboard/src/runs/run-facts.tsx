/** What a run is about: what it deploys, the locks there, its inputs, its id, and the way to its activity. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import { locksQuery } from "../api/rules.ts";
import type { Run } from "../api/run-types.ts";
import { Copyable } from "../parts/copyable.tsx";
import { Moment } from "../time/moment.tsx";

export function RunFacts({ run }: { run: Run }): ReactElement {
  const { deployment, inputs, id, name, plannedAt } = run;
  const isDeployment = deployment !== null;
  return (
    <section aria-labelledby="about">
      <h2 id="about">About this run</h2>
      <dl className="facts run-facts">
        {isDeployment && (
          <>
            <Fact name="Service">{filtered("service", deployment.service)}</Fact>
            <Fact name="Environment">{filtered("environment", deployment.environment)}</Fact>
            <Fact name="Version">
              {deployment.version === null ? null : <Copyable text={deployment.version} label="version" />}
            </Fact>
            <Fact name="Ran before">{deployment.former}</Fact>
            <Held run={run} />
          </>
        )}
        <Fact name={isDeployment ? "Run" : "Pipeline"}>{name}</Fact>
        {Object.entries(inputs).map(([key, value]) =>
          isDeployment && key === "version" ? null : (
            <Fact key={key} name={`Input ${key}`}>
              {value}
            </Fact>
          ),
        )}
        <Fact name="Planned">
          <Moment at={plannedAt} focusable />
        </Fact>
        <Fact name="Id">
          <Copyable text={id} label="id" />
        </Fact>
        <Fact name="In the history">
          <Link to={`/activities/${id}`}>{isDeployment ? "the deployment" : "its activity"}</Link>,{" "}
          <Link to={`/traces/${id}`}>its trace</Link>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement | null {
  if (children === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const filtered = (key: string, value: string | null): ReactNode =>
  value === null ? null : <Link to={withParams("/timeline", { [key]: value })}>{value}</Link>;

/** Who holds the place where it deploys; often it is this run itself. */
function Held({ run: { id, deployment } }: { run: Run }): ReactElement | null {
  const locks = useQuery(locksQuery).data?.items ?? [];
  const there = locks.filter(
    ({ service, environment }) => service === deployment?.service && environment === deployment.environment,
  );
  return (
    <>
      {there.map((lock) => (
        <Fact key={lock.id} name="Locked">
          {lock.holder.includes(id) ? (
            "by this run"
          ) : (
            <Link to="/rules">{`by ${lock.holder}: ${lock.reason}`}</Link>
          )}
          {lock.until !== null && (
            <>
              , its lease ends <Moment at={lock.until} />
            </>
          )}
        </Fact>
      ))}
    </>
  );
}
