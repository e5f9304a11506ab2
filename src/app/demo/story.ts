/** The words of the demonstration's story: services, places, releases, rollouts, and the scenes that tell of them. */
import type { Commit } from "../../domain/commits/commit.ts";
import type { SpoolRecord } from "../../domain/spool.ts";

/** What builds and deploys. */
export type DeployToolName = "gitlab" | "github" | "jenkins" | "heroku" | "octopus" | "teamcity";
export type ToolName = DeployToolName | "jira" | "pagerduty" | "launchdarkly" | "tests";

/** Somewhere a service can be deployed to, and the tool that does it there. */
export interface Place {
  tool: DeployToolName;
  /** The name that this tool has for the service. */
  reportedAs: string;
  /** The environment as the rest of the company calls it. */
  environment: string;
  /** The environment as this tool calls it. */
  reportedEnvironment: string;
  /** How long a rollout usually takes there, in milliseconds. */
  usualMs: number;
}

export interface Service {
  name: string;
  team: string;
  /** Id of its repository, project or app in the tools. */
  number: number;
  /** `group/app`. */
  repository: string;
  /** In the order of promotion. */
  places: readonly Place[];
  /** Version of the nth release. */
  version: (count: number) => string;
  /** Releases on a working day, on average. */
  pace: number;
}

/** What a change is made for, and how. */
export interface Idea {
  title: string;
  /** `SHOP-78`; `null` = nobody wrote a ticket. */
  ticket: string | null;
  labels: readonly string[];
  branch: string;
  /** More of the message of the merge, below its title. */
  body: string | null;
  /** Somebody works on it from this moment until it is merged, in milliseconds. */
  lifeMs: number;
}

/** A pull or merge request. */
export interface Change extends Idea {
  service: Service;
  /** Unique over the whole story. */
  number: number;
  login: string;
  reviewer: string;
  openedMs: number;
  reviewedMs: number;
  /** `null` = it is open. */
  mergedMs: number | null;
  commits: readonly StoryCommit[];
  /** What stands on the main branch after it; `null` = it is open. */
  merge: StoryCommit | null;
  lines: number;
}

export interface StoryCommit extends Commit {
  sha: string;
  parents: readonly string[];
}

/** A commit that was built. */
export interface Release {
  service: Service;
  /** Unique over the whole story: ids of pipelines, builds and pull requests are made from it. */
  number: number;
  version: string;
  commitSha: string;
  title: string;
  login: string;
  /** When the build began, and how long it took. */
  atMs: number;
  buildMs: number;
}

export type Outcome = "succeeded" | "failed" | "canceled";

/** One attempt to bring a release to a place. */
export interface Rollout {
  release: Release;
  place: Place;
  /** Unique over the whole story. */
  number: number;
  login: string;
  queuedMs: number;
  /** `null` = it waits and has not begun. */
  startMs: number | null;
  /** `null` = its end is never told. */
  endMs: number | null;
  outcome: Outcome;
}

/** A webhook of the story, without the proof: that is added when it is sent. */
export interface Hook {
  atMs: number;
  source: ToolName;
  headers: Record<string, string>;
  body: unknown;
}

/** What `vice run` and `vice event` would have written on somebody's laptop. */
export interface LocalScene {
  atMs: number;
  record: SpoolRecord;
}

/** What a clone of the repository tells: commits with their parents. */
export interface CommitScene {
  atMs: number;
  repository: string;
  commits: readonly StoryCommit[];
}

export type Scene = Hook | LocalScene | CommitScene;

export const isHook = (scene: Scene): scene is Hook => "source" in scene;
export const isLocal = (scene: Scene): scene is LocalScene => "record" in scene;
export const isCommits = (scene: Scene): scene is CommitScene => "commits" in scene;

/** How one tool tells of builds and rollouts. Pure. */
export interface Teller {
  build(release: Release): Hook[];
  rollout(rollout: Rollout): Hook[];
}

export const FAILURES: Readonly<Record<Outcome, string>> = {
  succeeded: "",
  failed: "Health check failed: 2 of 6 instances did not become ready within 120 s",
  canceled: "Canceled by hand",
};
