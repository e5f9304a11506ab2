/** What each CDEvents subject is in the normal form, and which step each of its predicates is. */
import type { DeploymentKind, Kind } from "../../../domain/activity.ts";
import type { Facts, Step } from "../../../domain/transition.ts";
import { actorOf, lookUp, tagsOf, text, webUrl } from "../shaping.ts";
import { isObject } from "./envelope.ts";
import { purlFacts } from "./purl.ts";

type Content = Readonly<Record<string, unknown>>;

export interface Subject {
  kind: Kind;
  /** Step of each predicate; `outcome` = the content tells (`success`, `failure`, `error`, `cancel`). */
  steps: Readonly<Record<string, Step | "outcome">>;
  reopens?: boolean;
  /** Each event is an activity of its own: the subject is the service, not its deployment. */
  perEvent?: boolean;
  /** Field of the content that names the parent, and the subject that the parent is. */
  parent?: readonly [field: string, subject: string];
  facts: (content: Content, subjectId: string, predicate: string) => Facts;
}

const inner = (content: Content, field: string): Content => {
  const value = content[field];
  return isObject(value) ? value : {};
};

const RUN = { queued: "queued", started: "running", finished: "outcome" } as const;
const TEST = { ...RUN, skipped: "canceled" } as const;

const KIND_OF_PREDICATE: Readonly<Record<string, DeploymentKind>> = {
  rolledback: "rollback",
  removed: "teardown",
};

const environmentOf = (content: Content): string | null => text(inner(content, "environment")["id"]);

const testFacts =
  (field: string) =>
  (content: Content): Facts => ({
    environment: environmentOf(content),
    url: webUrl(inner(content, field)["uri"]),
    error: text(content["reason"], 2000),
    tags: tagsOf({
      title: inner(content, field)["name"],
      "test.type": inner(content, field)["type"],
      severity: content["severity"],
    }),
  });

/** CDEvents 0.4 and 0.5: core, source code control, continuous integration, testing, deployment and operations events. */
export const SUBJECTS: Readonly<Record<string, Subject>> = {
  pipelinerun: {
    kind: "pipeline",
    steps: RUN,
    facts: (content) => ({
      service: text(content["pipelineName"]),
      url: webUrl(content["uri"] ?? content["url"]),
      error: text(content["errors"], 2000),
    }),
  },
  taskrun: {
    kind: "stage",
    steps: RUN,
    parent: ["pipelineRun", "pipelinerun"],
    facts: (content) => ({
      service: text(inner(content, "pipelineRun")["pipelineName"]),
      url: webUrl(content["uri"] ?? content["url"]),
      error: text(content["errors"], 2000),
      tags: tagsOf({ title: content["taskName"] }),
    }),
  },
  build: { kind: "build", steps: RUN, facts: (content) => purlFacts(content["artifactId"]) },
  testcaserun: {
    kind: "check",
    steps: TEST,
    parent: ["testSuiteRun", "testsuiterun"],
    facts: testFacts("testCase"),
  },
  testsuiterun: { kind: "check", steps: TEST, facts: testFacts("testSuite") },
  service: {
    kind: "deployment",
    steps: { deployed: "succeeded", upgraded: "succeeded", rolledback: "succeeded", removed: "succeeded" },
    perEvent: true,
    facts: (content, subjectId, predicate) => ({
      ...purlFacts(content["artifactId"]),
      service: subjectId,
      environment: environmentOf(content),
      deploymentKind: lookUp(KIND_OF_PREDICATE, predicate) ?? null,
    }),
  },
  change: {
    kind: "change",
    steps: {
      created: "running",
      updated: "observed",
      reviewed: "observed",
      merged: "succeeded",
      abandoned: "canceled",
    },
    reopens: true,
    facts: (content) => ({
      service: text(inner(content, "repository")["id"]),
      repository: webUrl(inner(content, "repository")["uri"]),
      tags: tagsOf({ title: content["description"] }),
    }),
  },
  ticket: {
    kind: "ticket",
    steps: { created: "requested", updated: "observed", closed: "succeeded" },
    reopens: true,
    facts: (content) => ({
      url: webUrl(content["uri"]),
      actor: actorOf(null, content["updatedBy"] ?? content["creator"]),
      tags: tagsOf({
        title: content["summary"],
        type: content["ticketType"],
        group: content["group"],
        priority: content["priority"],
        milestone: content["milestone"],
        resolution: content["resolution"],
      }),
    }),
  },
  incident: {
    kind: "incident",
    steps: { detected: "running", reported: "running", resolved: "succeeded" },
    facts: (content) => ({
      ...purlFacts(content["artifactId"]),
      service: text(inner(content, "service")["id"]),
      environment: environmentOf(content),
      url: webUrl(content["ticketURI"]),
      tags: tagsOf({ title: content["description"] }),
    }),
  },
};

/** `outcome` of 0.4 and 0.5 and of earlier test events. */
const STEP_OF_OUTCOME: Readonly<Record<string, Step>> = {
  success: "succeeded",
  pass: "succeeded",
  failure: "failed",
  fail: "failed",
  error: "failed",
  cancel: "canceled",
  skip: "canceled",
};

/** A build says no outcome: the artifact is the proof of success. Nothing told = nothing known. */
export function stepOfOutcome(content: Content): Step {
  const step = lookUp(STEP_OF_OUTCOME, text(content["outcome"])?.toLowerCase() ?? null);
  return step ?? (text(content["artifactId"]) === null ? "observed" : "succeeded");
}
