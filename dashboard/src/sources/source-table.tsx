/** The table of connected sources. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import type { Outcome, SourceItem } from "../api/types.ts";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Moment } from "../time/moment.tsx";
import { KEPT } from "./kept.ts";
import { TestButton } from "./test-button.tsx";
import { type SourceRow, withRefusals } from "./with-refusals.ts";

const OUTCOMES: readonly Outcome[] = ["accepted", "duplicate", "ignored", "unmapped", "rejected"];

export function SourceTable({ items }: { items: readonly SourceItem[] }): ReactElement {
  return (
    <ScrollArea label="Connected sources">
      <table className="table stacked">
        <thead>
          <tr>
            <th scope="col">Tool</th>
            <th scope="col">Last delivery</th>
            {OUTCOMES.map((outcome) => (
              <th key={outcome} scope="col" className="number">
                <span className="outcome">{outcome}</span>
              </th>
            ))}
            <th scope="col">Signature</th>
            <th scope="col">
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {withRefusals(items).map((row) => (
            <SourceLine key={`${row.item.source} ${row.item.instance}`} {...row} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function SourceLine({ item, whole, bare }: SourceRow): ReactElement {
  return (
    <tr data-row={`${item.source} ${item.instance}`}>
      <th scope="row">
        <Link to={withParams("/timeline", { source: item.source })}>{item.title}</Link>
        {item.instance !== null && item.instance !== "" && <span className="sub">{item.instance}</span>}
      </th>
      <td data-label="last delivery">
        {item.lastDeliveryAt === null ? (
          <span className="unknown">waiting for the first</span>
        ) : (
          <Moment at={item.lastDeliveryAt} />
        )}
        <Progress item={item} />
        {bare !== null && <NotTaken bare={bare} />}
      </td>
      {OUTCOMES.map((outcome) => (
        <td key={outcome} className="number" data-label={outcome}>
          <OutcomeCount item={item} whole={whole} outcome={outcome} />
        </td>
      ))}
      <td data-label="signature">
        <Proof item={item} />
      </td>
      <td className="actions">
        {item.source !== LOCAL && <TestButton source={item.source} instance={item.instance} />}
      </td>
    </tr>
  );
}

/** What was not taken names no instance, so it may belong to any of them. */
function NotTaken({ bare }: { bare: SourceItem }): ReactElement[] {
  return OUTCOMES.filter((outcome) => bare.counts[outcome] > 0).map((outcome) => (
    <span key={outcome} className="sub">
      no instance named: {bare.counts[outcome].toLocaleString()} {outcome}
      {outcome === "rejected" && bare.lastRejection !== null && <>, {bare.lastRejection.reason}</>}
    </span>
  ));
}

function OutcomeCount({
  item,
  whole,
  outcome,
}: {
  item: SourceItem;
  whole: boolean;
  outcome: Outcome;
}): ReactElement {
  const count = item.counts[outcome] ?? 0;
  if (count === 0) return <span className="zero">0</span>;
  const needsLook = outcome === "unmapped" || outcome === "rejected";
  if (!KEPT.includes(outcome)) {
    return <span className={needsLook ? `count-look look-${outcome}` : ""}>{count.toLocaleString()}</span>;
  }
  return (
    <Link
      to={withParams("/sources", {
        source: item.source,
        instance: whole ? null : item.instance,
        outcome,
      })}
      className={needsLook ? `look look-${outcome}` : "plain-link"}
      aria-label={`${count} ${outcome} from ${item.title}: show them`}
    >
      {count.toLocaleString()}
    </Link>
  );
}

/** What people record themselves comes by the spool: it has no vendor's secret. */
const LOCAL = "local";

function Proof({ item }: { item: SourceItem }): ReactElement {
  if (item.source === LOCAL) return <span className="sub">recorded by vice</span>;
  const words = item.secretSet ? "checked" : "no secret set";
  return (
    <>
      <span className={item.secretSet ? "proof" : "proof proof-none"}>{words}</span>
      {item.unverified > 0 && <span className="sub">{item.unverified.toLocaleString()} not verified</span>}
      {item.lastRejection !== null && (
        <span className="sub">
          rejected <Moment at={item.lastRejection.at} />: {item.lastRejection.reason}
        </span>
      )}
    </>
  );
}

function Progress({ item }: { item: SourceItem }): ReactElement | null {
  if (item.backfill === null || item.backfill.progress >= 1) return null;
  const percent = Math.round(item.backfill.progress * 100);
  return (
    <span className="sub">
      <progress max={1} value={item.backfill.progress} aria-label="Reading the last 90 days" /> {percent} % of
      history
    </span>
  );
}
