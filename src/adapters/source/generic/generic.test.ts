/** The generic source: the suite of the port, the rules of a mapping, and what the dry run explains. */
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Reading } from "../../../ports/source.ts";
import generic, { type DryRun, dryRun, genericSource, type MappingInput, mappingsSchema } from "./index.ts";

sourceConformance(generic);
const wide = mappingsSchema.parse({
  each: "$..items[*]",
  id: ["$.id", "{{ $$.id }}/{{ $.name }}"],
  status: ["$.state", "ok"],
  at: "$.time",
  tags: { all: "$$..*" },
});
sourceConformance({
  ...genericSource("acme", wide),
  sample: { headers: {}, body: { id: 1, items: [{ id: 2, name: "a", time: 1795161600, state: "ok" }] } },
});

const reading = (body: unknown, headers: Record<string, string> = {}): Reading => ({
  headers,
  body,
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
const BASE = { id: "$.id", status: "$.state" } satisfies MappingInput;
const sourceOf = (map: MappingInput) => genericSource("acme", mappingsSchema.parse(map));
const rowOf = (map: MappingInput, body: unknown, headers?: Record<string, string>) =>
  rowsOf(sourceOf(map), [reading(body, headers)])[0];
const resultOf = (map: MappingInput, body: unknown) => sourceOf(map).normalise(reading(body));

describe("fields", () => {
  test("without a mapping the names of the normal form count", () => {
    expect(rowsOf(generic, [reading(generic.sample.body)])).toEqual([
      expect.objectContaining({
        kind: "deployment",
        source: "generic",
        externalId: "vice-test-2041",
        status: "succeeded",
        service: "shop",
        environment: "production",
        durationMs: 90000,
        actor: { name: "robin" },
      }),
    ]);
  });
  test("paths, templates, fixed texts, alternatives, headers and filters", () => {
    const map: MappingInput = {
      ...BASE,
      id: "{{ $.app }}/{{ $.n }}",
      service: ["$.missing", "$.app"],
      environment: "production",
      ref: "headers.X-Branch",
      commitSha: '$.rev | after ":" | lower',
      version: "$.image | after ':'",
      tenant: "$.image | before '/'",
      tags: { both: "{{ $.app }} {{ $.nothing }}", n: "$.n" },
    };
    const body = {
      app: "shop",
      n: 7,
      state: "OK",
      rev: "git:279484C09FBE69EDEDFCED8C1BB6E6D24616B468",
      image: "eu/shop:1.4",
    };
    const row = rowOf(map, body, { "x-branch": "refs/heads/main" });
    expect(row).toHaveProperty("tags", { n: "7" });
    expect(row).toMatchObject({
      externalId: "shop/7",
      service: "shop",
      environment: "production",
      ref: "main",
      commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      version: "1.4",
      tenant: "eu",
    });
  });
  test("times: the step takes the one that fits it", () => {
    const map: MappingInput = {
      ...BASE,
      createdAt: "$.c",
      startedAt: "$.s",
      finishedAt: "$.f",
      durationSeconds: "$.d",
    };
    const body = { id: 1, c: 1795161600, s: "2026-11-20T08:01:00Z", f: "2026-11-20T08:02:30Z", d: 12.5 };
    expect(rowOf(map, { ...body, state: "failed" })).toMatchObject({
      finishedAt: "2026-11-20T08:02:30.000Z",
      durationMs: 12500,
      durationFrom: "reported",
    });
    expect(rowOf(map, { ...body, state: "running" })).toMatchObject({
      startedAt: "2026-11-20T08:01:00.000Z",
    });
    expect(rowOf(map, { ...body, state: "pending", s: null })).toMatchObject({
      occurredAt: "2026-11-20T08:00:00.000Z",
    });
  });
  test("a message is an error only when it ended badly", () => {
    const map: MappingInput = { ...BASE, error: "$.message" };
    const errors = ["running", "failed"].map(
      (state) => rowOf(map, { id: 1, state, message: "no node left" })?.error,
    );
    expect(errors).toEqual([undefined, "no node left"]);
  });
  test("each item of a list is an activity, and a parent is one of the same source", () => {
    const map: MappingInput = {
      each: "$.jobs",
      kind: "stage",
      id: "$.id",
      status: "$.state",
      parent: { kind: "pipeline", id: "$$.run" },
    };
    const rows = rowsOf(sourceOf(map), [
      reading({
        run: 9,
        jobs: [
          { id: 1, state: "ok" },
          { id: 2, state: "error" },
        ],
      }),
    ]);
    const parent = {
      identityKind: "pipeline",
      source: "acme",
      instance: "acme",
      externalId: "9",
      attempt: 1,
    };
    expect(rows.map(({ status, parentId }) => [status, parentId])).toEqual([
      ["succeeded", activityId(parent)],
      ["failed", activityId(parent)],
    ]);
  });
});

describe("outcomes", () => {
  const map: MappingInput = {
    ...BASE,
    when: { "$.type": ["deploy", "deploy.*"] },
    words: { "gone *": "canceled", meh: "ignore" },
  };
  test.each([
    [{ type: "deploy", id: 1, state: "gone away" }, "accepted", undefined],
    [{ type: "DEPLOY.eu", id: 1, state: "success" }, "accepted", undefined],
    [{ type: "star", id: 1, state: "success" }, "ignored", '$.type is "star"'],
    [{ id: 1, state: "success" }, "ignored", "$.type is missing"],
    [{ type: "deploy", id: 1, state: "meh" }, "ignored", "meh"],
    [{ type: "deploy", id: 1, state: "purple" }, "unmapped", "purple"],
    [{ type: "deploy", id: 1, state: "constructor" }, "unmapped", "constructor"],
    [{ type: "deploy", id: 1 }, "unmapped", "nothing at $.state"],
    [{ type: "deploy", state: "success" }, "unmapped", "nothing at $.id"],
    ["text", "ignored", "$.type is missing"],
  ])("%j is %s", (body, outcome, reason) => {
    const result = resultOf(map, body);
    expect(result.outcome).toBe(outcome);
    if (reason !== undefined) expect(result).toHaveProperty("reason", expect.stringContaining(reason));
  });
  test("of several mappings the first that fits counts", () => {
    const maps = mappingsSchema.parse([
      { ...BASE, when: { "$.type": "a" } },
      { ...BASE, kind: "build", when: { "$.type": "b" } },
    ]);
    const source = genericSource("acme", maps);
    expect(rowsOf(source, [reading({ type: "b", id: 1, state: "ok" })])[0]).toMatchObject({ kind: "build" });
    expect(source.normalise(reading({ type: "c" }))).toMatchObject({ outcome: "ignored" });
  });
});

test("scripts in paths are refused, and never run where they hide", () => {
  for (const id of ["$.a[?(@.b)]", "$[(@.length-1)]", "{{ $.a[?(process.exit())] }}"]) {
    expect(mappingsSchema.safeParse({ ...BASE, id }).success, id).toBe(false);
  }
  const hidden: MappingInput = { ...BASE, when: { "$.a[?(globalThis.hit = 1)]": "*" } };
  expect(resultOf(hidden, { a: [1] })).toMatchObject({ outcome: "ignored" });
  expect(Object.hasOwn(globalThis, "hit")).toBe(false);
  const filter: MappingInput = { ...BASE, when: { "$.a[?(@.b)].b": "*" } };
  expect(resultOf(filter, { id: 1, state: "ok", a: [{ b: 1 }] })).toMatchObject({ outcome: "ignored" });
});

test("signatures and delivery ids come from the mapping", () => {
  const source = sourceOf({ ...BASE, deliveryId: "$.event", signature: { header: "X-Sig", prefix: "v1=" } });
  expect(source.schemes).toEqual([{ type: "hmac-hex", header: "X-Sig", prefix: "v1=", algorithm: "sha256" }]);
  const map = { ...BASE, signature: { header: "X-Sig", encoding: "base64" } };
  expect(generic.schemesFor?.({ map })).toEqual([{ type: "hmac-base64", header: "X-Sig" }]);
  expect(source.deliveryId({}, { event: 7 })).toBe("7");
  expect(source.deliveryId({}, null)).toBeNull();
});

describe("dry run", () => {
  const fieldsOf = (run: DryRun) => (run.valid ? run.items.flatMap(({ fields }) => fields) : []);
  test("explains each field: what was asked, found, and is wrong", () => {
    const run = dryRun(
      { map: { ...BASE, url: "$.link", commitSha: "$.sha", version: "$.v" } },
      { body: { id: 1, state: "ok", link: "ftp://x", sha: "zzz" } },
    );
    expect(run).toMatchObject({ valid: true, items: [{ outcome: "accepted" }] });
    expect(fieldsOf(run)).toEqual(
      expect.arrayContaining([
        { field: "id", expression: "$.id", value: "1", problem: null },
        { field: "url", expression: "$.link", value: "ftp://x", problem: "no http(s) address" },
        { field: "commitSha", expression: "$.sha", value: "zzz", problem: "no sha" },
        { field: "version", expression: "$.v", value: null, problem: "nothing there" },
      ]),
    );
  });
  test("a wrong mapping says where it is wrong", () => {
    const run = dryRun({ ...BASE, words: { gone: "vanished" }, servcie: "$.x" }, { body: {} });
    expect(run).toMatchObject({ valid: false });
    const said = JSON.stringify(run);
    expect(said).toContain("servcie");
    expect(said).toContain("words.gone");
  });
});
