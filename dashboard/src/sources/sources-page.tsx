/** Which tools report, how their deliveries fare, and the way to connect another one. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { sourcesQuery } from "../api/queries.ts";
import type { SourcesAnswer } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import { Icon } from "../parts/icon.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { ConnectTool } from "./connect-tool.tsx";
import { DeliveryList } from "./delivery-list.tsx";
import { SourceTable } from "./source-table.tsx";

export function SourcesPage(): ReactElement {
  const sources = useQuery(sourcesQuery);
  const url = useUrlState();
  const [choosing, setChoosing] = useState(url.get("connect") !== "");
  const open = choosing || url.get("connect") !== "";
  function close(): void {
    setChoosing(false);
    url.set({ connect: "" });
  }
  return (
    <div className="page">
      <PageHead title="Sources" lead="The tools that report here, and how their webhook deliveries fare.">
        <button type="button" className="button primary" onClick={() => setChoosing(true)}>
          <Icon name="plus" /> Connect a tool
        </button>
      </PageHead>
      {sources.data === undefined ? (
        sources.isError ? (
          <Failure error={sources.error} retry={() => sources.refetch()} />
        ) : (
          <Waiting what="the sources" />
        )
      ) : (
        <Loaded data={sources.data} connect={() => setChoosing(true)} />
      )}
      {open && sources.data !== undefined && (
        <ConnectTool sources={sources.data} chosen={url.get("connect")} close={close} />
      )}
    </div>
  );
}

function Loaded({ data, connect }: { data: SourcesAnswer; connect: () => void }): ReactElement {
  if (data.items.length === 0) {
    return (
      <div className="empty">
        <p>No tool reports here yet.</p>
        <button type="button" className="button primary" onClick={connect}>
          Connect the first tool
        </button>
      </div>
    );
  }
  return (
    <>
      <SourceTable items={data.items} />
      <DeliveryList />
    </>
  );
}
