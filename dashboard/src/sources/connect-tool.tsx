/** Connect a tool: choose it, copy URL and secret, follow the vendor's steps, see the first delivery arrive. */
import { type ReactElement, useState } from "react";
import type { CatalogEntry, SourcesAnswer } from "../api/types.ts";
import { useCommand } from "../api/use-command.ts";
import { Copyable } from "../parts/copyable.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { FirstDelivery } from "./first-delivery.tsx";

interface Connected {
  url: string;
  secret: string | null;
  instance: string;
}

interface Props {
  sources: SourcesAnswer;
  /** Name of the tool when the address already says it, else empty. */
  chosen: string;
  close: () => void;
}

export function ConnectTool({ sources, chosen, close }: Props): ReactElement {
  const [tool, setTool] = useState(() => sources.catalog.find(({ name }) => name === chosen) ?? null);
  return (
    <Modal title={tool === null ? "Connect a tool" : `Connect ${tool.title}`} close={close}>
      {tool === null ? (
        <ul className="catalog">
          {sources.catalog.map((entry) => (
            <li key={entry.name}>
              <button type="button" className="button" onClick={() => setTool(entry)}>
                {entry.title}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <ConnectOne tool={tool} sources={sources} />
      )}
    </Modal>
  );
}

function ConnectOne({ tool, sources }: { tool: CatalogEntry; sources: SourcesAnswer }): ReactElement {
  const [instance, setInstance] = useState("");
  const connect = useCommand<object, Connected>("source.connect", ["sources"]);
  if (connect.data !== undefined) {
    return (
      <>
        <Secrets connected={connect.data} />
        <VendorSteps tool={tool} />
        <FirstDelivery source={tool.name} instance={instance.trim()} sources={sources} />
      </>
    );
  }
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const name = instance.trim();
        connect.mutate(name === "" ? { source: tool.name } : { source: tool.name, instance: name });
      }}
    >
      <TextField
        label="Which one of several (optional)"
        value={instance}
        change={setInstance}
        hint={`A short name when you have more than one ${tool.title}, for example "eu".`}
      />
      <FormError error={connect.error} />
      <div className="form-end">
        <button type="submit" className="button primary" disabled={connect.isPending}>
          Make URL and secret
        </button>
      </div>
    </form>
  );
}

function Secrets({ connected }: { connected: Connected }): ReactElement {
  return (
    <dl className="secrets">
      <div>
        <dt>URL</dt>
        <dd>
          <Copyable text={connected.url} label="URL" />
        </dd>
      </div>
      {connected.secret !== null && (
        <div>
          <dt>Secret</dt>
          <dd>
            <Copyable text={connected.secret} label="secret" />
            <p className="hint">Shown only now. Make a new one when it is lost.</p>
          </dd>
        </div>
      )}
    </dl>
  );
}

function VendorSteps({ tool }: { tool: CatalogEntry }): ReactElement {
  return (
    <ol className="vendor-steps">
      {tool.setup.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}
