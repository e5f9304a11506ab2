// The trigger target at a GitLab that does what its documentation says.
import { describe, expect, test } from "vitest";
import { fakeGitlab, fakeGitlabJob, PROJECT, SHA } from "../../../../test/triggers/gitlab.ts";
import { TOKEN } from "../../../../test/triggers/server.ts";
import { act, atSite, conformanceAt, releaseOf, type Site } from "../../../../test/triggers/world.ts";
import { hole } from "./spec.ts";

const spec = (url: string) => ({
  gitlab: { url, project: PROJECT, variables: { VERSION: hole("version") } },
});

conformanceAt("gitlab", () => fakeGitlab(), spec, TOKEN);

test("the log has the lines of each job, without folding marks and colours", () =>
  atSite(
    () => fakeGitlab(),
    { vendor: "gitlab", token: TOKEN, spec },
    async ({ target, call }) => {
      const { call: asked, lines } = call();
      expect(await act(target(), "switch", asked)).toMatchObject({
        outcome: "succeeded",
        outputs: { externalId: "40" },
      });
      expect(lines).toContain("deploy | Preparing");
      expect(lines).toContain("deploy | with ***");
      expect(lines.filter((line) => line === "deploy | deploying 1.4.2")).toHaveLength(1);
    },
  ));

test("a ref that is not there is seen before", () =>
  atSite(
    () => fakeGitlab(),
    { vendor: "gitlab", token: TOKEN, spec: (url) => ({ gitlab: { url, project: PROJECT, ref: "none" } }) },
    async ({ target, call }) => {
      expect((await target().plan(call().call)).problems).toEqual([
        expect.stringMatching(/neither a branch nor a tag none/),
      ]);
    },
  ));

describe("a project that takes no variables", () => {
  const bare = (url: string) => ({ gitlab: { url, project: PROJECT, ref: hole("version") } });
  const site = (body: (site: Site) => Promise<void>) =>
    atSite(() => fakeGitlab({ takesVariables: false }), { vendor: "gitlab", token: TOKEN, spec: bare }, body);

  test("gets none, when none of them is the project's own", () =>
    site(async ({ fake, target, call }) => {
      expect(await act(target(), "switch", call().call)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs.map(({ version }) => version)).toEqual(["1.4.2"]);
    }));

  test("cannot be searched by the key: after a lost answer nobody knows", () =>
    site(async ({ fake, target, call }) => {
      fake.trouble = ({ path, body }) =>
        path.endsWith("/pipeline") && !JSON.stringify(body).includes("VICE_KEY") ? "drop after" : null;
      const outcome = await act(target(), "switch", call().call);
      expect(outcome).toMatchObject({
        outcome: "unknown",
        error: expect.stringMatching(/pipelines\/40 is it/),
      });
      expect(fake.runs).toHaveLength(1);
    }));

  test("refuses variables of the project itself", () =>
    atSite(
      () => fakeGitlab({ takesVariables: false }),
      { vendor: "gitlab", token: TOKEN, spec },
      async ({ fake, target, call }) => {
        const outcome = await act(target(), "switch", call().call);
        expect(outcome).toMatchObject({
          outcome: "failed",
          error: expect.stringMatching(/Insufficient permissions/),
        });
        expect(fake.runs).toHaveLength(0);
      },
    ));
});

describe("a job of the pipeline of the commit", () => {
  const job = (url: string) => ({ gitlab: { url, project: PROJECT, job: "deploy" } });
  const release = { ...releaseOf("1.4.2", 2), commitSha: SHA };
  const site = (body: (site: Site) => Promise<void>) =>
    atSite(() => fakeGitlabJob(), { vendor: "gitlab", token: TOKEN, spec: job }, body);

  test("is played when it waits for that, and run again when it ran already", () =>
    site(async ({ fake, target, call }) => {
      expect(await act(target(), "switch", call({ release }).call)).toMatchObject({
        outcome: "succeeded",
        outputs: { externalId: "500" },
      });
      const again = call({ release, key: "run-2/switch/1", run: "run-2" }).call;
      expect(await act(target(), "switch", again)).toMatchObject({
        outcome: "succeeded",
        outputs: { externalId: "541" },
      });
      expect(fake.runs).toHaveLength(2);
    }));

  test.each(["drop after", "drop"] as const)("is known by its state when the answer is lost (%s)", (how) =>
    site(async ({ fake, target, call }) => {
      let isOver = false;
      fake.trouble = ({ path }) => {
        if (!path.endsWith("/play") || isOver) return null;
        isOver = true;
        return how;
      };
      expect(await act(target(), "switch", call({ release }).call)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs).toHaveLength(1);
    }));

  test("of a commit without a pipeline is a problem", () =>
    site(async ({ target, call }) => {
      const other = { ...release, commitSha: "a".repeat(40) };
      expect((await target().plan(call({ release: other }).call)).problems).toEqual([
        expect.stringMatching(/has no pipeline for sha/),
      ]);
    }));
});
