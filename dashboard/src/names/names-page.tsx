/** One application has several names in several tools: here they become one service. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { namesQuery } from "../api/queries.ts";
import type { NamesAnswer } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { Environments } from "./environments.tsx";
import { MergeModal } from "./merge-modal.tsx";
import { Rules } from "./rules.tsx";
import { Services } from "./services.tsx";
import { Unmatched } from "./unmatched.tsx";

export function NamesPage(): ReactElement {
  const names = useQuery(namesQuery);
  const [merging, setMerging] = useState(false);
  return (
    <div className="page">
      <PageHead
        title="Names"
        lead="One application has several names in several tools. Here they become one service."
      >
        <button type="button" className="button" onClick={() => setMerging(true)}>
          Merge services
        </button>
      </PageHead>
      {names.data !== undefined && <Loaded names={names.data} />}
      {names.isError && names.data === undefined && (
        <Failure error={names.error} retry={() => names.refetch()} />
      )}
      {names.isPending && <Waiting what="names" />}
      {merging && <MergeModal services={serviceNames(names.data)} close={() => setMerging(false)} />}
    </div>
  );
}

const serviceNames = (names: NamesAnswer | undefined): string[] =>
  names?.services.map(({ service }) => service) ?? [];

function Loaded({ names }: { names: NamesAnswer }): ReactElement {
  return (
    <>
      <Unmatched unmatched={names.unmatched} alike={names.alike} services={serviceNames(names)} />
      <Services services={names.services} />
      <Environments environments={names.environments} />
      <Rules rules={names.rules} />
    </>
  );
}
