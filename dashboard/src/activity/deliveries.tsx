/** The raw deliveries behind an activity: exactly what the tool sent, readable and to copy. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { deliveryQuery } from "../api/queries.ts";
import type { RawDelivery } from "../api/types.ts";
import { CopyButton } from "../parts/copyable.tsx";
import { Failure } from "../parts/failure.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { Moment } from "../time/moment.tsx";
import { prettyBody } from "./pretty-body.ts";

/** The latest of many; each is drawn only when it is opened. */
const SHOWN = 20;

export function Deliveries({ deliveries }: { deliveries: readonly RawDelivery[] }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const hidden = isWhole ? 0 : Math.max(0, deliveries.length - SHOWN);
  return (
    <section aria-labelledby="raw">
      <h2 id="raw">Webhook deliveries</h2>
      {deliveries.length === 0 && (
        <p className="unknown">
          None: this came from the command line, or the bodies are past their keeping time.
        </p>
      )}
      {hidden > 0 && (
        <button type="button" className="linklike" onClick={() => setWhole(true)}>
          Show the {hidden} before these
        </button>
      )}
      {deliveries.slice(hidden).map((delivery) => (
        <Delivery key={delivery.id} delivery={delivery} />
      ))}
    </section>
  );
}

function Delivery({ delivery }: { delivery: RawDelivery }): ReactElement {
  const [wasOpened, setOpened] = useState(false);
  return (
    <details
      className="delivery"
      data-row={delivery.id}
      onToggle={(event) => event.currentTarget.open && setOpened(true)}
    >
      <summary>
        <span>{delivery.source}</span> <span className="tag">{delivery.outcome}</span>{" "}
        <Moment at={delivery.receivedAt} />
        <span className="delivery-proof">{delivery.verified ? "signature verified" : "not verified"}</span>
      </summary>
      {wasOpened &&
        (delivery.bodyLeftOut === true ? <Later id={delivery.id} /> : <DeliveryBody delivery={delivery} />)}
    </details>
  );
}

/** One whose body the answer had no room for. */
function Later({ id }: { id: string }): ReactElement {
  const delivery = useQuery(deliveryQuery(id));
  if (delivery.data !== undefined) return <DeliveryBody delivery={delivery.data} />;
  if (delivery.isError) return <Failure error={delivery.error} retry={() => delivery.refetch()} />;
  return <Waiting what="what was sent" />;
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
