/** The raw deliveries behind an activity: exactly what the tool sent, readable and to copy. */
import type { ReactElement } from "react";
import type { RawDelivery } from "../api/types.ts";
import { CopyButton } from "../parts/copyable.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Moment } from "../time/moment.tsx";
import { prettyBody } from "./pretty-body.ts";

export function Deliveries({ deliveries }: { deliveries: readonly RawDelivery[] }): ReactElement {
  return (
    <section aria-labelledby="raw">
      <h2 id="raw">Webhook deliveries</h2>
      {deliveries.length === 0 && (
        <p className="unknown">
          None: this came from the command line, or the bodies are past their keeping time.
        </p>
      )}
      {deliveries.map((delivery) => (
        <details key={delivery.id} className="delivery" data-row={delivery.id}>
          <summary>
            <span>{delivery.source}</span> <span className="tag">{delivery.outcome}</span>{" "}
            <Moment at={delivery.receivedAt} />
            <span className="delivery-proof">
              {delivery.verified ? "signature verified" : "not verified"}
            </span>
          </summary>
          <DeliveryBody delivery={delivery} />
        </details>
      ))}
    </section>
  );
}

export function DeliveryBody({ delivery }: { delivery: RawDelivery }): ReactElement {
  const body = prettyBody(delivery.body);
  return (
    <div className="delivery-body">
      <dl className="headers">
        {Object.entries(delivery.headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="raw">
        <CopyButton text={body} label="raw body" />
        <ScrollArea label="Raw body" className="raw-body">
          <pre>{body}</pre>
        </ScrollArea>
      </div>
    </div>
  );
}
