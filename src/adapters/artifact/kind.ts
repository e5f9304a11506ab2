/** What each kind of artifact can do; one file each, listed in `index.ts`. */
import type { z } from "zod";
import type { ResolvedArtifact } from "../../ports/artifact.ts";

export interface KindContext {
  /** Of vice: never part of a folder that it lies in. */
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Folder of the project. */
  cwd: string;
  /** An empty folder for what is needed on the way; gone afterwards. */
  scratch: string;
  signal: AbortSignal;
}

export interface Wished<Spec> {
  spec: Spec;
  version: string | null;
}

export interface ArtifactKindAdapter<Spec = unknown> {
  schema: z.ZodType<Spec>;
  resolve(wish: Wished<Spec>, context: KindContext): Promise<ResolvedArtifact>;
  /** Into an empty folder; proves what it can. @throws ViceError `conflict` when the bytes are others */
  bring(artifact: ResolvedArtifact, folder: string, context: Omit<KindContext, "cwd">): Promise<void>;
}
