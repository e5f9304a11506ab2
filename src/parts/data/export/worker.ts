/** Exports by itself while a server runs: looks when something came, and when another try is due. */
import { setTimeout as wait } from "node:timers/promises";
import { lookOften } from "../../../kit/look-often.ts";
import type { Services } from "../../../ports/services.ts";
import { createSender, type SendParts } from "./send-batches.ts";

export interface ExportWorkerParts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
  onRefused: NonNullable<SendParts["onRefused"]>;
}

const LOOK_MS = 500;
/** What arrives together is sent together. */
const SOON_MS = 100;
const DRAIN_MS = 1500;

export function startExports({ services, now, onError, onRefused }: ExportWorkerParts): {
  stop: () => Promise<void>;
} {
  const broken = new AbortController();
  const sender = createSender({ services, now, signal: broken.signal, onRefused });
  const look = async (): Promise<void> => {
    if (services.config.otlpExporter === null) return;
    for (const exporter of services.exporters.list()) await sender.send(exporter).catch(onError);
  };
  const turns = lookOften({
    look,
    everyMs: LOOK_MS,
    soonMs: SOON_MS,
    onChange: (changed) => services.store.log.onChange(changed),
  });
  return {
    stop: async () => {
      const turn = turns.stop();
      // What is on its way may end: broken off it would come twice.
      await Promise.race([turn, wait(DRAIN_MS, undefined, { ref: false })]);
      broken.abort();
      await turn;
    },
  };
}
