// One CI run that its tool tells by hooks and a plugin as spans: it counts once and hangs together, whatever comes first. And spans that name others.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { spanIdOf } from "../src/domain/otlp/span-id.ts";
import { fixturePath } from "./fixtures-dir.ts";
import { needs } from "./needs.ts";
import { openWired, type Sent, type WiredHouse } from "./wired-house.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const recorded = needs("webhook-fixtures");
/** Some fixtures stand with their headers. */
const bodyIn = (kept: Record<string, unknown>): unknown => kept["payload"] ?? kept;
const hook =
  (source: string, file: string, headers: Record<string, string> = {}) =>
  (): Sent => ({
    ...{ source, headers },
    body: bodyIn(JSON.parse(readFileSync(fixturePath(`${source}/${file}.json`), "utf8"))),
  });

interface Span {
  trace: string;
  id: string;
  parent?: string;
  from: string;
  to: string;
  own?: Record<string, string>;
  links?: ReadonlyArray<{ traceId: string; spanId: string }>;
}
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const nano = (iso: string): string => `${Date.parse(iso)}000000`;
const spans = (...list: Span[]): Sent => ({
  source: "otlp",
  body: {
    resourceSpans: list.map(({ trace, id, parent, from, to, own = {}, links }) => ({
      resource: { attributes: [] },
      scopeSpans: [
        {
          scope: { name: "plugin" },
          spans: [
            {
              ...{ traceId: trace, spanId: id, parentSpanId: parent ?? "", name: id, kind: 2 },
              ...{ startTimeUnixNano: nano(from), endTimeUnixNano: nano(to), links },
              ...{ attributes: attributes(own), status: {} },
            },
          ],
        },
      ],
    })),
  },
});

const runsOf = (): Array<{ source: string; count: number }> =>
  house.services.store.figures
    .all()
    .filter(({ kind }) => kind === "pipeline" || kind === "build")
    .map(({ source, count }) => ({ source, count }));
const idOf = async (sent: Sent): Promise<string> => (await house.send(sent)).activities[0] ?? "";

const TRACE = "a".repeat(32);
const span = (own: Record<string, string>, from: string, to: string): Sent =>
  spans({ trace: TRACE, id: "b".repeat(16), from, to, own });

/** What each vendor's exporter is documented to call the page of the run. */
const TOLD_TWICE: ReadonlyArray<readonly [tool: string, hook: () => Sent, span: Sent]> = [
  [
    "GitHub and otel-cicd-action",
    hook("github", "workflow_run.completed", { "x-github-event": "workflow_run" }),
    span(
      {
        "cicd.pipeline.run.id": "289782451",
        "cicd.pipeline.run.url.full": "https://github.com/octo-org/octo-repo/actions/runs/289782451",
        "cicd.pipeline.result": "success",
      },
      "2020-10-05T16:33:49Z",
      "2020-10-05T16:33:49Z",
    ),
  ],
  [
    "GitLab and the collector's GitLab receiver",
    hook("gitlab", "pipeline-sequence.success", { "x-gitlab-event": "Pipeline Hook" }),
    span(
      {
        "cicd.pipeline.run.id": "96963426",
        "cicd.pipeline.run.url.full": "https://gitlab.com/dm03514/test-project/-/pipelines/96963426",
        "cicd.pipeline.result": "success",
      },
      "2019-11-19T12:40:07Z",
      "2019-11-19T12:42:04Z",
    ),
  ],
  [
    "Jenkins and its OpenTelemetry plugin",
    hook("jenkins", "cdevents-plugin.pipelinerun.finished"),
    span(
      {
        "ci.pipeline.id": "PipelineCommit",
        "ci.pipeline.run.number": "167",
        "ci.pipeline.run.url": "http://localhost:8080/jenkins/job/PipelineCommit/167/",
        "ci.pipeline.run.result": "SUCCESS",
      },
      "2023-04-06T20:55:54Z",
      "2023-04-06T20:56:06Z",
    ),
  ],
];

for (const [tool, hooked, bySpan] of TOLD_TWICE)
  for (const order of ["hook first", "span first"] as const)
    recorded.test(
      `${tool}, ${order}: it counts once, as its tool tells it, and the two are linked`,
      async () => {
        const byHook = hooked();
        const sent = order === "hook first" ? [byHook, bySpan] : [bySpan, byHook];
        const ids = [await idOf(sent[0] ?? byHook), await idOf(sent[1] ?? byHook)];
        const [run = "", told = ""] = order === "hook first" ? ids : [...ids].reverse();
        expect(run).not.toBe(told);
        const { store } = house.services;
        expect(runsOf()).toEqual([{ source: byHook.source, count: 1 }]);
        expect(store.read.activity(told, NOW)).toMatchObject({ source: "otlp", primaryId: run });
        expect(store.read.activity(run, NOW)?.primaryId).toBe(null);
        const { causes } = store.traces.links(told, NOW);
        expect(causes.map(({ activity, link }) => [activity.id, link.words])).toEqual([
          [run, expect.stringMatching(/^the same run /)],
        ]);
        const ofTrace = store.traces.trace(TRACE, NOW).spans.map(({ id }) => id);
        expect(new Set(ofTrace)).toEqual(new Set([run, told]));
      },
    );

recorded.test("a build inside of the run that carries the page of the run is not the run", async () => {
  const [, byHook] = TOLD_TWICE[0] ?? [];
  if (byHook === undefined) throw new Error("nothing to tell");
  await house.send(byHook());
  const id = await idOf(
    spans({
      ...{ trace: TRACE, id: "c".repeat(16), parent: "b".repeat(16) },
      ...{ from: "2020-10-05T16:33:49Z", to: "2020-10-05T16:33:49Z" },
      own: {
        "cicd.pipeline.task.type": "build",
        "cicd.pipeline.run.url.full": "https://github.com/octo-org/octo-repo/actions/runs/289782451",
      },
    }),
  );
  expect(house.services.store.read.activity(id, NOW)).toMatchObject({ kind: "build", primaryId: null });
});

recorded.test(
  "another attempt of the run, at another time, is no second report; without the hook's run the span counts",
  async () => {
    const [, byHook, bySpan] = TOLD_TWICE[0] ?? [];
    if (byHook === undefined || bySpan === undefined) throw new Error("nothing to tell");
    await house.send(bySpan);
    expect(runsOf()).toEqual([{ source: "otlp", count: 1 }]);
    const page = "https://github.com/octo-org/octo-repo/actions/runs/289782451";
    const later = spans({
      ...{
        trace: "c".repeat(32),
        id: "d".repeat(16),
        from: "2020-10-06T08:00:00Z",
        to: "2020-10-06T08:01:00Z",
      },
      own: { "cicd.pipeline.run.url.full": page, "cicd.pipeline.result": "success" },
    });
    await house.send(later);
    await house.send(byHook());
    expect(runsOf().sort((a, b) => (a.source < b.source ? -1 : 1))).toEqual([
      { source: "github", count: 1 },
      { source: "otlp", count: 1 },
    ]);
  },
);

test("span links to other traces stay: the reason names them, in any order, and they are bounded", async () => {
  const from = "2026-11-20T10:00:00Z";
  const to = "2026-11-20T10:05:00Z";
  const own = { "cicd.pipeline.result": "success" };
  const led = spans({ trace: "1".repeat(32), id: "1".repeat(16), from, to, own });
  const links = [
    { traceId: "1".repeat(32), spanId: "9".repeat(16) },
    ...Array.from({ length: 20 }, (_, n) => ({ traceId: `${n + 10}`.repeat(16), spanId: "8".repeat(16) })),
  ];
  const effect = spans({
    ...{ trace: "2".repeat(32), id: "2".repeat(16), from: to, to: "2026-11-20T10:06:00Z", own, links },
  });
  const id = await idOf(effect);
  const cause = await idOf(led);
  const { store } = house.services;
  expect(store.traces.links(id, NOW).causes).toMatchObject([
    { activity: { id: cause }, link: { reason: "span", words: "span link to trace 11111111" } },
  ]);
  expect(store.read.activity(id, NOW)?.tags["spanLinks"]?.split(" ")).toHaveLength(8);
  expect(store.traces.trace("1".repeat(32), NOW).spans.map((one) => one.id)).toEqual([cause, id]);
});

test("a step of a run that links to another trace leads there, seen from both ends", async () => {
  const own = { "cicd.pipeline.result": "success" };
  const [first, second] = ["1".repeat(32), "2".repeat(32)];
  const led = spans({
    ...{ trace: first, id: "1".repeat(16), own },
    ...{ from: "2026-11-20T10:00:00Z", to: "2026-11-20T10:05:00Z" },
  });
  const run = { trace: second, from: "2026-11-20T10:06:00Z", to: "2026-11-20T10:09:00Z" };
  const links = [{ traceId: first, spanId: "1".repeat(16) }];
  const step = { "cicd.pipeline.task.name": "deploy" };
  const cause = await idOf(led);
  const sent = await house.send(
    spans(
      { ...run, id: "2".repeat(16), own },
      { ...run, id: "3".repeat(16), parent: "2".repeat(16), own: step, links },
    ),
  );
  const linked = sent.activities[1] ?? "";
  for (const trace of [first, second]) {
    const found = house.services.store.traces.trace(trace, NOW).spans;
    expect(found.find(({ id }) => id === cause)?.links, trace).toMatchObject([{ to: linked }]);
  }
});

for (const order of ["the run first", "the span first"] as const)
  test(`a span below a run of vice hangs under it, ${order}`, async () => {
    const trace = "3".repeat(32);
    const runId = "0190a1b2-c3d4-8e5f-8a6b-7c8d9eaf0b1c";
    const tellRun = (): unknown =>
      house.services.store.log.append([
        {
          delivery: null,
          events: [
            {
              ...{
                type: "vice.activity.observed.v1" as const,
                source: "/spool",
                subject: runId,
                actor: null,
              },
              ...{ time: "2026-11-20T10:10:00.000Z", traceparent: null, delivery: null },
              data: {
                object: {
                  identityKind: "action",
                  source: "local",
                  instance: "",
                  externalId: runId,
                  attempt: 1,
                },
                ...{ step: "succeeded" as const, at: "2026-11-20T10:10:00.000Z", reopens: false },
                facts: { kind: "action" as const, traceId: trace, startedAt: "2026-11-20T10:00:00.000Z" },
                ...{ verified: true, generation: 0 },
              },
            },
          ],
        },
      ]);
    const child = spans({
      ...{ trace, id: "4".repeat(16), parent: spanIdOf(runId) },
      ...{ from: "2026-11-20T10:01:00Z", to: "2026-11-20T10:02:00Z" },
    });
    if (order === "the run first") tellRun();
    const id = await idOf(child);
    if (order === "the span first") tellRun();
    const { store } = house.services;
    const drawn = store.traces.trace(trace, NOW).spans.map((one) => [one.id, one.parentId]);
    expect(drawn).toEqual([
      [runId, null],
      [id, runId],
    ]);
    expect(store.traces.causes(id, NOW)).toMatchObject([
      { activity: { id: runId }, link: { reason: "parent" } },
    ]);
  });
