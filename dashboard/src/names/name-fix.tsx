/** A reported name and the one click (or one line) that says which service it is. */
import { type FormEvent, type ReactElement, useState } from "react";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { ServiceField } from "./service-field.tsx";

export const NAMES_REFRESH = ["names", "status", "facets", "sources", "page", "activity"];

interface Props {
  name: string;
  source: string;
  services: readonly string[];
  says: string;
}

export function NameFix({ name, source, services, says }: Props): ReactElement {
  const [service, setService] = useState(name);
  const [saved, setSaved] = useState<string | null>(null);
  const alias = useCommand<{ service: string }>("service.alias", NAMES_REFRESH, (_, input) => {
    setSaved(input.service);
    announce(`${name} is now ${input.service}`);
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    alias.mutate({ name, source, service: service.trim(), new: true } as { service: string });
  }
  return (
    <form className="name-fix" onSubmit={submit}>
      <p>
        {says} <strong>{saved ?? name}</strong>.
      </p>
      <ServiceField label="Its service" value={service} change={setService} services={services} />
      <button
        type="submit"
        className="button"
        disabled={alias.isPending || service.trim() === "" || service === (saved ?? name)}
      >
        Use this name
      </button>
      <FormError error={alias.error} />
    </form>
  );
}
