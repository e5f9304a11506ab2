/** The deployments that reports about metrics ask for, and how they and their shifts are said. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import type { Deployed } from "../../../domain/series/impact.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { pagesOf } from "../in-slices.ts";

export const deploymentSchema = z.strictObject({
  id: z.string(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  version: z.string().nullable(),
  at: z.string(),
});
type Plain = z.output<typeof deploymentSchema>;

export type Known = Deployed & Plain;

/** All that succeeded, newest first; second reports of one are left out. */
export async function deploymentsIn(
  services: Pick<Services, "store">,
  filter: ActivityFilter,
  nowMs: number,
  most = Number.POSITIVE_INFINITY,
): Promise<Known[]> {
  const list: Known[] = [];
  const wanted = { ...filter, kind: "deployment", status: "succeeded" } as const;
  for await (const { items } of pagesOf(services, wanted, nowMs)) {
    list.push(...items.filter(({ primaryId }) => primaryId === null).map(toKnown));
    if (list.length >= most) break;
  }
  return list.slice(0, most);
}

export const toKnown = ({ id, service, environment, version, commitSha, occurredAt }: Activity): Known => ({
  ...{ id, service, environment, version: version ?? commitSha?.slice(0, 8) ?? null },
  ...{ at: occurredAt, atMs: Date.parse(occurredAt) },
});

export const plain = ({ id, service, environment, version, at }: Known): Plain => ({
  ...{ id, service, environment, version, at },
});

export const sayDeployment = ({ service, version, environment }: Omit<Plain, "id" | "at">): string =>
  [service ?? "?", version, environment === null ? null : `to ${environment}`].filter(Boolean).join(" ");

/** So many are named; the rest are counted. */
const NAMED = 3;

export function sayAll(deployments: readonly Plain[]): string {
  const names = deployments.slice(0, NAMED).map(sayDeployment);
  const more = deployments.length - names.length;
  const all = names.join(", ") + (more > 0 ? ` and ${more} more` : "");
  return deployments.length === 1 ? all : `one of ${all}`;
}

export const sayChange = (change: number | null): string =>
  change === null ? "–" : `${change < 0 ? "−" : "+"}${Math.abs(Math.round(change * 100))} %`;

export const sayFigure = (value: number | null): string =>
  value === null ? "–" : String(Number(value.toPrecision(4)));

export const sayP = (p: number | null): string => (p === null ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3));
