// The trigger target at a Heroku that does what its Platform API reference says.
import { expect, test } from "vitest";
import { commitOf, fakeHeroku } from "../../../../test/triggers/heroku.ts";
import { BROKEN, ENDLESS, TOKEN } from "../../../../test/triggers/server.ts";
import { act, atSite, releaseOf, type Site, tokenFor, worldOf } from "../../../../test/triggers/world.ts";
import { targetConformance } from "../../../conformance/target.ts";
import type { Release } from "../../../ports/target.ts";

const spec = (url: string) => ({ heroku: { url, pipeline: "shop", from: "shop-staging", to: "shop" } });
const byCommit = (release: Release): Release => ({ ...release, commitSha: commitOf(release.version ?? "") });

targetConformance("trigger heroku", {
  open: async () => {
    const fake = await fakeHeroku(["1.4.1", "1.4.2", "1.4.3", BROKEN, ENDLESS]);
    const world = worldOf(fake, spec(fake.url), tokenFor("heroku", fake, TOKEN));
    const [first, second, third] = world.releases;
    return {
      ...{ ...world, releases: [byCommit(first), byCommit(second), byCommit(third)] as const },
      broken: world.broken && { ...world.broken, release: byCommit(world.broken.release) },
      endless: world.endless && { ...world.endless, release: byCommit(world.endless.release) },
    };
  },
  ...{ fences: true, says: "id-of-shop succeeded" },
});

const site = (body: (site: Site) => Promise<void>) =>
  atSite(() => fakeHeroku(["1.4.1", "1.4.2"]), { vendor: "heroku", token: TOKEN, spec }, body);
const release = byCommit(releaseOf("1.4.1", 1));

test("the release of the commit is promoted, also when it is not the newest", () =>
  site(async ({ fake, target, call }) => {
    expect(await act(target(), "switch", call({ release }).call)).toMatchObject({
      outcome: "succeeded",
      outputs: { externalId: "promotion-40", remoteRelease: "release-40" },
    });
    expect(fake.runs[0]?.facts["body"]).toMatchObject({
      pipeline: { id: "pipeline-1" },
      source: { release: { id: "staging-1.4.1" } },
      targets: [{ app: { id: "id-of-shop" } }],
    });
  }));

test("a commit that was never there is a problem", () =>
  site(async ({ fake, target, call }) => {
    const other = byCommit(releaseOf("7.0.0", 1));
    expect((await target().plan(call({ release: other }).call)).problems).toEqual([
      expect.stringMatching(/None of the last releases/),
    ]);
    expect(fake.runs).toHaveLength(0);
  }));

test("a lost answer: found by the release that came of it, and where none is there nobody knows", () =>
  site(async ({ fake, target, call }) => {
    fake.trouble = ({ method }) => (method === "POST" ? "drop after" : null);
    const { call: asked } = call({ release });
    const outcome = await act(target(), "switch", asked);
    expect(outcome).toMatchObject({
      outcome: "unknown",
      error: expect.stringMatching(/look at the activity of shop/),
    });
    expect(fake.runs).toHaveLength(1);
    for (const run of fake.runs) run.state = "succeeded";
    expect(await target().recover("switch", asked)).toEqual({ what: "goes-on" });
    expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "succeeded" });
    expect(fake.runs).toHaveLength(1);
  }));

test("a rollback that a second app refuses: begun again, the first one is not released twice", () =>
  atSite(
    () => fakeHeroku(["1.4.1", "1.4.2"]),
    {
      ...{ vendor: "heroku", token: TOKEN },
      spec: (url) => ({ heroku: { url, pipeline: "shop", from: "shop-staging", to: ["shop", "other"] } }),
    },
    async ({ fake, target, call }) => {
      const old = fake.start("1.4.1", []);
      Object.assign(old, { state: "succeeded", startedAt: "2026-11-20T10:00:00Z" });
      const earlier = {
        id: "other-1",
        version: 1,
        status: "succeeded",
        slug: { id: `slug-${commitOf("1.4.1")}` },
      };
      let isShut = true;
      fake.trouble = ({ method, path }) => {
        if (path === "/apps/other/releases/other-2") return { body: { ...earlier, version: 2 } };
        if (path !== "/apps/other/releases") return null;
        if (method === "GET") return { body: [{ ...earlier, created_at: old.startedAt }] };
        return isShut
          ? { status: 422, body: { message: "not now" } }
          : { status: 201, body: { id: "other-2" } };
      };
      const { call: asked } = call({ release: byCommit(releaseOf("1.4.2", 2)), former: release });
      const before = fake.runs.length;
      expect(await act(target(), "rollback", asked)).toMatchObject({
        outcome: "failed",
        error: expect.stringContaining("not now"),
      });
      expect(await target().recover("rollback", asked)).toEqual({ what: "not-done" });
      expect(fake.runs).toHaveLength(before + 1);
      isShut = false;
      for (const run of fake.runs) run.state = "succeeded";
      expect(await act(target(), "rollback", asked)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs).toHaveLength(before + 1);
    },
  ));
