// The trigger target at an Octopus that does what its examples do.
import { expect, test } from "vitest";
import { fakeOctopus } from "../../../../test/triggers/octopus.ts";
import { TOKEN } from "../../../../test/triggers/server.ts";
import { act, atSite, conformanceAt, releaseOf } from "../../../../test/triggers/world.ts";

const spec = (url: string) => ({ octopus: { url, project: "shop" } });

conformanceAt("octopus", () => fakeOctopus(), spec, TOKEN);

test("a release that is not there is a problem, or is created when that is asked for", async () => {
  const at = { vendor: "octopus", token: TOKEN };
  await atSite(
    () => fakeOctopus(new Set()),
    { ...at, spec },
    async ({ target, call }) => {
      expect((await target().plan(call().call)).problems).toEqual([
        expect.stringMatching(/has no release 1\.4\.2/),
      ]);
      expect(await act(target(), "switch", call().call)).toMatchObject({ outcome: "failed" });
    },
  );
  const creating = (url: string) => ({ octopus: { url, project: "shop", create: { channel: "Default" } } });
  await atSite(
    () => fakeOctopus(new Set()),
    { ...at, spec: creating },
    async ({ fake, target, call }) => {
      const outcome = await act(target(), "switch", call().call);
      expect(outcome).toMatchObject({
        outcome: "succeeded",
        outputs: { externalId: "Deployments-40", url: `${fake.url}/app#/Spaces-1/tasks/ServerTasks-40` },
      });
      const created = fake.requests.find(({ path }) => path.endsWith("/create/v1"))?.body;
      expect(created).toMatchObject({
        ReleaseVersion: "1.4.2",
        ChannelName: "Default",
        IgnoreIfAlreadyExists: true,
      });
    },
  );
});

test("going back deploys the former release and creates none", () =>
  atSite(
    () => fakeOctopus(new Set(["1.4.2"])),
    { vendor: "octopus", token: TOKEN, spec: (url) => ({ octopus: { url, project: "shop", create: true } }) },
    async ({ fake, target, call }) => {
      const back = (former: string) => call({ former: releaseOf(former, 1), key: `back/${former}` }).call;
      expect(await act(target(), "rollback", back("1.4.1"))).toMatchObject({
        outcome: "failed",
        error: expect.stringMatching(/no release 1\.4\.1/),
      });
      expect(await act(target(), "rollback", back("1.4.2"))).toMatchObject({ outcome: "succeeded" });
      expect(fake.truth()).toBe("1.4.2");
    },
  ));

test("the answer to the deployment is lost: it is found by its comment", () =>
  atSite(
    () => fakeOctopus(),
    { vendor: "octopus", token: TOKEN, spec },
    async ({ fake, target, call }) => {
      fake.trouble = ({ method, path }) =>
        method === "POST" && path.endsWith("/deployments") && fake.runs.length === 0 ? "drop after" : null;
      expect(await act(target(), "switch", call().call)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs).toHaveLength(1);
    },
  ));
