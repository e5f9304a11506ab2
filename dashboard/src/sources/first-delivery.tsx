/** Waits for the first delivery of a newly connected tool, then shows which service it speaks of, to be corrected at once. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import { namesQuery, sourcesQuery } from "../api/queries.ts";
import type { SourceItem, SourcesAnswer } from "../api/types.ts";
import { NameFix } from "../names/name-fix.tsx";
import { StatusIcon } from "../parts/status-mark.tsx";
import { newestOf } from "./newest-of.ts";
import { TestButton } from "./test-button.tsx";

interface Props {
  source: string;
  /** As the reader named it; empty = whatever the payload says. */
  instance: string;
  /** As it was before connecting: only what arrives later counts. */
  sources: SourcesAnswer;
}

export function FirstDelivery({ source, instance, sources }: Props): ReactElement {
  const [before] = useState(() => newestOf(sources.items, source, instance)?.lastDeliveryAt ?? null);
  const now = useQuery(sourcesQuery).data ?? sources;
  const item = newestOf(now.items, source, instance);
  const arrived = item !== null && item.lastDeliveryAt !== before && saysMore(item);
  return (
    <div className={arrived ? "first-delivery arrived" : "first-delivery"} role="status">
      <StatusIcon status={arrived ? "succeeded" : "running"} />
      {arrived ? <Arrived item={item} /> : <p>Waiting for the first delivery …</p>}
      {!arrived && <TestButton source={source} instance={instance === "" ? null : instance} />}
    </div>
  );
}

/** A test names no service: after it the first delivery of the tool itself is still to come. */
const saysMore = ({ lastOutcome, services }: SourceItem): boolean =>
  services.length > 0 ||
  lastOutcome === "rejected" ||
  lastOutcome === "unmapped" ||
  lastOutcome === "ignored";

function Arrived({ item }: { item: SourceItem }): ReactElement {
  const known = useQuery(namesQuery).data?.services.map(({ service }) => service) ?? [];
  return (
    <div>
      <p>
        A delivery arrived: <strong>{item.lastOutcome}</strong>.{" "}
        {item.lastOutcome === "unmapped" && <Link to="/sources?outcome=unmapped">See why</Link>}
        {item.lastOutcome === "rejected" && item.lastRejection?.reason}
      </p>
      {item.services.slice(0, 3).map((service) => (
        <NameFix key={service} name={service} source={item.source} services={known} says="It speaks of" />
      ))}
    </div>
  );
}
