/** From an ended activity to a span, by the conventions of OpenTelemetry for CI/CD, VCS and deployments. Pure. */
import type { Activity, Kind } from "../activity.ts";
import { nameOf } from "../trace/name-of.ts";
import { CICD, DEPLOYMENT, ERROR_TYPE, RESULT_OF, VCS } from "./conventions.ts";
import { type OtlpAttribute, type OtlpLink, type OtlpSpan, SPAN_KIND, STATUS_CODE } from "./otlp.ts";
import { spanIdOf } from "./span-id.ts";

/** Another activity that this one belongs with. */
export interface SpanRelation {
  id: string;
  traceId: string;
  /** Why, for people. */
  reason: string;
}

/** What an activity does not say of itself. */
export interface SpanContext {
  /** Trace of its parent; `null` = it has none, or it is not known. */
  parentTraceId: string | null;
  links: readonly SpanRelation[];
}

const ENDED: ReadonlySet<Activity["status"]> = new Set(["succeeded", "failed", "canceled"]);

/** A span is told when it is over; what runs, waits or was abandoned may still end. */
export const isTellable = ({ status, finishedAt }: Activity): boolean =>
  ENDED.has(status) && finishedAt !== null;

/** @param activity one that `isTellable` */
export function spanOf(activity: Activity, { parentTraceId, links }: SpanContext): OtlpSpan {
  const { id, traceId, parentId, status, error } = activity;
  const { startNano, endNano, isStartKnown } = timesOf(activity);
  const attributes = attributesOf(activity);
  if (!isStartKnown) attributes.push(flag("vice.start.known", false));
  const parentHere = parentId !== null && parentTraceId === traceId;
  // A parent span is one of the same trace; one that stands in another is linked.
  const away = parentId !== null && parentTraceId !== null && !parentHere;
  const all = [
    ...(away ? [linkTo({ id: parentId, traceId: parentTraceId, reason: "it ran in this one" })] : []),
    ...links.map(linkTo),
  ];
  return {
    traceId,
    spanId: spanIdOf(id),
    ...(parentHere ? { parentSpanId: spanIdOf(parentId) } : {}),
    ...namedParent(activity, parentTraceId),
    name: SHAPES[shapeOf(activity)].name(activity),
    kind: SHAPES[shapeOf(activity)].isRoot(activity) ? SPAN_KIND.server : SPAN_KIND.internal,
    startTimeUnixNano: startNano,
    endTimeUnixNano: endNano,
    attributes,
    ...(all.length === 0 ? {} : { links: all }),
    status: status === "failed" ? { code: STATUS_CODE.error, message: error ?? "" } : {},
  };
}

/** A span whose parent another exporter tells: it is named as it was. */
const namedParent = ({ source, parentId, tags }: Activity, parentTraceId: string | null) =>
  source === "otlp" && parentId !== null && parentTraceId === null && tags["parentSpan"] !== undefined
    ? { parentSpanId: tags["parentSpan"] }
    : {};

const linkTo = ({ id, traceId, reason }: SpanRelation): OtlpLink => ({
  ...{ traceId, spanId: spanIdOf(id) },
  attributes: [text("vice.link.reason", reason)],
});

/** Where only the duration is known the start is counted back from the end; where not even that, both are one moment. */
function timesOf({ startedAt, finishedAt, durationMs }: Activity): {
  startNano: string;
  endNano: string;
  isStartKnown: boolean;
} {
  const endMs = Date.parse(finishedAt ?? startedAt ?? "");
  const startMs = startedAt === null ? endMs - (durationMs ?? 0) : Math.min(Date.parse(startedAt), endMs);
  const isStartKnown = startedAt !== null || durationMs !== null;
  return { startNano: nanoOf(startMs), endNano: nanoOf(endMs), isStartKnown };
}

/** Not before 1970: the number has no sign, and a collector refuses a batch for one that has. */
const nanoOf = (ms: number): string => String(BigInt(Math.round(Math.max(0, ms))) * 1_000_000n);

type ShapeName = "pipeline" | "task" | "other";

interface Shape {
  /** The conventions ask for few different names: versions and ids stand in attributes. */
  name: (activity: Activity) => string;
  /** Whether it is what was asked for from outside (`SERVER`) and not a piece of it. */
  isRoot: (activity: Activity) => boolean;
}

const calledBy = (activity: Activity): string =>
  activity.tags["name"] ?? activity.service ?? nameOf(activity);

const SHAPES: Readonly<Record<ShapeName, Shape>> = {
  pipeline: { name: (activity) => `${actionOf(activity)} ${calledBy(activity)}`, isRoot: () => true },
  task: { name: taskName, isRoot: ({ parentId, kind }) => parentId === null && kind === "deployment" },
  other: { name: nameOf, isRoot: () => false },
};

/** A build that stands alone is a run of a pipeline; within another it is one of its tasks. */
function shapeOf({ kind, parentId }: Activity): ShapeName {
  if (kind === "pipeline" || (kind === "build" && parentId === null)) return "pipeline";
  return TASK_TYPES[kind] === undefined ? "other" : "task";
}

/** `cicd.pipeline.task.type`; `""` = a task of none of these types. */
const TASK_TYPES: Partial<Record<Kind, string>> = {
  deployment: "deploy",
  build: "build",
  check: "test",
  stage: "",
  action: "",
};

const actionOf = ({ kind }: Activity): string => (kind === "build" ? "BUILD" : "RUN");

function taskName(activity: Activity): string {
  const { kind, service, environment } = activity;
  if (kind !== "deployment") return calledBy(activity);
  const what = service ?? activity.tags["name"] ?? "";
  return ["deploy", what, environment === null ? "" : `to ${environment}`]
    .filter((part) => part !== "")
    .join(" ");
}

const text = (key: string, stringValue: string): OtlpAttribute => ({ key, value: { stringValue } });
const flag = (key: string, boolValue: boolean): OtlpAttribute => ({ key, value: { boolValue } });

function attributesOf(activity: Activity): OtlpAttribute[] {
  const made: OtlpAttribute[] = [];
  const add = (key: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined && value !== "") made.push(text(key, value));
  };
  ATTRIBUTES[shapeOf(activity)](activity, add);
  if (activity.kind === "deployment") deploymentAttributes(activity, add);
  else add(DEPLOYMENT.environment, activity.environment);
  vcsAttributes(activity, add);
  add("service.version", activity.version);
  add("vice.activity.id", activity.id);
  add("vice.kind", activity.kind);
  add("vice.source", activity.source);
  add("vice.instance", activity.instance);
  add("vice.tier", activity.tier);
  if (activity.status === "failed") add(ERROR_TYPE.key, ERROR_TYPE.other);
  return made;
}

type Add = (key: string, value: string | null | undefined) => void;

const resultOf = ({ status }: Activity): string | undefined =>
  status === null ? undefined : RESULT_OF[status];

const ATTRIBUTES: Readonly<Record<ShapeName, (activity: Activity, add: Add) => void>> = {
  pipeline: (activity, add) => {
    add(CICD.pipelineName, calledBy(activity));
    add(CICD.runId, activity.externalId ?? activity.id);
    add(CICD.runUrl, activity.url);
    add(CICD.pipelineAction, actionOf(activity));
    add(CICD.pipelineResult, resultOf(activity));
  },
  task: (activity, add) => {
    add(CICD.taskName, taskName(activity));
    add(CICD.taskType, TASK_TYPES[activity.kind]);
    add(CICD.taskRunId, activity.externalId ?? activity.id);
    add(CICD.taskRunUrl, activity.url);
    add(CICD.taskResult, resultOf(activity));
  },
  other: ({ url }, add) => add("url.full", url),
};

const DEPLOYMENT_STATUS: Readonly<Partial<Record<NonNullable<Activity["status"]>, string>>> = {
  succeeded: "succeeded",
  failed: "failed",
};

function deploymentAttributes(activity: Activity, add: Add): void {
  const { environment, externalId, id, service, status, deploymentKind } = activity;
  add(DEPLOYMENT.environment, environment);
  add(DEPLOYMENT.id, externalId ?? id);
  add(DEPLOYMENT.name, service);
  add(DEPLOYMENT.status, status === null ? undefined : DEPLOYMENT_STATUS[status]);
  add("vice.deployment.kind", deploymentKind);
}

/** `vcs.provider.name` by what a host is called; other hosts say nothing. */
const PROVIDERS = ["github", "gitlab", "gitea", "bitbucket"] as const;
/** `vcs.change.state` of a change that ended. */
const CHANGE_STATE: Readonly<Partial<Record<NonNullable<Activity["status"]>, string>>> = {
  succeeded: "merged",
  canceled: "closed",
};

function vcsAttributes({ kind, repository, ref, commitSha, status, tags }: Activity, add: Add): void {
  if (repository !== null) {
    const [, host = "", path = ""] = /^https?:\/\/([^/]+)\/(.*)$/.exec(repository) ?? [];
    add(VCS.repositoryUrl, repository);
    add(VCS.repositoryName, path.slice(path.lastIndexOf("/") + 1));
    add(VCS.owner, path.slice(0, Math.max(0, path.lastIndexOf("/"))));
    add(
      VCS.provider,
      PROVIDERS.find((name) => host.includes(name)),
    );
  }
  add(VCS.headName, ref);
  add(VCS.headRevision, commitSha);
  if (kind !== "change") return;
  add(VCS.changeId, tags["number"]);
  add(VCS.changeTitle, tags["title"]);
  add(VCS.changeState, status === null ? undefined : CHANGE_STATE[status]);
}
