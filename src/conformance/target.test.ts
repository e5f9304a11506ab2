/** The suite of targets passes a target that is right, and fails each of several that are wrong in one thing. */
import { expect, test } from "vitest";
import { z } from "zod";
import type { Outcome } from "../domain/pipeline/decide.ts";
import type { ActingVerb, Release, TargetAdapter, TargetCall } from "../ports/target.ts";
import { type TargetConformance, targetChecks, targetConformance } from "./target.ts";

/** What is there, whoever asks. */
interface Place {
  runs: string[];
  current: string | null;
  healthy: string[];
  greatest: number;
  effects: number;
  lines: string[];
}

type Fault =
  | "does it twice"
  | "forgets the token"
  | "does not hear the signal"
  | "says nobody knows"
  | "tells the secret"
  | "says what is not so"
  | "keeps what is unproved"
  | "lacks silently"
  | "takes any key"
  | "plans by doing";

const fine: Outcome = { outcome: "succeeded", outputs: {}, error: null };
const failed = (error: string): Outcome => ({ outcome: "failed", outputs: {}, error });
const END = { cancel: "canceled", kill: "canceled", stop: "canceled", timeout: "failed" } as const;

/** A target of a few lines: releases that run are names in a list. */
function tinyTarget(place: Place, fault?: Fault): TargetAdapter {
  const begin = (call: TargetCall): void => {
    const { id, version } = call.release;
    if (place.runs.includes(id) && fault !== "does it twice") return;
    place.runs.push(id);
    place.effects += 1;
    place.lines.push(`hello from ${version}`);
    if (fault === "tells the secret") place.lines.push(call.env["VICE_TEST_SECRET"] ?? "");
  };
  const works: Partial<Record<ActingVerb, (call: TargetCall) => Outcome | Promise<Outcome>>> = {
    start: (call) => {
      begin(call);
      return fine;
    },
    health: ({ release, signal }) => {
      if (release.version === "broken") return failed("it does not answer");
      if (release.version === "endless") return untilAborted(signal, fault);
      place.healthy = [...new Set([...place.healthy, release.id])];
      return fine;
    },
    switch: ({ release }) => {
      place.current = release.id;
      return fine;
    },
    stop: ({ release }) => {
      place.runs = place.runs.filter((id) => id !== release.id);
      return fine;
    },
    rollback: (call) => {
      const { former } = call;
      if (former === null) return failed("nothing ran there before");
      if (!place.healthy.includes(former.id) && fault !== "keeps what is unproved")
        return failed("it was never seen healthy");
      begin({ ...call, release: former });
      place.current = former.id;
      return fine;
    },
  };
  const acts = Object.fromEntries(
    Object.entries(works).map(([verb, work]) => [
      verb,
      async (call: TargetCall): Promise<Outcome> => {
        if (call.fencingToken < place.greatest && fault !== "forgets the token")
          return failed("another holder of the lock was here since");
        place.greatest = Math.max(place.greatest, call.fencingToken);
        return call.signal.aborted ? { ...fine, outcome: "canceled" } : work(call);
      },
    ]),
  );
  const lacks = { prepare: "there are no files to be brought", cleanup: "nothing is kept there" };
  return {
    kind: "tiny",
    about: "names in a list",
    schema:
      fault === "takes any key" ? z.looseObject({ list: z.string() }) : z.strictObject({ list: z.string() }),
    acts,
    lacks: fault === "lacks silently" ? { prepare: lacks.prepare } : lacks,
    recover: async () =>
      fault === "says nobody knows" ? { what: "unknown", reason: "vice ended" } : { what: "goes-on" },
    plan: async (call) => {
      if (fault === "plans by doing") begin({ ...call, release: { ...call.release, id: "planned" } });
      return { does: { start: "puts the name into the list" }, problems: [] };
    },
    status: async () => {
      const isThere = place.current !== null && place.runs.includes(place.current);
      const running =
        isThere || (fault === "says what is not so" && place.current !== null)
          ? { version: versionOf(place.current), releaseId: place.current, healthy: true }
          : null;
      const more = { commitSha: null, since: null, url: null };
      return { running: running && { ...running, ...more }, releases: [], detail: "a list" };
    },
    logs: async (_call, lines) => place.lines.slice(-lines).join("\n"),
  };
}

const versionOf = (id: string | null): string | null => id?.replace("id-of-", "") ?? null;

async function untilAborted(signal: AbortSignal, fault: Fault | undefined): Promise<Outcome> {
  if (fault === "does not hear the signal") await new Promise(() => {});
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return { outcome: END[signal.reason as keyof typeof END], outputs: {}, error: String(signal.reason) };
}

const release = (version: string): Release => ({
  id: `id-of-${version}`,
  version,
  commitSha: null,
  artifact: null,
});

const settingsFor = (fault?: Fault): TargetConformance => ({
  fences: true,
  says: "hello from",
  settleMs: 200,
  open: async () => {
    const place: Place = { runs: [], current: null, healthy: [], greatest: 0, effects: 0, lines: [] };
    return {
      adapter: () => tinyTarget(place, fault),
      spec: { list: "names" },
      cwd: "/",
      releases: [release("1"), release("2"), release("3")],
      broken: { release: release("broken"), verb: "health" },
      endless: { release: release("endless"), verb: "health" },
      truth: async () =>
        place.current !== null && place.runs.includes(place.current) ? versionOf(place.current) : null,
      effects: async () => place.effects,
      strike: async () => {
        place.runs = [];
      },
      close: async () => {},
    };
  },
});

targetConformance("tiny", settingsFor());

test.each<[Fault, caughtBy: RegExp]>([
  ["does it twice", /does anything twice/],
  ["forgets the token", /fencing token/],
  ["does not hear the signal", /^cancel: /],
  ["says nobody knows", /crash after start/],
  ["tells the secret", /no secret/],
  ["says what is not so", /status tells the truth/],
  ["keeps what is unproved", /rollback brings back/],
  ["lacks silently", /every verb is there/],
  ["takes any key", /read strictly/],
  ["plans by doing", /a plan changes nothing/],
])("one that %s does not pass", async (fault, caughtBy) => {
  const check = targetChecks(settingsFor(fault)).find(({ about }) => caughtBy.test(about));
  await expect(check?.run()).rejects.toThrow();
});
