/** What people name when they mean a release: a sha, a version, a deployment, an environment. */

import type { Activity } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import { successesIn } from "../successes.ts";

export interface NamedRelease {
  /** `null` = its deployment says no whole sha. */
  sha: string | null;
  version: string | null;
  environment: string | null;
  tenant: string | null;
  /** Id of the deployment that was meant; `null` = a commit was. */
  deployment: string | null;
  at: string | null;
}

/** The newest deployments of a service that are looked at. */
const SAMPLE = 1000;

export const releaseOf = (deployment: Activity): NamedRelease => ({
  sha: deployment.commitSha,
  version: deployment.version,
  environment: deployment.environment,
  tenant: deployment.tenant,
  deployment: deployment.id,
  at: deployment.occurredAt,
});

interface Context {
  services: Services;
  service: string;
  nowMs: number;
}

/** Successes of the service that left something running, newest first. */
export const deploymentsOf = ({ services, service, nowMs }: Context, environment?: string): Activity[] =>
  successesIn({ service, environment }, SAMPLE, { services, nowMs }).filter(
    ({ deploymentKind }) => deploymentKind !== "teardown",
  );

const bySha = (text: string, { services, service, nowMs }: Context): string | null => {
  const hex = text.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(hex)) return null;
  if (hex.length === 40 || hex.length === 64) return hex;
  const found = services.store.commits.find(hex, 3).map(({ sha }) => sha);
  const deployed = deploymentsOf({ services, service, nowMs }).flatMap(({ commitSha }) =>
    commitSha?.startsWith(hex) ? [commitSha] : [],
  );
  const all = [...new Set([...found, ...deployed])];
  if (all.length > 1)
    throw new ViceError("input.invalid", {
      message: `"${text}" is the start of several commits.`,
      hint: `Give more of it: ${all.slice(0, 5).join(", ")}.`,
    });
  return all[0] ?? null;
};

const byId = (text: string, { services, nowMs }: Context): Activity | null => {
  if (!/^[0-9a-f-]{8,36}$/i.test(text)) return null;
  try {
    return services.store.read.activity(services.store.resolveId(text), nowMs);
  } catch {
    return null; // none of that id: it may be a sha
  }
};

/** @throws ViceError `not-found`, `input.invalid` when several fit */
export function findRelease(text: string, ctx: Context): NamedRelease {
  const { services, service, nowMs } = ctx;
  const all = deploymentsOf(ctx);
  const byVersion = all.find(({ version }) => version === text);
  if (byVersion !== undefined) return releaseOf(byVersion);
  const places = services.store.read.status({ service, ephemeral: true }, nowMs);
  const running = places.find(
    ({ environment }) => environment !== null && foldName(environment) === foldName(text),
  )?.running;
  if (running) return releaseOf(running);
  const deployment = byId(text, ctx);
  if (deployment?.kind === "deployment") return releaseOf(deployment);
  const sha = bySha(text, ctx);
  if (sha !== null)
    return { ...NOTHING, sha, version: all.find(({ commitSha }) => commitSha === sha)?.version ?? null };
  const known = [...places.map(({ environment }) => environment), ...all.map(({ version }) => version)];
  const near = nearest(
    text,
    known.filter((name) => name !== null),
  );
  throw new ViceError("not-found", {
    nearest: near,
    message: `Nothing of ${service} is known as "${text}": no version, environment, deployment or commit.`,
    hint: `See what there is: vice versions ${service}`,
  });
}

const NOTHING: NamedRelease = {
  ...{ sha: null, version: null, environment: null, tenant: null, deployment: null, at: null },
};
