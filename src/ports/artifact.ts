/** Port: what is deployed. Resolved to an immutable digest before anything starts, and brought into a folder unchanged. */

import type { ResolvedArtifact } from "../domain/deploy/release.ts";

export { ARTIFACT_KINDS, type ArtifactKind, type ResolvedArtifact } from "../domain/deploy/release.ts";

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
