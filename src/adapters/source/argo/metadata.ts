/** What the metadata of a Kubernetes object says of service and place, in the labels that people use for it. */
import { z } from "zod";
import { loose } from "../loose.ts";
import { text } from "../shaping.ts";

const words = z.record(z.string(), z.unknown()).nullish().catch(null);
export const metadataSchema = z
  .looseObject({
    name: loose,
    namespace: loose,
    uid: loose,
    generation: loose,
    labels: words,
    annotations: words,
  })
  .nullish()
  .catch(null);
export type Metadata = z.infer<typeof metadataSchema>;

const ENVIRONMENT_LABELS = ["environment", "env", "app.kubernetes.io/environment"];
const SERVICE_LABELS = ["app.kubernetes.io/name"];

const labelled = (metadata: Metadata, names: readonly string[]): string | null => {
  for (const name of names) {
    const value = text(metadata?.labels?.[name]);
    if (value !== null) return value;
  }
  return null;
};

/** @param namespace where the object's own namespace is not the place */
export const environmentIn = (metadata: Metadata, namespace: unknown = metadata?.namespace): string | null =>
  labelled(metadata, ENVIRONMENT_LABELS) ?? text(namespace);

export const serviceIn = (metadata: Metadata): string | null =>
  labelled(metadata, SERVICE_LABELS) ?? text(metadata?.name);
