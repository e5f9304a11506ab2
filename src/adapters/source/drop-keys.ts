/** Takes parts of a body away by their names, wherever they stand: what may hold a secret and is not read. */

const MAX_DEPTH = 100;

/**
 * What Kubernetes objects carry that vice does not read: variables and arguments of containers, values of charts and
 * plugins, whole manifests, and histories of those.
 */
export const KUBERNETES_KEYS: readonly string[] = [
  "args",
  "command",
  "env",
  "envFrom",
  "helm",
  "history",
  "info",
  "kubectl.kubernetes.io/last-applied-configuration",
  "kustomize",
  "managedFields",
  "manifests",
  "plugin",
  "volumes",
];

/** Names in here are people's own, and no secrets: a label `env` stays. */
const OPEN = new Set(["labels"]);

/** @returns the same object when nothing was there to drop; what is nested deeper than any payload is dropped too */
export function dropKeys(value: unknown, keys: readonly string[], depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => dropKeys(item, keys, depth + 1));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const kept = Object.entries(value)
    .filter(([key]) => !keys.includes(key))
    .map(([key, inner]) => [key, inner, OPEN.has(key) ? inner : dropKeys(inner, keys, depth + 1)] as const);
  const untouched =
    kept.length === Object.keys(value).length && kept.every(([, before, after]) => before === after);
  return untouched ? value : Object.fromEntries(kept.map(([key, , after]) => [key, after]));
}
