/** Says which team owns a service. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { facetsQuery } from "../api/queries.ts";
import { OneLineModal } from "./one-line-modal.tsx";

export function TeamModal({
  service,
  team,
  close,
}: {
  service: string;
  team: string;
  close: () => void;
}): ReactElement {
  const teams = useQuery(facetsQuery).data?.teams ?? [];
  return (
    <OneLineModal
      title={`Team of ${service}`}
      label="Team"
      start={team}
      verb="Save"
      list={teams}
      command="service.team"
      input={(value) => ({ service, team: value })}
      close={close}
    />
  );
}
