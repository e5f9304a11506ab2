/** Renews only the changed services of what runs where: reading all 500 for one webhook would be a waste. */
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { get, withParams } from "./client.ts";
import type { ActivityChange, StatusAnswer } from "./types.ts";

/** More changed services than this at once, and all is read again. */
const FEW = 8;

const same = (a: string | null, b: string | null): boolean => a?.toLowerCase() === b?.toLowerCase();

/** @returns the answer with the items of one service replaced; `null` when an environment is new, so that all must be read */
export function replaceService(
  all: StatusAnswer,
  service: string,
  renewed: StatusAnswer,
): StatusAnswer | null {
  const items = renewed.items.filter((item) => same(item.service, service));
  const isKnown = (name: string | null): boolean => all.environments.some((one) => same(one.name, name));
  if (!items.every(({ environment }) => environment === null || isKnown(environment))) return null;
  return { ...all, items: [...all.items.filter((item) => !same(item.service, service)), ...items] };
}

/** The services that deployments changed; `null` when it is not known which, or too many. */
export function changedServices(changes: readonly ActivityChange[]): string[] | null {
  const services = new Set<string>();
  for (const { kind, service } of changes) {
    if (kind !== "deployment") continue;
    if (service === null) return null;
    services.add(service);
  }
  return services.size > FEW ? null : [...services];
}

/** Brings every cached status up to date with these changes. */
export async function renewStatus(client: QueryClient, changes: readonly ActivityChange[]): Promise<void> {
  const services = changedServices(changes);
  if (services === null) return client.invalidateQueries({ queryKey: ["status"] });
  const cached = client.getQueriesData<StatusAnswer>({ queryKey: ["status"] });
  const present = cached.filter(([key]) => !isPast(key));
  await Promise.all(present.flatMap(([key]) => services.map((service) => renewOne(client, key, service))));
}

/** What was, stays. */
const isPast = (key: QueryKey): boolean => JSON.stringify(key).includes('"at":');

async function renewOne(client: QueryClient, key: QueryKey, service: string): Promise<void> {
  const ephemeral = JSON.stringify(key).includes('"ephemeral":true') ? "true" : null;
  const renewed = await get<StatusAnswer>(withParams("/v1/status", { service, ephemeral })).catch(() => null);
  const all = client.getQueryData<StatusAnswer>(key);
  const next = renewed === null || all === undefined ? null : replaceService(all, service, renewed);
  if (next === null) await client.invalidateQueries({ queryKey: key });
  else client.setQueryData(key, next);
}
