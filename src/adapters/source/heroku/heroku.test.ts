/** Heroku: the suite of the port, recorded deliveries in all orders, presigned addresses, and the stage of an app. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf, storedOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import { fold } from "../../../domain/fold.ts";
import type { Transition } from "../../../domain/transition.ts";
import type { Connection, Normalised, Reading, SourceHttp } from "../../../ports/source.ts";
import heroku from "./index.ts";
import { releaseKind } from "./release-kind.ts";

const reading = (body: unknown): Reading => ({
  headers: {},
  body,
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
const build = {
  resource: "build",
  actor: { email: "robin@shop.example.com" },
  data: {
    id: "b-1",
    app: { id: "a-1", name: "shop" },
    status: "succeeded",
    release: { id: "r-1", version: 3 },
    created_at: "2026-11-20T10:00:00Z",
    updated_at: "2026-11-20T10:01:00Z",
    source_blob: { url: "https://robin:pw@source.example.com/app.tgz?X-Amz-Signature=1f#x", version: "v1" },
    output_stream_url: "https://build-output.example.com/streams/1.log?token=abc",
  },
};

sourceConformance(heroku, { deliveries: [{ headers: {}, body: build }] });

needs("webhook-fixtures").describe("recorded Heroku deliveries", () => {
  const recorded = (name: string): unknown => JSON.parse(readFileSync(fixturePath("heroku", name), "utf8"));
  const story = ["build.create", "release.pending", "release.create", "release.update", "build.update"];

  test("build and release of one version become one deployment with its true duration, in any order", () => {
    const readings = story.map((name) => reading(recorded(`${name}.json`)));
    for (const order of orders(readings, 40)) {
      const [builtRow, deployment, ...rest] = rowsOf(heroku, [...order, ...order.slice(0, 2)]);
      expect(rest).toEqual([]);
      expect(builtRow).toMatchObject({ kind: "build", status: "succeeded", durationMs: 27_000 });
      expect(deployment).toMatchObject({
        kind: "deployment",
        deploymentKind: "deploy",
        externalId: "6be9012f-1c42-4f2d-bb99-af152aad07d8",
        parentId: builtRow?.id,
        status: "succeeded",
        version: "v3",
        commitSha: "1a5f89db9a6a62f29689b6eeea65e6b6eb0879cd",
        startedAt: "2025-05-17T11:37:36.000Z",
        finishedAt: "2025-05-17T11:37:58.404Z",
        durationMs: 22_404,
        durationFrom: "paired",
      });
      expect(deployment).not.toHaveProperty("environment");
    }
  });

  test("a pending release says neither when it began nor how it ended", () => {
    const [row] = rowsOf(heroku, [reading(recorded("release.pending.json"))]);
    expect(row).toMatchObject({ status: "pending", occurredAt: "2025-05-17T11:37:58.000Z" });
    expect(row).not.toHaveProperty("startedAt");
  });

  test("each delivery has its own id", () => {
    expect(heroku.deliveryId({}, recorded("release.update.mercury.json"))).toBe(
      "ecb8532f-3b9b-4f8a-8eee-14296e0a6784",
    );
  });

  test("no query of a presigned address is kept", () => {
    const text = JSON.stringify(heroku.redact?.(recorded("build.update.json")));
    expect(text).toContain("https://build-output.heroku.com/streams/43/");
    expect(text).not.toContain("REDACTED");
  });
});

test("presigned addresses lose query, fragment and password; everything else stays the same object", () => {
  const redacted = JSON.stringify(heroku.redact?.(build));
  expect(redacted).toContain('"https://source.example.com/app.tgz"');
  expect(redacted).toContain('"https://build-output.example.com/streams/1.log"');
  const clean = { a: [1, { url: "https://a.example.com/x" }], text: "why? because" };
  expect(heroku.redact?.(clean)).toBe(clean);
});

test.each([
  ["Deploy 1a5f89db", true, "deploy"],
  ["Deployed web (a1b2c3)", false, "deploy"],
  ["Promote shop-staging v41 1a5f89db", true, "deploy"],
  ["Rollback to v12", true, "rollback"],
  ["Set FOO, BAR config vars", true, "config"],
  ["Unset FOO config var", true, "config"],
  ["Remove FOO config vars", true, "config"],
  ["Update DATABASE by heroku-postgresql", false, "config"],
  ["Update REDIS by heroku-redis", true, "config"],
  ["Attach DATABASE (@ref:postgresql-rigid-12345)", true, "config"],
  ["Detach HEROKU_POSTGRESQL_RED (@ref:x)", true, "config"],
  ["Enable Logplex", false, "config"],
  ["Initial release", false, "config"],
  ["Add heroku-redis:mini add-on", true, "config"],
  [null, true, "deploy"],
  [null, false, "config"],
] as const)("release %j (code: %j) is %s", (description, hasSlug, kind) => {
  expect(releaseKind(description, hasSlug)).toBe(kind);
});

describe("the stage of an app", () => {
  let server: Server;
  let connection: Connection;
  const seen: Array<Record<string, unknown>> = [];
  const http: SourceHttp = {
    async getJson(url, headers) {
      const answer = await fetch(url, { headers });
      const body: unknown = await answer.json();
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
    },
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { accept, authorization } = request.headers;
      seen.push({ url: request.url, accept, authorization });
      const status = { "/apps/a-1/pipeline-couplings": 200, "/apps/a-2/pipeline-couplings": 404 }[
        request.url ?? ""
      ];
      response.writeHead(status ?? 500, { "content-type": "application/json" });
      response.end(JSON.stringify({ stage: "review", pipeline: { id: "p-1", name: "shop" } }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    connection = { url: `http://127.0.0.1:${port}/`, token: "t0ken", only: [], instance: "heroku" };
  });
  afterAll(() => new Promise((done) => server.close(done)));

  const enricher = heroku.enricher;
  const transitionsIn = (result: Normalised): Transition[] =>
    result.outcome === "accepted" ? result.transitions : [];
  const transitions = transitionsIn(heroku.normalise(reading(build)));

  test("is asked once for an app, in the vendor's way", async () => {
    const wanted = enricher.wanted([...transitions, ...transitions]);
    expect(wanted.map(({ key }) => key)).toEqual(["a-1"]);
    expect(new Set(wanted[0]?.about.map(({ identityKind }) => identityKind))).toEqual(
      new Set(["deployment"]),
    );
    await enricher.fetch("a-1", http, connection);
    expect(seen.at(-1)).toEqual({
      url: "/apps/a-1/pipeline-couplings",
      accept: "application/vnd.heroku+json; version=3",
      authorization: "Bearer t0ken",
    });
  });

  test("becomes environment and tier of the deployment, not of the build", async () => {
    const answer = await enricher.fetch("a-1", http, connection);
    const about = enricher.wanted(transitions).flatMap((one) => one.about);
    const more = enricher.apply(about, answer, "2026-11-20T12:00:05.000Z");
    expect(more).toHaveLength(1);
    const all = [...transitions, ...more].filter(({ object }) => object.identityKind === "deployment");
    const stored = all.map((one) => storedOf(one, "2026-11-20T12:00:05.000Z"));
    const object = all[0]?.object ?? expect.fail("no deployment");
    expect(fold(object, stored, "0".repeat(32)).reported).toMatchObject({
      service: "shop",
      environment: "review",
      tier: "ephemeral",
      tags: { "heroku.pipeline": "shop", "heroku.pipelineId": "p-1" },
    });
  });

  test("stays unknown for an app in no pipeline", async () => {
    const about = enricher.wanted(transitions).flatMap((one) => one.about);
    expect(await enricher.fetch("a-2", http, connection)).toBeNull();
    expect(enricher.apply(about, null, "2026-11-20T12:00:05.000Z")).toEqual([]);
  });

  test("is asked again later when Heroku is in trouble", async () => {
    await expect(enricher.fetch("a-3", http, connection)).rejects.toMatchObject({
      code: "outside.unreachable",
    });
  });

  test("is never asked for an app whose id could lead elsewhere", () => {
    const odd = { ...build, resource: "release", data: { ...build.data, app: { id: "../x", name: "shop" } } };
    expect(enricher.wanted(transitionsIn(heroku.normalise(reading(odd))))).toEqual([]);
  });
});
