/** From one span to one transition. */
import type { Actor } from "../../../domain/activity.ts";
import { CICD, VCS } from "../../../domain/otlp/conventions.ts";
import { STATUS_CODE } from "../../../domain/otlp/otlp.ts";
import { spanObject } from "../../../domain/otlp/span-id.ts";
import type { Facts, Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { actorOf, repositoryPath, repositoryUrl, sha, tagsOf, text, webUrl } from "../shaping.ts";
import { deploymentKindOf, environmentOf, first, kindOf, type Said, stepOf } from "./kind.ts";
import { attributesOf, type SaidSpan } from "./schema.ts";

/** A span that has what it must have. */
export interface ReadSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  /** ISO 8601; `endedAt` `null` = it still runs. */
  startedAt: string;
  endedAt: string | null;
  durationMs: number | null;
  said: Said;
  span: SaidSpan;
}

/** The specification of OTLP writes hex in either case; an id of zeros is none. */
function idOf(value: unknown, digits: number): string | null {
  const hex = text(value)?.toLowerCase() ?? "";
  return hex.length === digits && /^[0-9a-f]+$/.test(hex) && /[1-9a-f]/.test(hex) ? hex : null;
}

const FIRST_NANO = 10n ** 15n;
const LAST_NANO = 253_402_300_799_999n * 1_000_000n;

/** Nanoseconds since 1970, a decimal text (or a number, as some write it). `null` = nothing that is a time. */
function nanoOf(value: unknown): bigint | null {
  const digits = text(value) ?? "";
  if (!/^\d{1,19}$/.test(digits)) return null;
  const nano = BigInt(digits);
  return nano >= FIRST_NANO && nano <= LAST_NANO ? nano : null;
}

const isoOf = (nano: bigint): string => new Date(Number(nano / 1_000_000n)).toISOString();

/** @returns what the span lacks, as a text */
export function readSpan(span: SaidSpan, resource: ReadonlyMap<string, string>): ReadSpan | string {
  const [traceId, spanId] = [idOf(span.traceId, 32), idOf(span.spanId, 16)];
  if (traceId === null || spanId === null) return "its trace id or span id is not right";
  const start = nanoOf(span.startTimeUnixNano);
  const end = nanoOf(span.endTimeUnixNano);
  if (start === null) return "its start is not right";
  const parentSpanId = idOf(span.parentSpanId, 16);
  return {
    ...{ traceId, spanId, parentSpanId, span },
    startedAt: isoOf(start),
    endedAt: end === null || end < start ? null : isoOf(end),
    durationMs: end === null || end < start ? null : Number((end - start + 500_000n) / 1_000_000n),
    said: { own: attributesOf(span.attributes), resource, hasParent: parentSpanId !== null },
  };
}

export function transitionOf(read: ReadSpan): Transition {
  const { traceId, spanId, parentSpanId, startedAt, endedAt, durationMs, said, span } = read;
  const isError = Number(span.status?.code ?? 0) === STATUS_CODE.error;
  const step = endedAt === null ? "running" : stepOf(said, isError);
  const kind = kindOf(said);
  const { commitSha, shortSha } = sha(
    first(said, VCS.headRevision, "vcs.repository.ref.revision", "git.commit.sha"),
  );
  const facts: Facts = {
    kind,
    deploymentKind: deploymentKindOf(said),
    service: serviceOf(said),
    team: text(said.resource.get("service.namespace")),
    environment: text(environmentOf(said)),
    repository: repositoryUrl(first(said, VCS.repositoryUrl, "git.repository")),
    version: kind === "deployment" ? versionOf(said) : null,
    commitSha,
    ref:
      text(first(said, VCS.headName, "vcs.repository.ref.name", "git.branch"))?.replace(
        /^refs\/(heads|tags)\//,
        "",
      ) ?? null,
    ...{ startedAt, finishedAt: endedAt, durationMs, traceId },
    actor: actorFrom(said),
    url: urlOf(said),
    parentId: parentSpanId === null ? null : activityId(spanObject(traceId, parentSpanId)),
    error: step === "failed" ? errorOf(span, said) : null,
    tags: tagsFrom(read, shortSha),
  };
  return { object: spanObject(traceId, spanId), step, at: endedAt ?? startedAt, facts };
}

/** What tools call themselves and not what they work on. */
const TOOLS =
  /^(jenkins|otel-cli|buildevents|github-?actions|gitlab(-ci)?|circleci|buildkite|unknown_service.*)$/i;

function serviceOf(said: Said): string | null {
  const name = text(said.resource.get("service.name"));
  if (name !== null && !TOOLS.test(name)) return name;
  const repository = first(said, VCS.repositoryUrl, "git.repository");
  return text(
    first(said, "deployment.name", "ci.pipeline.id", VCS.repositoryName) ?? repositoryPath(repository),
  );
}

/** Of a tool's own resource it is the version of the tool. */
function versionOf(said: Said): string | null {
  const isTool = TOOLS.test(said.resource.get("service.name") ?? "");
  const found =
    said.own.get("service.version") ??
    said.own.get("artifact.version") ??
    (isTool ? undefined : said.resource.get("service.version"));
  return text(found);
}

const actorFrom = (said: Said): Actor | null =>
  actorOf(
    first(said, "cicd.pipeline.run.actor.name", "ci.pipeline.run.user"),
    first(said, "gitlab.pipeline.run.actor.username", "cicd.pipeline.run.sender.login"),
  );

const urlOf = (said: Said): string | null =>
  webUrl(said.own.get(CICD.taskRunUrl)) ??
  webUrl(first(said, CICD.runUrl, "ci.pipeline.run.url", "github.html_url", "url.full"));

const MOST_ERROR = 2000;

/** The message of the status, else of an exception, else the class of the error. */
function errorOf(span: SaidSpan, said: Said): string | null {
  const exception = (span.events ?? []).find((event) => event?.name === "exception");
  const thrown = exception === null || exception === undefined ? null : attributesOf(exception.attributes);
  return (
    text(span.status?.message, MOST_ERROR) ??
    text(thrown?.get("exception.message") ?? thrown?.get("exception.type"), MOST_ERROR) ??
    text(said.own.get("gitlab.job.failure_reason") || said.own.get("error.type"))
  );
}

/** Only known ones: attributes may hold parameters, and those may be secrets. */
const TAGS: ReadonlyArray<readonly [tag: string, ...keys: string[]]> = [
  ["pipeline", CICD.pipelineName, "ci.pipeline.name"],
  ["run", CICD.runId, "ci.pipeline.run.number"],
  ["task", CICD.taskName, "jenkins.pipeline.step.name"],
  ["taskType", CICD.taskType, "jenkins.pipeline.step.type"],
  ["worker", "cicd.worker.name", "ci.pipeline.agent.name"],
  ["number", VCS.changeId],
  ["title", VCS.changeTitle],
  ["emitter", "service.name"],
];

/** Traces that the span says led to it; a span that gathers more is a meeting point and no piece of work. */
const MOST_LINKS = 8;

function linkedTraces({ span, traceId }: ReadSpan): string | null {
  const ids = (span.links ?? []).map((link) => idOf(link?.traceId, 32));
  const others = new Set(ids.filter((id) => id !== null && id !== traceId));
  return others.size === 0 ? null : [...others].slice(0, MOST_LINKS).join(" ");
}

function tagsFrom(read: ReadSpan, shortSha: string | null): Record<string, string> {
  const { span, said, parentSpanId } = read;
  const known = TAGS.map(([tag, ...keys]) => [tag, first(said, ...keys)]);
  // By this a run of vice, which gave TRACEPARENT, is found again as its parent.
  return tagsOf({
    ...{ name: span.name, ...Object.fromEntries(known), shortSha },
    ...{ parentSpan: parentSpanId, spanLinks: linkedTraces(read) },
  });
}
