/** Writes a trace as JSON. What it writes has the form of `Trace`. */
import type { Span, Trace } from "../../../../domain/trace/span.ts";
import { JsonBytes } from "../../../../kit/json-bytes.ts";
import { WrittenJson } from "../../../../kit/written-json.ts";
import type { TraceNode } from "./nodes.ts";

export interface ToWrite extends Pick<Trace, "traceId" | "truncated"> {
  /** Parents before their children. */
  nodes: readonly TraceNode[];
  criticalPath: readonly string[];
}

/** A span with names of usual length; longer ones make it grow. */
const BYTES_PER_SPAN = 450;

export function writeTrace({ traceId, nodes, criticalPath, truncated }: ToWrite): WrittenJson<Trace> {
  const json = new JsonBytes(nodes.length * BYTES_PER_SPAN);
  json.raw(WORDS.traceId).text(traceId);
  json.raw(WORDS.spans).list(nodes, (node) => writeSpan(json, node));
  json.raw(WORDS.criticalPath).list(criticalPath, (id) => json.id(id));
  json.raw(WORDS.truncated).value(truncated).raw(WORDS.end);
  return new WrittenJson(json.bytes());
}

function writeSpan(json: JsonBytes, node: TraceNode): void {
  json.raw(SPAN.id).id(node.id);
  json.raw(SPAN.parentId).id(node.parentId);
  json.raw(SPAN.kind).text(node.kind);
  json.raw(SPAN.name).text(node.name);
  json.raw(SPAN.service).text(node.service);
  json.raw(SPAN.team).text(node.team);
  json.raw(SPAN.environment).text(node.environment);
  json.raw(SPAN.status).text(node.status);
  if (isBefore(node)) json.raw(SPAN.createdAt).time(node.madeMs);
  json.raw(SPAN.startedAt).time(node.startMs);
  json.raw(SPAN.finishedAt).time(node.finishMs);
  json.raw(SPAN.occurredAt).time(node.occurredMs);
  json.raw(SPAN.source).text(node.source);
  json.raw(SPAN.url).text(node.url);
  json.raw(SPAN.links).list(node.links, ({ to, reason }) => {
    json.raw(WORDS.to).id(to).raw(WORDS.reason).text(reason).raw(WORDS.end);
  });
  json.raw(WORDS.end);
}

/** What was begun when it was made waited for nothing. */
const isBefore = (node: TraceNode): node is TraceNode & { madeMs: number } =>
  typeof node.madeMs === "number" && node.madeMs < (node.startMs ?? node.finishMs ?? node.occurredMs);

const encoded = <K extends string>(words: Record<K, string>): Record<K, Buffer> =>
  Object.fromEntries(Object.entries<string>(words).map(([key, word]) => [key, Buffer.from(word)])) as Record<
    K,
    Buffer
  >;

const WORDS = encoded({
  traceId: '{"traceId":',
  spans: ',"spans":',
  criticalPath: ',"criticalPath":',
  truncated: ',"truncated":',
  to: '{"to":',
  reason: ',"reason":',
  end: "}",
});

const SPAN = encoded<keyof Required<Span>>({
  id: '{"id":',
  parentId: ',"parentId":',
  kind: ',"kind":',
  name: ',"name":',
  service: ',"service":',
  team: ',"team":',
  environment: ',"environment":',
  status: ',"status":',
  createdAt: ',"createdAt":',
  startedAt: ',"startedAt":',
  finishedAt: ',"finishedAt":',
  occurredAt: ',"occurredAt":',
  source: ',"source":',
  url: ',"url":',
  links: ',"links":',
});
