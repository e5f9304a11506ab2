/** Deliveries by outcome, raw: first of all those that fit no schema, which wait to be mapped. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { DeliveryBody } from "../activity/deliveries.tsx";
import { deliveriesQuery, deliveryQuery } from "../api/queries.ts";
import type { DeliveryItem } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import { choices, SelectField } from "../parts/field.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { Waiting } from "../parts/waiting.tsx";
import { Moment } from "../time/moment.tsx";
import { KEPT } from "./kept.ts";

export function DeliveryList(): ReactElement {
  const url = useUrlState();
  const outcome = KEPT.find((one) => one === url.get("outcome")) ?? "unmapped";
  const [cursor, setCursor] = useState<string | null>(null);
  const filters = { source: url.get("source"), instance: url.get("instance"), outcome };
  const page = useQuery(deliveriesQuery(filters, cursor));
  const from = filters.source === "" ? "" : ` from ${filters.source}`;
  return (
    <section aria-labelledby="deliveries">
      <div className="section-head">
        <h2 id="deliveries">
          Deliveries: {outcome}
          {from}
        </h2>
        <SelectField
          label="Outcome"
          value={outcome}
          change={(next) => url.set({ outcome: next })}
          options={choices(KEPT)}
        />
        {filters.source !== "" && (
          <button
            type="button"
            className="button quiet"
            onClick={() => url.set({ source: "", instance: "" })}
          >
            From all tools
          </button>
        )}
      </div>
      {page.isError && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && <Waiting what="deliveries" />}
      {page.data?.items.length === 0 && <Nothing outcome={outcome} />}
      {page.data?.items.map((item) => (
        <DeliveryLine key={item.id} item={item} />
      ))}
      <div className="pager">
        {cursor !== null && (
          <button type="button" className="button" onClick={() => setCursor(null)}>
            Newest
          </button>
        )}
        {page.data !== undefined && page.data.next !== null && (
          <button type="button" className="button" onClick={() => setCursor(page.data.next)}>
            Older
          </button>
        )}
      </div>
    </section>
  );
}

function Nothing({ outcome }: { outcome: string }): ReactElement {
  const words = outcome === "unmapped" ? "None: every delivery fits a schema." : `No ${outcome} deliveries.`;
  return <p className="unknown">{words}</p>;
}

function DeliveryLine({ item }: { item: DeliveryItem }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <details className="delivery" data-row={item.id} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span>
          {item.instance === null || item.instance === "" ? item.source : `${item.source} · ${item.instance}`}
        </span>{" "}
        <span className="delivery-reason">{item.reason ?? item.outcome}</span> <Moment at={item.receivedAt} />
        <span className="delivery-proof tabular">{item.bytes.toLocaleString()} bytes</span>
      </summary>
      {open && <Body id={item.id} />}
    </details>
  );
}

function Body({ id }: { id: string }): ReactElement {
  const delivery = useQuery(deliveryQuery(id));
  if (delivery.data !== undefined) return <DeliveryBody delivery={delivery.data} />;
  return delivery.isError ? <Failure error={delivery.error} /> : <Waiting what="the body" />;
}
