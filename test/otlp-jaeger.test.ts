// Spans of a real server in a real Jaeger: one piece of work told by several tools, and what came while Jaeger was away.
import { afterAll, beforeAll, expect } from "vitest";
import { otlpExporterSchema } from "../src/domain/otlp/exporter-schema.ts";
import { startExports } from "../src/parts/data/index.ts";
import { startDoor, type TestDoor } from "./http-door.ts";
import { freePorts, type Jaeger, type JaegerSpan, LISTENER_COUNT, startJaeger } from "./jaeger.ts";
import { needs } from "./needs.ts";

const there = needs("jaeger");

there.describe("spans in Jaeger", () => {
  let jaeger: Jaeger;
  let ports: number[];
  let door: TestDoor;
  let stopExports: () => Promise<void>;
  const errors: unknown[] = [];

  beforeAll(async () => {
    ports = await freePorts(LISTENER_COUNT);
    jaeger = await startJaeger(there.path("jaeger"), ports);
    const otlpExporter = otlpExporterSchema.parse({ url: jaeger.otlp });
    door = await startDoor({ config: { otlpExporter } });
    const worker = startExports({
      services: door.services,
      now: Date.now,
      onError: (error) => void errors.push(error),
      onRefused: (told) => void errors.push(told),
    });
    stopExports = worker.stop;
  }, 60_000);
  afterAll(async () => {
    await stopExports?.();
    await door?.close();
    await jaeger?.stop();
    expect(errors).toEqual([]);
  });

  const spanOf = (spans: readonly JaegerSpan[], name: string) =>
    spans.find(({ operationName }) => operationName === name);
  const tag = (span: JaegerSpan | undefined, key: string) =>
    span?.tags.find((each) => each.key === key)?.value;

  /** As a stock vscli tells it. */
  const told = async (id: string, action: "start" | "end", more: Record<string, unknown>) => {
    const reply = await door.post("/customhttp", { id, action, namespace: "shop", ...more });
    expect(reply.status).toBe(200);
    return reply.json<{ activities: string[] }>().activities[0] ?? "";
  };

  there.test(
    "a pipeline with its build and its failed deployment is one trace, below each other",
    async () => {
      await told("p1", "start", { type: "pipeline", metadata: { service: "shop" } });
      await told("b1", "start", { type: "build", parentId: "p1", metadata: { service: "shop" } });
      await told("b1", "end", { type: "build" });
      const metadata = { service: "shop", env: "prod-eu", version: "v1.4.2" };
      const deployment = await told("d1", "start", { type: "deploy", parentId: "p1", metadata });
      await told("d1", "end", { type: "deploy", error: "no space left" });
      const pipeline = await told("p1", "end", { type: "pipeline" });
      const { traceId } = (await door.ask(`/v1/activities/${pipeline}`)).json<{ traceId: string }>();
      await expect
        .poll(() => jaeger.trace(traceId).then((spans) => spans.length), { timeout: 15_000 })
        .toBe(3);
      const spans = await jaeger.trace(traceId);
      const root = pipeline.replaceAll("-", "").slice(16);
      const deployed = spanOf(spans, "deploy shop to prod-eu");
      expect(deployed).toMatchObject({
        spanID: deployment.replaceAll("-", "").slice(16),
        references: [{ refType: "CHILD_OF", traceID: traceId, spanID: root }],
      });
      expect(tag(deployed, "deployment.environment.name")).toBe("prod-eu");
      expect(tag(deployed, "deployment.status")).toBe("failed");
      expect(tag(deployed, "cicd.pipeline.task.type")).toBe("deploy");
      expect(tag(deployed, "error")).toBe(true);
      expect(tag(deployed, "otel.status_description")).toBe("no space left");
      expect(await jaeger.services()).toContain("shop");
    },
    30_000,
  );

  there.test(
    "what ended while Jaeger was away arrives when it is back",
    async () => {
      await jaeger.stop();
      const ended: string[] = [];
      for (let n = 0; n < 50; n += 1) {
        const metadata = { service: "blog", env: "staging" };
        ended.push(await told(`away-${n}`, "start", { type: "deploy", metadata }));
        await told(`away-${n}`, "end", { type: "deploy" });
      }
      const exporters = async () =>
        (await door.ask("/v1/exporters")).json<{ items: Array<Record<string, unknown>> }>().items[0];
      await expect
        .poll(async () => (await exporters())?.["lastError"], { timeout: 10_000 })
        .toContain("cannot be reached");
      expect((await door.ask("/metrics")).text).toContain('vice_export_failing{exporter="otlp"} 1');
      jaeger = await startJaeger(there.path("jaeger"), ports);
      await expect.poll(async () => (await exporters())?.["lagEvents"], { timeout: 60_000 }).toBe(0);
      for (const id of ended) {
        const { traceId } = (await door.ask(`/v1/activities/${id}`)).json<{ traceId: string }>();
        const spans = await jaeger.trace(traceId);
        // At least once: what changed at the edge of a batch comes again under the same id.
        expect([...new Set(spans.map(({ spanID }) => spanID))]).toEqual([id.replaceAll("-", "").slice(16)]);
      }
    },
    120_000,
  );
});
