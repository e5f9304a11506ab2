/** Port: what is deployed. Resolved to an immutable digest before anything starts, and brought into a folder unchanged. */

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

export interface ArtifactWish {
  /** What stands in `artifact:` of the project. */
  spec: unknown;
  /** What was asked for: a version, tag, branch, commit; `null` = the newest. */
  version: string | null;
  /** Folder of the project. */
  cwd: string;
}

export interface Artifacts {
  /** Asks, but fetches no more than it has to. @throws ViceError `not-found`, `outside.unreachable`, `input.invalid` */
  resolve(wish: ArtifactWish, signal: AbortSignal): Promise<ResolvedArtifact>;
  /**
   * Brings it into an empty folder and proves the digest. Kept by digest in the home, so that the next environment gets
   * the same bytes also when the source has moved on.
   * @throws ViceError `conflict` when the bytes are others, `not-found`, `outside.unreachable`
   */
  fetch(artifact: ResolvedArtifact, folder: string, signal: AbortSignal): Promise<void>;
}
