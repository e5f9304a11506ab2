// The trigger target at a GitHub that does what its documentation says.
import { describe, expect, test } from "vitest";
import { fakeGithub, type GithubOptions, REPOSITORY } from "../../../../test/triggers/github.ts";
import { fakeVendor, TOKEN } from "../../../../test/triggers/server.ts";
import { act, atSite, conformanceAt, type Site } from "../../../../test/triggers/world.ts";
import { hole } from "./spec.ts";

const inputs = { version: hole("version"), vice_key: hole("key") };
const spec = (url: string) => ({ github: { url, repository: REPOSITORY, workflow: "deploy.yml", inputs } });

conformanceAt("github", () => fakeGithub(), spec, TOKEN);

const site = (options: GithubOptions, body: (site: Site) => Promise<void>, of = spec) =>
  atSite(() => fakeGithub(options), { vendor: "github", token: TOKEN, spec: of }, body);

test("the log of a job is fetched where GitHub sends us, and the token stays here", async () => {
  await using store = await fakeVendor(() => ({
    body: `\uFEFF2026-11-20T10:00:00.0000000Z copied, ${TOKEN}\n`,
  }));
  await site({ logs: () => store.url }, async ({ target, call }) => {
    const { call: asked, lines } = call();
    const adapter = target({ allowPrivateHosts: [new URL(store.url).host] });
    expect(await act(adapter, "switch", asked)).toMatchObject({
      outcome: "succeeded",
      outputs: { externalId: "40" },
    });
    expect(lines).toContain("deploy | deploying 1.4.2: success");
    expect(lines).toContain("deploy | copied, ***");
    expect(store.requests).toHaveLength(1);
    expect(store.requests[0]?.headers["authorization"]).toBeUndefined();
  });
});

describe("a server that does not tell the run", () => {
  test("is asked for it by the key in its name", () =>
    site({ isOlder: true }, async ({ fake, target, call }) => {
      expect(await act(target(), "switch", call().call)).toMatchObject({
        outcome: "succeeded",
        outputs: { externalId: "40" },
      });
      expect(fake.runs).toHaveLength(1);
    }));

  test("takes the tenth attempt for no other", () =>
    site({ isOlder: true }, async ({ fake, target, call }) => {
      fake.trouble = ({ path }) => {
        const isLater = path.endsWith("/deploy.yml/runs") && fake.runs.length === 1;
        if (isLater) fake.start("1.4.2", [], { key: "run-1/switch/10" });
        return null;
      };
      expect(await act(target(), "switch", call().call)).toMatchObject({ outputs: { externalId: "40" } });
    }));

  test("shows no key: nobody knows which run it is, and none is begun again", () =>
    site({ isOlder: true, showsKey: false }, async ({ fake, target, call }) => {
      const outcome = await act(target(), "switch", call().call);
      expect(outcome).toMatchObject({
        outcome: "unknown",
        error: expect.stringMatching(/actions\/runs\/40 is it.*run-name/),
      });
      expect(fake.runs).toHaveLength(1);
    }));
});

test("an input that the workflow does not declare is refused in GitHub's words", () =>
  site(
    {},
    async ({ target, call }) => {
      const outcome = await act(target(), "switch", call().call);
      expect(outcome).toMatchObject({
        outcome: "failed",
        error: expect.stringMatching(/422: Unexpected inputs/),
      });
    },
    (url) => ({
      github: {
        url,
        repository: REPOSITORY,
        workflow: "deploy.yml",
        inputs: { version: "1", other: "x" },
      } as never,
    }),
  ));

describe("a deployment", () => {
  const deployment = (ref: string) => (url: string) => ({
    github: { url, repository: REPOSITORY, deployment: { ref } } as never,
  });

  test("is created for others and followed by what they report", () =>
    site(
      {},
      async ({ fake, target, call }) => {
        const outcome = await act(target(), "switch", call().call);
        expect(outcome).toMatchObject({
          outcome: "succeeded",
          outputs: { externalId: "40", url: "https://deployer.example.com/40" },
        });
        const { body } = fake.requests.find(({ method }) => method === "POST") ?? {};
        expect(body).toMatchObject({
          ref: "main",
          environment: "staging",
          auto_merge: false,
          payload: { version: "1.4.2", VICE_KEY: "run-1/switch/1" },
        });
      },
      deployment("main"),
    ));

  test("is found by its payload after a lost answer", () =>
    site(
      {},
      async ({ fake, target, call }) => {
        fake.trouble = ({ method }) => (method === "POST" && fake.runs.length === 0 ? "drop after" : null);
        expect(await act(target(), "switch", call().call)).toMatchObject({ outcome: "succeeded" });
        expect(fake.runs).toHaveLength(1);
      },
      deployment("main"),
    ));

  test("with red checks is a conflict, and nothing is there", () =>
    site(
      {},
      async ({ fake, target, call }) => {
        const outcome = await act(target(), "switch", call().call);
        expect(outcome).toMatchObject({
          outcome: "failed",
          error: expect.stringMatching(/409: Conflict: Commit status checks failed/),
        });
        expect(fake.runs).toHaveLength(0);
      },
      deployment("red"),
    ));

  test("cannot be canceled, and says so", () =>
    site(
      {},
      async ({ fake, target, call }) => {
        const { call: asked, control } = call();
        fake.trouble = ({ path }) => {
          if (path.endsWith("/statuses")) control.abort("cancel");
          return null;
        };
        const outcome = await act(target(), "switch", asked);
        expect(outcome).toMatchObject({
          outcome: "canceled",
          error: expect.stringMatching(/cannot cancel a deployment/),
        });
      },
      deployment("main"),
    ));
});

test("either a workflow or a deployment, with names that mean something", () =>
  site({}, async ({ target }) => {
    const wrong = (github: object): string =>
      target().schema.safeParse({ github }).error?.issues[0]?.message ?? "";
    expect(wrong({ repository: REPOSITORY })).toMatch(/either a workflow or a deployment/);
    const near = { repository: REPOSITORY, workflow: "x", inputs: { v: hole("verison") } };
    expect(wrong(near)).toMatch(/"\$\{\{ verison \}\}" means nothing here; .*did you mean "version"/);
    expect(wrong({ repository: "shop", workflow: "x" })).toMatch(/OWNER\/NAME/);
    expect(wrong({ repository: REPOSITORY, workflow: "x", url: "https://me:pw@ghe.example.com" })).toMatch(
      /no user, password/,
    );
    expect(target().schema.safeParse({ github: near, gitlab: {} }).success).toBe(false);
  }));
