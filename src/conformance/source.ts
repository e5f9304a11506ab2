/** Conformance suite of the source port: every adapter runs it, also those that other people write. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KINDS } from "../domain/activity.ts";
import type { CommitsSeen } from "../domain/commits/commit.ts";
import { STEPS, type Transition } from "../domain/transition.ts";
import { activityId, isUuid } from "../kit/ids.ts";
import type { Normalised, Reading, Source } from "../ports/source.ts";
import { rowsOf } from "./folding.ts";
import { changedAt, mutationsOf, ODDITIES, pathsOf } from "./mutations.ts";

export interface SourceConformance {
  /** Options of `vice.server.yaml` to run with. */
  options?: unknown;
  /** More real deliveries to mutate beside the sample: recorded ones, other event types. */
  deliveries?: ReadonlyArray<{ headers: Record<string, string>; body: unknown }>;
  /** Odd bodies per property; default 200. */
  runs?: number;
}

const RECEIVED_AT = "2026-11-20T12:00:00.000Z";
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const EMAIL = /[^\s@]+@[^\s@]+\.[a-z]{2,}/i;
const TIMES = ["startedAt", "finishedAt", "createdAt"] as const;

/** Registers the suite for one source: `sourceConformance(github)` in its test file. */
export function sourceConformance(source: Source, settings: SourceConformance = {}): void {
  const { options, runs = 200, deliveries = [] } = settings;
  const samples = [source.sample, ...deliveries];
  const reading = (headers: Record<string, string>, body: unknown): Reading => ({
    headers,
    body,
    instance: null,
    receivedAt: RECEIVED_AT,
    options,
  });
  const normalise = (headers: Record<string, string>, body: unknown): Normalised =>
    source.normalise(reading(headers, body));
  const survives = (headers: Record<string, string>, body: unknown): void => {
    checkResult(normalise(headers, body));
    const id = source.deliveryId(headers, body);
    expect(id === null || (typeof id === "string" && id !== "")).toBe(true);
    source.redact?.(body);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  };

  describe(`source ${source.name}`, () => {
    test("is described for people", () => {
      expect(source.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(source.title.trim()).not.toBe("");
      expect(source.setup.length).toBeGreaterThan(0);
      for (const step of source.setup) expect(step.trim()).not.toBe("");
    });
    test("accepts its own sample, with lower-case headers and without e-mail addresses", () => {
      const { headers, body } = source.sample;
      expect(Object.keys(headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
      const result = normalise(headers, body);
      expect(result).toMatchObject({ outcome: "accepted" });
      for (const { facts } of transitionsIn(result)) expect(JSON.stringify(facts)).not.toMatch(EMAIL);
      expect(rowsOf(source, [reading(headers, body)]).length).toBeGreaterThan(0);
    });
    test("gives the same answer twice and leaves its input alone", () => {
      for (const { headers, body } of samples) {
        const before = structuredClone(body);
        const first = normalise(deepFrozen(headers), deepFrozen(structuredClone(body)));
        expect(normalise(headers, body)).toEqual(first);
        source.redact?.(deepFrozen(structuredClone(body)));
        expect(body).toEqual(before);
      }
    });
    test("a repeated and a redacted delivery are about the same activities", () => {
      for (const { headers, body } of samples) {
        const ids = idsOf(normalise(headers, body));
        expect(idsOf(normalise(headers, structuredClone(body)))).toEqual(ids);
        expect(idsOf(normalise(headers, source.redact?.(structuredClone(body)) ?? body))).toEqual(ids);
        for (const id of ids) expect(isUuid(id)).toBe(true);
      }
    });
    test("survives any JSON", () => {
      const anyJson = fc.oneof(
        fc.jsonValue(),
        fc.object(),
        fc.constantFrom(null, "", 0, [], {}, [null], [[]]),
      );
      for (const headers of [{}, source.sample.headers]) {
        fc.assert(
          fc.property(anyJson, (body) => survives(headers, body)),
          { numRuns: runs },
        );
      }
    });
    test("survives every known oddity at every place of its sample", () => {
      const { headers, body } = source.sample;
      for (const path of pathsOf(body)) {
        for (const odd of ODDITIES) survives(headers, changedAt(body, path, () => odd) ?? null);
      }
    });
    test("survives odd places in real deliveries", () => {
      for (const { headers, body } of samples) {
        fc.assert(
          fc.property(mutationsOf(body), (odd) => survives(headers, odd)),
          { numRuns: runs },
        );
      }
    });
    test("names persons without their e-mail address, wherever it stood", () => {
      for (const { headers, body } of samples) {
        for (const path of pathsOf(body)) {
          const changed = changedAt(body, path, (old) =>
            typeof old === "string" ? "robin@shop.example.com" : old,
          );
          for (const { facts } of transitionsIn(normalise(headers, changed))) {
            expect(JSON.stringify(facts.actor ?? null)).not.toMatch(EMAIL);
          }
        }
      }
    });
  });
}

const transitionsIn = (result: Normalised): Transition[] =>
  result.outcome === "accepted" ? result.transitions : [];
const idsOf = (result: Normalised): string[] => transitionsIn(result).map(({ object }) => activityId(object));

/** What is true of every answer, whatever the delivery was. */
function checkResult(result: Normalised): void {
  if (result.outcome !== "accepted") {
    expect(result.reason.trim()).not.toBe("");
    return;
  }
  const { transitions, commits } = result;
  expect(transitions.length + (commits?.commits.length ?? 0)).toBeGreaterThan(0);
  for (const transition of transitions) checkTransition(transition);
  if (commits !== undefined) checkCommits(commits);
}

function checkCommits({ repository, commits }: CommitsSeen): void {
  expect(repository ?? "https://").toMatch(/^https?:\/\//);
  for (const { sha, parents, committedAt, authoredAt, author, message, url } of commits) {
    for (const one of [sha, ...(parents ?? [])]) expect(one).toMatch(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
    for (const time of [committedAt, authoredAt]) expect(time ?? RECEIVED_AT).toMatch(ISO);
    expect(JSON.stringify(author)).not.toMatch(EMAIL);
    expect(message?.length ?? 0).toBeLessThanOrEqual(2000);
    expect(url ?? "https://").toMatch(/^https?:\/\//);
  }
}

function checkTransition({ object, step, at, facts }: Transition): void {
  expect(Object.hasOwn(STEPS, step)).toBe(true);
  for (const part of [object.identityKind, object.source, object.instance, object.externalId]) {
    expect(typeof part === "string" && part !== "" && part !== "undefined").toBe(true);
  }
  expect(Number.isInteger(object.attempt) && object.attempt >= 1).toBe(true);
  for (const time of [at, ...TIMES.map((name) => facts[name])])
    expect(time ?? "2026-11-20T12:00:00.000Z").toMatch(ISO);
  expect(facts.durationMs ?? 0).toBeGreaterThanOrEqual(0);
  expect(Number.isFinite(facts.durationMs ?? 0)).toBe(true);
  if (facts.kind) expect(KINDS).toContain(facts.kind);
  expect(facts.commitSha ?? "0".repeat(40)).toMatch(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
  expect(facts.traceId ?? "0".repeat(32)).toMatch(/^[0-9a-f]{32}$/);
  expect(facts.url ?? "https://").toMatch(/^https?:\/\//);
  checkTags(facts.tags ?? {});
}

function checkTags(tags: Record<string, string>): void {
  expect(Object.keys(tags).length).toBeLessThanOrEqual(40);
  for (const value of Object.values(tags)) {
    expect(typeof value).toBe("string");
    expect(value.length).toBeLessThanOrEqual(500);
  }
}

function deepFrozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) deepFrozen(inner);
    Object.freeze(value);
  }
  return value;
}
