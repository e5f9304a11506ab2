/** What a file of a repository tells about how the project is built and deployed. */
import type { Repository } from "./repository.ts";

export interface Clue {
  /** Path of the file, as a person finds it. */
  file: string;
  /** What it says, in words. */
  says: string;
  project?: string;
  services?: ReadonlyArray<{ name: string; path?: string }>;
  environments?: readonly string[];
  /** `null` = an image; where it is pushed to nobody knows yet. */
  artifact?: { npm: string } | { oci: null };
  target?: TargetClue;
  /** Steps of a pipeline by name, in their order: command lines. */
  steps?: Readonly<Record<string, string>>;
}

export interface TargetClue {
  value: Readonly<Record<string, unknown>>;
  /** How surely this is the way to deploy it: the highest one is taken. */
  rank: number;
  /** Where each environment has its own. */
  by?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type Detector = (repository: Repository) => Clue[];

/** What wins when several ways are found: a script made for it, then tools that are made for it, then how it is started. */
export const RANK = {
  script: 9,
  ansible: 8,
  kubernetes: 7,
  job: 6,
  procfile: 5,
  start: 4,
  compose: 3,
} as const;

/** Words in which a job or a stage says that it deploys. */
export const DEPLOYS = /\b(?:deploy|release|rollout|publish)/i;
