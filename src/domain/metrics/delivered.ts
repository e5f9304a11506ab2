/** Deployments and incidents as the delivery metrics see them. Pure. */

import type { Activity, DeploymentKind } from "../activity.ts";
import { foldName } from "../fold-name.ts";
import { type Remedy, remedyOf } from "./remedy.ts";

/** An ended attempt to deploy. Times in milliseconds since 1970; `''` = not known. */
export interface Delivered {
  /** Id of the activity; of two that ended in the same millisecond the greater one came later. */
  id: string;
  service: string;
  /** Lower case. */
  environment: string;
  tenant: string;
  tier: string;
  team: string;
  finishMs: number;
  status: "succeeded" | "failed" | "canceled";
  kind: DeploymentKind;
  /** Why it was not planned; `null` = nothing says so. */
  remedy: Remedy | null;
  /** Id of the deployment that it repairs, where somebody said so (tag `fixes`). */
  fixes: string | null;
  /** What started it: deployments that one run brought into one environment are one delivery. */
  parentId: string | null;
}

/** Something broke for users. */
export interface Incident {
  id: string;
  service: string;
  /** Lower case; `''` = not said: then any of the production tier. */
  environment: string;
  beganMs: number;
  /** `null` = still open. */
  endedMs: number | null;
  /** When somebody was told, where the tool says that beside its beginning (tag `toldAt`); `null` = not said. */
  toldMs: number | null;
  /** What is said to have caused it (tag `deployment`): the id of a deployment, `none` = no change did; `null` = not said. */
  cause: string | null;
}

type Placed = Pick<Activity, "environment" | "tenant" | "tier" | "team" | "service">;

const placeOf = ({ service, environment, tenant, tier, team }: Placed): Pick<Delivered, keyof Placed> => ({
  service: service ?? "",
  environment: foldName(environment),
  tenant: tenant ?? "",
  tier: tier ?? "",
  team: team ?? "",
});

const ENDED: ReadonlySet<string> = new Set(["succeeded", "failed", "canceled"]);

/**
 * @param brought what its commits and changes say of it (`remedyOfBrought`); its own word goes first
 * @returns `null` for what is no deployment, or has not ended, or nobody knows when
 */
export function deliveredOf(activity: Activity, brought: Remedy | null = null): Delivered | null {
  const { kind, status, finishedAt, deploymentKind, tags } = activity;
  if (kind !== "deployment" || status === null || !ENDED.has(status) || finishedAt === null) return null;
  const fixes = tags["fixes"]?.trim();
  return {
    id: activity.id,
    ...placeOf(activity),
    finishMs: Date.parse(finishedAt),
    status: status as Delivered["status"],
    kind: deploymentKind ?? "deploy",
    remedy: remedyOf(activity) ?? brought,
    fixes: fixes === undefined || fixes === "" ? null : fixes,
    parentId: activity.parentId,
  };
}

function momentIn(text: string | undefined): number | null {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? null : ms;
}

/** @returns `null` for what is no incident, or one of no known service */
export function incidentOf(activity: Activity): Incident | null {
  const { kind, service, environment, startedAt, occurredAt, finishedAt, status, tags } = activity;
  if (kind !== "incident" || service === null) return null;
  const isOpen = status === null || status === "running" || status === "pending";
  return {
    id: activity.id,
    service,
    environment: foldName(environment),
    beganMs: Date.parse(startedAt ?? occurredAt),
    endedMs: isOpen ? null : Date.parse(finishedAt ?? occurredAt),
    toldMs: momentIn(tags["toldAt"]),
    cause: tags["deployment"]?.trim() || null,
  };
}

/** Whether it changed what runs: a success that is no config change, no teardown and not the same release again. */
export const hasDeployed = ({ status, kind }: Pick<Delivered, "status" | "kind">): boolean =>
  status === "succeeded" && (kind === "deploy" || kind === "rollback");

/** The order in which deployments of a place follow each other. */
export const byFinish = (
  a: Pick<Delivered, "finishMs" | "id">,
  b: Pick<Delivered, "finishMs" | "id">,
): number => a.finishMs - b.finishMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
