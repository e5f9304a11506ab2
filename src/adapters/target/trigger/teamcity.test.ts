// The trigger target at a TeamCity that does what its reference says.
import { expect, test } from "vitest";
import { TOKEN } from "../../../../test/triggers/server.ts";
import { fakeTeamcity } from "../../../../test/triggers/teamcity.ts";
import { act, atSite, conformanceAt, releaseOf } from "../../../../test/triggers/world.ts";
import { hole } from "./spec.ts";

const parameters = { "env.VERSION": hole("version") };
conformanceAt(
  "teamcity",
  () => fakeTeamcity(),
  (url) => ({ teamcity: { url, build: "Shop_Deploy", parameters } }),
  TOKEN,
);

const promoting = (number: string) => (url: string) => ({
  teamcity: {
    url,
    build: "Shop_Deploy",
    branch: "main",
    revision: hole("commit"),
    parameters,
    promote: { build: "Shop_Build", number },
  },
});
const release = { ...releaseOf("1.4.2", 2), commitSha: "a".repeat(40) };

test("exactly the named build is queued: branch, revision, and the build that is promoted", () =>
  atSite(
    () => fakeTeamcity(),
    { vendor: "teamcity", token: TOKEN, spec: promoting(hole("version")) },
    async ({ fake, target, call }) => {
      expect(await act(target(), "switch", call({ release }).call)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs[0]?.facts["request"]).toMatchObject({
        ...{ buildType: { id: "Shop_Deploy" }, branchName: "main" },
        lastChanges: { change: [{ locator: `buildType:(id:(Shop_Deploy)),version:(${"a".repeat(40)})` }] },
        "snapshot-dependencies": { build: [{ id: 4711 }] },
        properties: { property: expect.arrayContaining([{ name: "env.VICE_KEY", value: "run-1/switch/1" }]) },
      });
    },
  ));

test("a build to promote that is not there starts nothing", () =>
  atSite(
    () => fakeTeamcity(),
    { vendor: "teamcity", token: TOKEN, spec: promoting("none") },
    async ({ fake, target, call }) => {
      const { call: asked } = call({ release });
      expect((await target().plan(asked)).problems).toEqual([
        expect.stringMatching(/Shop_Build has no build with the number none/),
      ]);
      expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "failed" });
      expect(fake.runs).toHaveLength(0);
    },
  ));

test("a number cannot say more than a number to the locator", () =>
  atSite(
    () => fakeTeamcity(),
    { vendor: "teamcity", token: TOKEN, spec: promoting(hole("version")) },
    async ({ target, call }) => {
      const odd = { ...release, version: "1),buildType:(id:Other" };
      expect(await act(target(), "switch", call({ release: odd }).call)).toMatchObject({
        outcome: "failed",
        error: expect.stringMatching(/parentheses/),
      });
    },
  ));
