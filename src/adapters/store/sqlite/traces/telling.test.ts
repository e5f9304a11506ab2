// What led to each of many activities, found for all at once, is what is found for each by itself: same causes, same words, same order.
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, type House, openHouse, plainEvent, T0 } from "../../../../../test/data-services.ts";
import type { Kind } from "../../../../domain/activity.ts";
import type { Told } from "../../../../ports/telling.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.close());

const REPOSITORY = "https://git.example.com/web/shop";
const NOW = T0 + 1e9;
const sha = (n: number): string => n.toString(16).padStart(4, "0").repeat(10);
const at = (minute: number): number => T0 + minute * 60_000;

const KINDS = [
  "ticket",
  "change",
  "build",
  "pipeline",
  "stage",
  "deployment",
  "deployment",
  "incident",
] as const;

/** What one activity says; small numbers, so that much is said twice. */
const said = fc.record({
  kind: fc.constantFrom(...KINDS),
  name: fc.integer({ min: 0, max: 40 }),
  minute: fc.integer({ min: 0, max: 300 }),
  commit: fc.option(fc.integer({ min: 0, max: 8 }), { freq: 9 }),
  merge: fc.option(fc.integer({ min: 0, max: 8 })),
  number: fc.integer({ min: 1, max: 6 }),
  version: fc.option(fc.integer({ min: 1, max: 3 })),
  title: fc.constantFrom("SHOP-1 more", "shop-2, SHOP-3", "mends #2", "nothing", "see !3 (#1)"),
  branch: fc.constantFrom("main", "fix-login", "shop-1-basket", "2-button"),
  digest: fc.option(fc.integer({ min: 1, max: 2 })),
  page: fc.option(fc.integer({ min: 1, max: 3 })),
  parent: fc.option(fc.nat()),
});
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;

const commits = fc.array(
  fc.record({
    commit: fc.integer({ min: 0, max: 8 }),
    message: fc.constantFrom("SHOP-4: one", "closes #5", "SHOP-5 and SHOP-6", "tidies", "web/other#1"),
  }),
  { minLength: 6, maxLength: 12 },
);
const links = fc.array(
  fc.record({ from: fc.nat(), to: fc.nat(), isCut: fc.boolean(), reason: fc.constantFrom("so it is", "no") }),
  { maxLength: 8 },
);

function putOne(one: Said, known: readonly string[]): string {
  const tags: Record<string, string> = { title: one.title, number: String(one.number) };
  if (one.kind === "ticket") tags["key"] = `SHOP-${one.number}`;
  if (one.merge !== null) tags["mergeCommitSha"] = sha(one.merge);
  const [result] = house.store.log.append([
    deployment(
      `${one.kind} ${one.name}`,
      {
        kind: one.kind as Kind,
        repository: REPOSITORY,
        environment: one.kind === "deployment" ? "prod" : null,
        version: one.version === null ? null : `v${one.version}`,
        commitSha: one.commit === null ? null : sha(one.commit),
        ref: one.branch,
        artifact: one.digest === null ? null : { name: "shop", digest: `sha256:${sha(one.digest)}` },
        url: one.page === null ? null : `${REPOSITORY}/-/pipelines/${one.page}`,
        startedAt: new Date(at(one.minute)).toISOString(),
        ...(one.parent === null || known.length === 0
          ? {}
          : { parentId: known[one.parent % known.length] ?? null }),
        tags,
      },
      "succeeded",
      at(one.minute + 5),
    ),
  ]);
  return result?.activities[0] ?? "";
}

function putAll(list: readonly Said[], seen: readonly { commit: number; message: string }[]): string[] {
  const known: string[] = [];
  for (const one of list) known.push(putOne(one, known));
  const data = {
    repository: REPOSITORY,
    commits: seen.map(({ commit, message }) => ({
      ...{ sha: sha(commit), parents: commit === 0 ? [] : [sha(commit - 1)], message },
      committedAt: new Date(at(commit)).toISOString(),
      ...{ authoredAt: null, author: null, url: null },
    })),
  };
  house.store.log.append([{ delivery: null, events: [plainEvent("vice.commits.seen.v1", data)] }]);
  return known;
}

function allTold(most: number): Map<string, Told> {
  const told = new Map<string, Told>();
  for (let seq = 0; ; ) {
    const slice = house.store.telling.after(seq, most, () => true, NOW);
    if (slice === null) return told;
    for (const item of slice.items) told.set(item.activity.id, item);
    seq = slice.seq;
  }
}

const alone = (id: string): unknown =>
  house.store.traces
    .causes(id, NOW)
    .filter(({ link }) => link.reason !== "parent")
    .map(({ activity, link }) => ({ id: activity.id, traceId: activity.traceId, link }));

test("in random histories, with links that were cut and links that were made", () => {
  let ofCommits = 0;
  let ofAnchors = 0;
  const property = fc.property(
    fc.array(said, { minLength: 1, maxLength: 40 }),
    commits,
    links,
    fc.integer({ min: 1, max: 60 }),
    (list, seen, made, most) => {
      house.close();
      house = openHouse();
      const known = putAll(list, seen);
      const pick = (n: number): string => known[n % known.length] ?? "";
      for (const { from, to, isCut, reason } of made) {
        const event = plainEvent(isCut ? "vice.link.cut.v1" : "vice.link.made.v1", {
          ...{ from: pick(from), to: pick(to), reason },
        });
        if (pick(from) !== pick(to)) house.store.log.append([{ delivery: null, events: [event] }]);
      }
      const told = allTold(most);
      expect(new Set(told.keys())).toEqual(new Set(known));
      for (const [id, { causes, activity, parentTraceId }] of told) {
        expect(causes).toEqual(alone(id));
        const parent = activity.parentId === null ? null : house.store.read.activity(activity.parentId, NOW);
        expect(parentTraceId).toBe(parent?.traceId ?? null);
        ofCommits += causes.filter(({ link }) => / brought| names /.test(link.words)).length;
        ofAnchors += causes.filter(({ link }) => link.reason !== "commit").length;
      }
    },
  );
  fc.assert(property, { numRuns: 40, endOnFailure: true });
  expect([ofCommits > 2, ofAnchors > 50]).toEqual([true, true]);
});

test("of many with one id the newest two hundred, and no more of them are told", () => {
  for (let n = 0; n < 230; n += 1)
    house.store.log.append([deployment(`b${n}`, { kind: "build", version: "latest" })]);
  const [last] = house.store.log.append([deployment("d", { version: "latest" })]);
  const id = last?.activities[0] ?? "";
  const causes = allTold(50).get(id)?.causes;
  expect(causes).toHaveLength(200);
  expect(causes).toEqual(alone(id));
});

test("an activity is told once for all its events in a slice, as it is now; what is not wanted is passed over", () => {
  house.store.log.append([deployment("a", { service: "shop" }, "running")]);
  house.store.log.append([deployment("b", { service: "blog" })]);
  house.store.log.append([deployment("a", { service: "shop" }, "failed", T0 + 1000)]);
  const slice = house.store.telling.after(0, 10, ({ service }) => service === "shop", NOW);
  expect(slice?.items.map(({ activity: { status } }) => status)).toEqual(["failed"]);
  expect(slice?.seq).toBe(house.store.log.head().seq);
  expect(house.store.telling.after(slice?.seq ?? 0, 10, () => true, NOW)).toBe(null);
});
