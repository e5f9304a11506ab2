/** Argo CD and Argo Rollouts: the suite of the port for both, and what a sync and a canary become. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { rowsOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading, Source } from "../../../ports/source.ts";
import cd from "./cd.ts";
import rollouts from "./rollouts.ts";

sourceConformance(cd);
sourceConformance(rollouts);

const reading = (body: unknown, receivedAt = "2026-11-20T12:00:00.000Z"): Reading => ({
  ...{ headers: {}, instance: null, receivedAt, options: undefined },
  body,
});
const rows = (source: Source, bodies: unknown[]) =>
  rowsOf(
    source,
    bodies.map((body) => reading(body)),
  );

/** The template of `docs/connect.md` with these values, rendered as Argo does it: `toJson` is all that it uses. */
function rendered(name: string, values: Readonly<Record<string, unknown>>): unknown {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/connect.md"), "utf8");
  const block = [...page.matchAll(/^```yml\n(.*?)^```/gms)].map(([, code = ""]) => code);
  const config = block.map((code) => parse(code)).find(({ data }) => `template.${name}` in data);
  const { webhook } = parse(config.data[`template.${name}`]);
  const text = String(webhook.vice.body).replace(/\{\{toJson ([.\w]+)\}\}/g, (_, path: string) =>
    JSON.stringify(values[path]),
  );
  return JSON.parse(text);
}

test("the templates of the documentation give what the sources read", () => {
  const app = rendered("vice-sync", { ".app": body.app, ".context.argocdUrl": body.argocdUrl });
  expect(rows(cd, [app])).toEqual(rows(cd, [body]));
  const sent = rendered("vice-rollout", { ".rollout": rollout });
  expect(rows(rollouts, [sent])).toEqual(rows(rollouts, [rollouts.sample.body]));
});

const { body } = cd.sample;
const { app } = body;
const sync = (state: object, status: object = {}) => ({
  ...body,
  app: {
    ...app,
    status: { ...app.status, ...status, operationState: { ...app.status.operationState, ...state } },
  },
});

test("a sync is one deployment, in any order; the revision of the configuration is not its commit", () => {
  const story = [sync({ phase: "Running", finishedAt: undefined }), body];
  for (const order of orders([...story, ...story])) {
    const [row, ...others] = rows(cd, order);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: "deployment",
      instance: "argocd.shop.example.com",
      service: "shop",
      environment: "production",
      version: "1.4.2",
      status: "succeeded",
      durationMs: 90_000,
      actor: { login: "robin" },
      url: "https://argocd.shop.example.com/applications/argocd/shop",
      tags: {
        configRevision: "279484c09fbe69ededfced8c1bb6e6d24616b468",
        configRepository: "https://git.shop.example.com/ops/shop.git",
      },
    });
    expect(row).not.toHaveProperty("commitSha");
    expect(row).not.toHaveProperty("repository");
  }
});

test("a sync that fails says why, a sidecar's version is not the service's, a dry run is none", () => {
  const images = ["envoy:1.30", "registry.example.com/basket:7"];
  const failed = sync({ phase: "Error", message: "comparison failed" }, { summary: { images } });
  const [row] = rows(cd, [failed]);
  expect(row).toMatchObject({ status: "failed", error: "comparison failed" });
  expect(row).not.toHaveProperty("version");
  expect(cd.normalise(reading(sync({ operation: { sync: { dryRun: true } } })))).toMatchObject({
    outcome: "ignored",
  });
  expect(cd.normalise(reading({ app: { metadata: app.metadata, status: {} } }))).toMatchObject({
    outcome: "ignored",
  });
});

const { rollout } = rollouts.sample.body;
const canary = (status: object) => ({
  rollout: { ...rollout, status: { ...rollout.status, conditions: [], ...status } },
});

test("a canary runs while it pauses, and ends healthy", () => {
  const story = [
    reading(canary({ phase: "Progressing" }), "2026-11-20T10:00:00.000Z"),
    reading(canary({ phase: "Paused" }), "2026-11-20T10:00:30.000Z"),
    reading(rollouts.sample.body, "2026-11-20T10:02:00.000Z"),
  ];
  for (const order of orders(story)) {
    expect(rowsOf(rollouts, order)).toEqual([
      expect.objectContaining({
        service: "shop",
        environment: "production",
        version: "1.4.2",
        status: "succeeded",
        startedAt: "2026-11-20T10:00:00.000Z",
        durationMs: 90_000,
      }),
    ]);
  }
});

test("an abort is a failure with its reason and time; a status of the former generation says nothing", () => {
  const aborted = canary({
    phase: "Degraded",
    abort: true,
    abortedAt: "2026-11-20T10:01:00Z",
    message: "RolloutAborted: metric failed",
  });
  expect(rows(rollouts, [aborted])).toMatchObject([
    { status: "failed", finishedAt: "2026-11-20T10:01:00.000Z", error: "RolloutAborted: metric failed" },
  ]);
  expect(rollouts.normalise(reading(canary({ observedGeneration: "6" })))).toMatchObject({
    outcome: "ignored",
  });
});
