/** The flow of work: what is in flight now, where time goes, what is open for too long, and what is not as usual. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { facetsQuery } from "../api/queries.ts";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { AbnormalList } from "./abnormal-list.tsx";
import { BoardSection } from "./board-section.tsx";
import { BranchSection } from "./branch-section.tsx";
import { ColumnSection } from "./column-section.tsx";
import { DifferenceSection } from "./difference-section.tsx";
import { TrunkSection } from "./trunk-section.tsx";

export function FlowPage(): ReactElement {
  const { get, set } = useUrlState();
  const facets = useQuery(facetsQuery);
  const scope = { service: get("service") || null, team: get("team") || null };
  return (
    <div className="page flow">
      <PageHead title="Flow" lead="What is in flight now, how long work waits, and what holds it up.">
        <Link className="button quiet" to="/where">
          Where is a commit or ticket?
        </Link>
      </PageHead>
      <div className="flow-scope">
        <Choice
          label="Service"
          value={get("service")}
          all={facets.data?.services ?? []}
          choose={(service) => set({ service })}
        />
        <Choice
          label="Team"
          value={get("team")}
          all={facets.data?.teams ?? []}
          choose={(team) => set({ team })}
        />
      </div>
      <AbnormalList scope={scope} />
      <BoardSection scope={scope} />
      <ColumnSection scope={scope} />
      <BranchSection scope={scope} />
      <TrunkSection scope={scope} />
      <DifferenceSection scope={scope} />
    </div>
  );
}

function Choice({
  label,
  value,
  all,
  choose,
}: {
  label: string;
  value: string;
  all: readonly string[];
  choose: (value: string) => void;
}): ReactElement {
  const options = value === "" || all.includes(value) ? all : [value, ...all];
  return (
    <label className="flow-choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.target.value)}>
        <option value="">All</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
