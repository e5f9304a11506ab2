/** Services that may be one, as far as the store knows them. */
import type { Services } from "../../../ports/services.ts";
import { type AlikeService, alikeServices } from "./alike.ts";

/** The newest of a service that are looked at for its repository. */
const SAMPLE = 20;
/** Of more services only the names are compared: looking each up would take too long. */
const MOST_SERVICES = 500;

export function knownAlike({ store }: Pick<Services, "store">, nowMs: number): AlikeService[] {
  const names = store.names.reported();
  const isMany = new Set(names.map(({ service }) => service)).size > MOST_SERVICES;
  const repositoryOf = (service: string): string | null =>
    store.read
      .activities({ service }, SAMPLE, null, nowMs)
      .items.flatMap(({ repository }) => repository ?? [])[0] ?? null;
  return alikeServices(names, isMany ? () => null : repositoryOf);
}
