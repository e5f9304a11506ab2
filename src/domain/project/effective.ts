/** What holds for a service in an environment: layers on top of each other, and where each value comes from. Pure. */
import type { KeyPath, Overrides, Project, ProjectEnvironment } from "./project.ts";

type Sections = Omit<Overrides, "services">;

const LAYERS = ["project", "service", "environment", "service in environment"] as const;
export type Layer = (typeof LAYERS)[number];

export interface Origin {
  /** Keys that lead to the value in what holds. */
  key: KeyPath;
  layer: Layer;
  /** Keys that lead to it in the file. */
  path: KeyPath;
}

export interface Effective {
  values: Sections;
  /** One for each value that is no collection of keys, in the order of the keys. */
  origins: Origin[];
}

/** Keys are merged, anything else (lists too) takes the place of what was there. */
export function effective(
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
): Effective {
  let merged: Node | null = null;
  for (const [layer, path, value] of layersOf(project, environment, service))
    if (value !== undefined) merged = laid(merged, nodeOf(value, layer, path));
  const origins: Origin[] = [];
  const values = merged === null ? {} : (plain(merged, [], origins) as Sections);
  return { values, origins };
}

/** What each layer says, the furthest first, with the keys that lead there. */
export function layersOf(
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
): ReadonlyArray<readonly [Layer, KeyPath, Sections | undefined]> {
  const { deploy, observe, verify, config, pipeline, notify } = project;
  const own = service === null ? undefined : ownOf(project.services, service);
  const { services: inside = {}, ...here } = environment?.values ?? {};
  const at = [...(environment?.path ?? []), "values"];
  return [
    ["project", [], { deploy, observe, verify, config, pipeline, notify }],
    ["service", ["services", service ?? ""], own === undefined ? undefined : sectionsOf(own)],
    ["environment", at, here],
    [
      "service in environment",
      [...at, "services", service ?? ""],
      service === null ? undefined : ownOf(inside, service),
    ],
  ];
}

function sectionsOf({
  path: _path,
  description: _description,
  ...sections
}: Project["services"][string]): Sections {
  return sections;
}

const ownOf = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** A collection of keys, or a value with its place. */
type Node = { keys: ReadonlyMap<string, Node> } | { value: unknown; layer: Layer; path: KeyPath };

function nodeOf(value: unknown, layer: Layer, path: KeyPath): Node {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { value, layer, path };
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return { keys: new Map(entries.map(([key, each]) => [key, nodeOf(each, layer, [...path, key])])) };
}

/** Of artifacts and targets exactly one kind may be said: another kind takes the place of the former one. */
const WHOLE: ReadonlySet<string> = new Set(["artifact", "target"]);

function laid(below: Node | null, above: Node, depth = 0): Node {
  if (below === null || !("keys" in below) || !("keys" in above)) return above;
  const keys = new Map(below.keys);
  for (const [key, node] of above.keys) {
    const former = keys.get(key) ?? null;
    keys.set(key, depth === 0 && WHOLE.has(key) ? node : laid(former, node, depth + 1));
  }
  return { keys };
}

function plain(node: Node, key: KeyPath, origins: Origin[]): unknown {
  if (!("keys" in node)) {
    origins.push({ key, layer: node.layer, path: node.path });
    return node.value;
  }
  return Object.fromEntries(
    [...node.keys].map(([name, inner]) => [name, plain(inner, [...key, name], origins)]),
  );
}
