/** Looks at a repository and puts together what its files tell. */

import { foldName } from "../../../domain/fold-name.ts";
import { promotionRank } from "../../../domain/promotion.ts";
import { guessTier } from "../../../domain/tier.ts";
import type { Clue, Detector, TargetClue } from "./clue.ts";
import { compose, deployScript, dockerfile, packageJson, procfile } from "./code-clues.ts";
import type { Repository } from "./repository.ts";
import { ansible, githubWorkflows, gitlabCi, jenkinsfile, kubernetes } from "./tool-clues.ts";

const DETECTORS: readonly Detector[] = [
  ...[packageJson, procfile, dockerfile, compose, deployScript],
  ...[ansible, kubernetes, gitlabCi, githubWorkflows, jenkinsfile],
];

/** A value and the file that says it. */
export interface Said<T> {
  value: T;
  file: string;
}

export interface Sketch {
  project: string;
  services: ReadonlyArray<{ name: string; path?: string }>;
  artifact: Said<Readonly<Record<string, unknown>>> | null;
  target: Said<TargetClue> | null;
  /** Other ways to deploy it that were found. */
  otherTargets: ReadonlyArray<Said<TargetClue>>;
  /** In the order of promotion. `file` is `null` for those that nobody named. */
  environments: ReadonlyArray<{ name: string; file: string | null }>;
  steps: ReadonlyArray<{ name: string; run: string; file: string }>;
  clues: readonly Clue[];
}

export function lookAround(repository: Repository): Sketch {
  const clues = DETECTORS.flatMap((detect) => detect(repository));
  const project =
    cleanName(clues.find((clue) => clue.project !== undefined)?.project ?? repository.name) || "project";
  const targets = clues
    .flatMap(({ file, target }) => (target === undefined ? [] : [{ file, value: target }]))
    .sort((a, b) => b.value.rank - a.value.rank);
  const [target = null, ...otherTargets] = targets;
  const artifact = clues.find((clue) => clue.artifact !== undefined);
  return {
    project,
    services: servicesOf(clues, project),
    artifact:
      artifact?.artifact === undefined
        ? null
        : { value: named(artifact.artifact, project), file: artifact.file },
    ...{ target, otherTargets, clues },
    environments: environmentsOf(clues),
    steps: clues.flatMap(({ file, steps = {} }) =>
      Object.entries(steps).map(([name, run]) => ({ name, run, file })),
    ),
  };
}

/** A name is something to begin with. */
const named = (artifact: NonNullable<Clue["artifact"]>, project: string): Record<string, string> =>
  "npm" in artifact ? artifact : { oci: project.toLowerCase().replace(/[^a-z0-9._-]+/g, "-") };

const cleanName = (name: string): string =>
  name
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 200);

function servicesOf(clues: readonly Clue[], project: string): Sketch["services"] {
  const found = new Map<string, { name: string; path?: string }>();
  for (const service of clues.flatMap(({ services = [] }) => services)) {
    const name = cleanName(service.name);
    if (name !== "" && !name.startsWith("x-") && !found.has(foldName(name)))
      found.set(foldName(name), { ...service, name });
  }
  return found.size === 0 ? [{ name: project }] : [...found.values()];
}

/** Patterns (`review/$BRANCH`) and previews are made for one change; they stand in no order. */
const isLasting = (name: string): boolean => /^[\w. -]+$/.test(name) && guessTier(name) !== "ephemeral";

function environmentsOf(clues: readonly Clue[]): Sketch["environments"] {
  const found = new Map<string, { name: string; file: string | null }>();
  for (const { environments = [], file } of clues)
    for (const name of environments.map(cleanName).filter(isLasting))
      if (!found.has(foldName(name))) found.set(foldName(name), { name, file });
  if (found.size === 0) return ["staging", "production"].map((name) => ({ name, file: null }));
  const rank = promotionRank([]);
  return [...found.values()].sort(
    (a, b) => rank(a.name, guessTier(a.name)) - rank(b.name, guessTier(b.name)),
  );
}
