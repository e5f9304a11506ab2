/** From activities to the body of one `POST /v1/traces`: spans by the service that they are about. Pure. */
import type { Activity } from "../activity.ts";
import { SCOPE } from "./conventions.ts";
import type { OtlpAttribute, OtlpResource, OtlpSpan, OtlpTraces } from "./otlp.ts";
import { type SpanContext, spanOf } from "./to-span.ts";

/** An activity with what it does not say of itself. */
export interface TellableActivity extends SpanContext {
  activity: Activity;
}

/**
 * Where no service is known the tool that reported it stands in its place (`service.name` is required).
 * @param version of vice
 */
export function tracesOf(items: readonly TellableActivity[], version: string): OtlpTraces {
  const groups = new Map<string, { activity: Activity; spans: OtlpSpan[] }>();
  for (const item of items) {
    const { service, source, team } = item.activity;
    const key = `${service ?? ""}\n${service === null ? source : ""}\n${team ?? ""}`;
    const group = groups.get(key) ?? { activity: item.activity, spans: [] };
    groups.set(key, group);
    group.spans.push(spanOf(item.activity, item));
  }
  return { resourceSpans: [...groups.values()].map((group) => resourceOf(group, version)) };
}

const text = (key: string, stringValue: string): OtlpAttribute => ({ key, value: { stringValue } });

function resourceOf(
  { activity: { service, source, team }, spans }: { activity: Activity; spans: OtlpSpan[] },
  version: string,
): OtlpResource {
  const attributes = [
    text("service.name", service ?? source),
    ...(team === null ? [] : [text("service.namespace", team)]),
    text("telemetry.distro.name", SCOPE),
    text("telemetry.distro.version", version),
  ];
  return { resource: { attributes }, scopeSpans: [{ scope: { name: SCOPE, version }, spans }] };
}
