/** Says what follows from something that is done to a run, asks for the reason where there is one, and does it. */
import type { ReactElement } from "react";
import { useLocation } from "wouter";
import { RUNS_REFRESH } from "../api/runs.ts";
import { CommandModal, type CommandWords } from "../parts/command-modal.tsx";

interface Props extends CommandWords {
  asks: "reason" | "note" | null;
}

/** Of a command that begins a run of its own. */
interface Began {
  run?: { id: string } | null;
}

export function RunModal(words: Props): ReactElement {
  const [, navigate] = useLocation();
  return (
    <CommandModal<Began>
      {...words}
      refresh={RUNS_REFRESH}
      leave="Do nothing"
      after={({ run }) => {
        if (run != null) navigate(`/runs/${run.id}`);
      }}
    />
  );
}
