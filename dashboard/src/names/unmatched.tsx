/** Names that stand alone: no rule says which service they are. */
import { type ReactElement, useState } from "react";
import type { AlikeService, UnmatchedName } from "../api/types.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { Modal } from "../parts/modal.tsx";
import { Moment } from "../time/moment.tsx";
import { NAMES_REFRESH } from "./name-fix.tsx";
import { isNew } from "./nearest-name.ts";
import { ServiceField } from "./service-field.tsx";

interface Alias {
  name: string;
  source: string;
  service: string;
  /** The page shows what is new before it is applied. */
  new: true;
}

export function Unmatched({
  unmatched,
  alike,
  services,
}: {
  unmatched: readonly UnmatchedName[];
  alike: readonly AlikeService[];
  services: readonly string[];
}): ReactElement {
  const [other, setOther] = useState<UnmatchedName | null>(null);
  const alias = useCommand<Alias>("service.alias", NAMES_REFRESH, (_, { name, service }) => {
    announce(`${name} is now ${service}`);
    setOther(null);
  });
  const choose = (item: UnmatchedName, service: string): void =>
    alias.mutate({ name: item.name, source: item.source, service, new: true });
  return (
    <section aria-labelledby="unmatched">
      <h2 id="unmatched">
        Unmatched <span className="count">{unmatched.length}</span>
      </h2>
      {unmatched.length === 0 ? (
        <p className="unknown">No name stands alone.</p>
      ) : (
        <ul className="lines">
          {unmatched.map((item) => (
            <li
              key={`${item.source} ${item.name}`}
              data-row={`${item.source} ${item.name}`}
              className="name-row"
            >
              <span className="name-reported">
                <code>{item.name}</code>
                <span className="sub">
                  {item.source} · {item.count === 1 ? "once" : `${item.count.toLocaleString()} times`} ·{" "}
                  <Moment at={item.lastAt} />
                </span>
              </span>
              <span className="actions">
                {item.suggestion !== null && (
                  <button
                    type="button"
                    className="button"
                    disabled={alias.isPending}
                    onClick={() => choose(item, item.suggestion ?? "")}
                  >
                    This is {item.suggestion}
                  </button>
                )}
                <button
                  type="button"
                  className={item.suggestion === null ? "button" : "button quiet"}
                  onClick={() => setOther(item)}
                >
                  {item.suggestion === null ? "Say which service" : "Another"}
                  <span className="hidden"> for {item.name}</span>
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {other === null && <FormError error={alias.error} />}
      {alike.length > 0 && <Alike alike={alike} />}
      {other !== null && (
        <AliasModal
          item={other}
          services={services}
          error={alias.error}
          choose={choose}
          close={() => setOther(null)}
        />
      )}
    </section>
  );
}

const WORDS: Readonly<Record<AlikeService["why"], string>> = {
  case: "the same name in another case",
  name: "the name ends alike",
  repository: "the same repository",
};

/** Services that may be one: each is merged with a click. */
function Alike({ alike }: { alike: readonly AlikeService[] }): ReactElement {
  const merge = useCommand<{ from: string[]; into: string }>(
    "service.merge",
    NAMES_REFRESH,
    (_, { from, into }) => announce(`${from.join(", ")} is now ${into}`),
  );
  return (
    <>
      <h3>May be one</h3>
      <ul className="lines">
        {alike.map(({ service, into, why }) => (
          <li key={service} className="name-row">
            <span className="name-reported">
              <code>{service}</code>
              <span className="sub">
                {WORDS[why]} as <code>{into}</code>
              </span>
            </span>
            <span className="actions">
              <button
                type="button"
                className="button"
                disabled={merge.isPending}
                onClick={() => merge.mutate({ from: [service], into })}
              >
                Merge into {into}
                <span className="hidden">: {service}</span>
              </button>
            </span>
          </li>
        ))}
      </ul>
      <FormError error={merge.error} />
    </>
  );
}

function AliasModal({
  item,
  services,
  error,
  choose,
  close,
}: {
  item: UnmatchedName;
  services: readonly string[];
  error: Error | null;
  choose: (item: UnmatchedName, service: string) => void;
  close: () => void;
}): ReactElement {
  const [service, setService] = useState(item.suggestion ?? "");
  return (
    <Modal title={`Which service is ${item.name}?`} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          choose(item, service.trim());
        }}
      >
        <ServiceField label="Service" value={service} change={setService} services={services} />
        <p className="hint">Holds for history too. You can take it back under Rules.</p>
        <FormError error={error} />
        <div className="form-end">
          <button type="submit" className="button primary">
            {isNew(service, services) ? "Make a new service" : "Use this name"}
          </button>
        </div>
      </form>
    </Modal>
  );
}
