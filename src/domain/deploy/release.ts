/** What is deployed, and a deployment as it is planned. Pure. */
import type { Tier } from "../activity.ts";

export const ARTIFACT_KINDS = ["folder", "git", "npm", "tarball", "oci"] as const;
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

export interface ResolvedArtifact {
  kind: ArtifactKind;
  /** What people call it: `example-shop`, `registry.example.com/shop`. */
  name: string;
  version: string | null;
  commitSha: string | null;
  /** `sha256:...` of a folder, tarball or image, `sha512:...` of a package, `git:<commit>`. */
  digest: string;
  /** Where these very bytes come from: a path, an address; without credentials. */
  from: string;
}

/** One version, deployed once: the id of its deployment names it. */
export interface Release {
  id: string;
  version: string | null;
  commitSha: string | null;
  artifact: ResolvedArtifact | null;
}

export const OPERATIONS = ["deploy", "promote", "rollback", "start", "stop", "restart"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What a run is about that deploys; stands in its plan, so that it is finished as it was planned. */
export interface PlannedDeployment {
  operation: Operation;
  project: string;
  service: string;
  environment: string;
  tier: Tier | null;
  team: string | null;
  /** `id: null` = a new release, named by the run. */
  release: Omit<Release, "id"> & { id: string | null };
  /** What runs there healthily now, to go back to; `null` = nothing that is known. */
  former: Release | null;
  target: { kind: string; spec: unknown };
  /** Of vice.yaml, with references instead of secrets. */
  config: ConfigLayers | null;
  checks: unknown;
  /** Id of the deployment that it repairs, where somebody said so. */
  fixes?: string;
}

/** What the values of the application are made from when a step begins. */
export interface ConfigLayers {
  /** The project as it is written, and the keys of one deployment. */
  project: unknown;
  set: Readonly<Record<string, string>>;
  /** Of each value, or of where a secret is: what differs between two deployments is seen by it. */
  hashes: Readonly<Record<string, string>>;
}
