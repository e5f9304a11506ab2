/** The traces of the mock: a ticket that went to production over four tools, and one as large as there is. */
import { criticalPath } from "../../src/domain/trace/critical-path.ts";
import { layOut } from "../../src/domain/trace/layout.ts";
import type { Span, Trace } from "../../src/domain/trace/span.ts";

const MINUTE = 60_000;

/** `trace-small`, `trace-10000`. @returns `null` for another id */
export function traceOf(id: string, baseMs: number): Trace | null {
  const count = id === "trace-small" ? 40 : Number(/^trace-(\d{1,6})$/.exec(id)?.[1] ?? 0);
  if (count === 0) return null;
  const spans = layOut(spansOf(count, baseMs - 600 * MINUTE)).map(({ span }) => span);
  const { ids } = criticalPath(spans, baseMs);
  return { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spans, criticalPath: ids, truncated: count > 9_999 };
}

type Times = readonly [from: number | null, to: number | null];

/** Steps of one pipeline; with these and the four around it, a group. */
const STEPS = 16;

function spansOf(count: number, startMs: number): Span[] {
  const spans: Span[] = [];
  const iso = (minutes: number | null): string | null =>
    minutes === null ? null : new Date(startMs + minutes * MINUTE).toISOString();
  const add = (kind: Span["kind"], name: string, [from, to]: Times, more: Partial<Span>): Span => {
    const id = `0193cccc-0000-7000-8000-${String(spans.length).padStart(12, "0")}`;
    const span: Span = {
      ...{ id, parentId: null, kind, name, service: "shop", team: "payments", environment: null },
      ...{ status: "succeeded", startedAt: iso(from), finishedAt: iso(to) },
      ...{ occurredAt: iso(to ?? from ?? 0) ?? "", source: "gitlab", url: "https://gitlab.example.com/shop" },
      links: [],
      ...more,
    };
    spans.push(span);
    return span;
  };
  const leadsTo = (from: Span, to: Span, reason: string): void => {
    from.links = [...from.links, { to: to.id, reason }];
  };
  const groups = Math.max(1, Math.floor(count / (STEPS + 4)));
  const ticket = add("ticket", "SHOP-12 Pay by card", [0, 560], { source: "jira" });
  for (let group = 0; group < groups && spans.length < count; group += 1) {
    const at = 10 + (group * 500) / groups;
    const change = add("change", `#${group + 31} Pay by card, part ${group + 1}`, [at, at + 20], {
      parentId: ticket.id,
    });
    leadsTo(ticket, change, "ticket SHOP-12");
    const pipeline = add("pipeline", "main", [at + 22, at + 34], { parentId: change.id });
    leadsTo(change, pipeline, "commit 4bf92f35");
    for (let step = 0; step < STEPS && spans.length < count; step += 1) {
      const from = at + 22 + step * 0.7;
      const isFailed = step === 5 && group % 7 === 3;
      const hasEnd = step !== 9;
      add("stage", `${STEP_NAMES[step % STEP_NAMES.length]}`, [hasEnd ? from : null, from + 0.7], {
        parentId: pipeline.id,
        status: isFailed ? "failed" : "succeeded",
      });
    }
    if (spans.length >= count) break;
    const isLast = group === groups - 1;
    const deployment = add("deployment", `shop v1.${group} to prod-eu`, [at + 40, isLast ? null : at + 44], {
      ...{ parentId: pipeline.id, environment: "prod-eu", source: "octopus" },
      status: isLast ? "running" : "succeeded",
    });
    leadsTo(pipeline, deployment, "commit 4bf92f35");
  }
  while (spans.length < count) add("check", "smoke", [555, 556], { parentId: ticket.id });
  return spans;
}

const STEP_NAMES = [
  "checkout",
  "install",
  "lint",
  "types",
  "unit tests",
  "integration tests",
  "image",
  "scan",
] as const;

/** What `/v1/map` says: three tools, two teams. */
export function connections() {
  const place = (source: string, service: string | null, team: string | null) => ({ source, service, team });
  const services = ["shop", "cart", "search"];
  return services.flatMap((service, at) => {
    const team = at === 2 ? "discovery" : "payments";
    return [
      { from: place("jira", null, team), to: place("gitlab", service, team), count: 40 - at },
      { from: place("gitlab", service, team), to: place("octopus", service, team), count: 25 + at },
    ];
  });
}
