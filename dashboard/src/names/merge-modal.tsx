/** Makes several services one. */
import { type ReactElement, useState } from "react";
import { TextField } from "../parts/field.tsx";
import { namesIn } from "./names-in.ts";
import { OneLineModal } from "./one-line-modal.tsx";

export function MergeModal({
  services,
  close,
}: {
  services: readonly string[];
  close: () => void;
}): ReactElement {
  const [from, setFrom] = useState("");
  return (
    <OneLineModal
      title="Merge services"
      label="Into"
      start=""
      verb="Merge"
      services={services}
      command="service.merge"
      input={(into) => ({ from: namesIn(from), into, new: true })}
      close={close}
    >
      <TextField
        label="Merge"
        value={from}
        change={setFrom}
        list={services}
        required
        hint="One service, or several with commas"
      />
    </OneLineModal>
  );
}
