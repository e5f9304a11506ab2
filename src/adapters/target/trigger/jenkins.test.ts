// The trigger target at a Jenkins that does what its documentation says, with all that can go wrong on the way.
import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeJenkins, type JenkinsOptions, JOB } from "../../../../test/triggers/jenkins.ts";
import { BROKEN, ENDLESS, TOKEN } from "../../../../test/triggers/server.ts";
import { act, atSite, conformanceAt, releaseOf, type Site } from "../../../../test/triggers/world.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import { hole } from "./spec.ts";

const token = `deployer:${TOKEN}`;
const spec = (url: string) => ({ jenkins: { url, job: JOB, parameters: { VERSION: hole("version") } } });

conformanceAt("jenkins", () => fakeJenkins(), spec, token);

const site = (body: (site: Site) => Promise<void>, options: JenkinsOptions = {}) =>
  atSite(() => fakeJenkins(options), { vendor: "jenkins", token, spec }, body);
const isStart = ({ method, path }: { method: string; path: string }): boolean =>
  method === "POST" && path.endsWith("/buildWithParameters");

test("from the queue to the end, with the log in pieces, each line once and without the token", () =>
  site(async ({ fake, target, call }) => {
    const { call: asked, lines } = call();
    const outcome = await act(target(), "switch", asked);
    expect(outcome).toMatchObject({ outcome: "succeeded", error: null });
    expect(outcome.outputs).toEqual({
      externalId: `${JOB}#10`,
      url: `${fake.url}/job/team/job/shop%20deploy/10/`,
    });
    expect(fake.requests.find(isStart)?.body).toMatchObject({
      ...{ VERSION: "1.4.2", VICE_KEY: "run-1/switch/1", VICE_RUN_ID: "run-1", VICE_ENVIRONMENT: "staging" },
    });
    const log = ["deploying 1.4.2", "with ***", "copied", "restarted"];
    expect(lines.filter((line) => log.includes(line))).toEqual(log);
    expect(lines.join("\n")).toMatch(
      /in the queue: In the quiet period[\s\S]*build #10 is running[\s\S]*SUCCESS/,
    );
  }));

test("what fails there is told with its address", () =>
  site(async ({ target, call }) => {
    const outcome = await act(target(), "switch", call({ release: releaseOf(BROKEN, 4) }).call);
    expect(outcome).toMatchObject({
      outcome: "failed",
      error: expect.stringMatching(/#10: FAILURE.*shop%20deploy\/10\//),
    });
  }));

describe("trouble on the way", () => {
  test("too many requests and hiccups are waited out, and nothing is started twice", () =>
    site(async ({ fake, target, call }) => {
      let count = 0;
      fake.trouble = (asked) => {
        count += 1;
        if (isStart(asked) && count < 4)
          return { status: 429, headers: { "retry-after": "0" }, body: "slow down" };
        return count % 3 === 0
          ? { status: 503, body: "<html><title>Jenkins is starting</title></html>" }
          : null;
      };
      expect(await act(target(), "switch", call().call)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs).toHaveLength(1);
    }));

  test.each([
    "drop after",
    "drop",
  ] as const)("the answer to the start is lost (%s): found by the key, or begun again", (how) =>
    site(async ({ fake, target, call }) => {
      let isOver = false;
      fake.trouble = (asked) => {
        if (!isStart(asked) || isOver) return null;
        isOver = true;
        return how;
      };
      expect(await act(target(), "switch", call().call)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs).toHaveLength(1);
    }));

  test("the answer is lost and the job shows no key: nobody knows, and it says where to look", () =>
    site(
      async ({ fake, target, call }) => {
        fake.trouble = (asked) => (isStart(asked) ? "drop after" : null);
        const { call: asked } = call();
        const outcome = await act(target(), "switch", asked);
        expect(outcome).toMatchObject({
          outcome: "unknown",
          error: expect.stringMatching(/VICE_KEY.*queue 40.*look at http/),
        });
        const found = await target().recover("switch", asked);
        expect(found).toMatchObject({ what: "unknown", reason: expect.stringMatching(/look at http/) });
        expect(fake.runs).toHaveLength(1);
      },
      { declared: ["VERSION"] },
    ));

  test.each<[location: string, outcome: string, runs: number]>([
    ["http://jenkins.internal.example/job/team/job/shop%20deploy/", "succeeded", 1],
    ["http://jenkins.internal.example/login?from=x", "failed", 0],
  ])("an answer that sends us to %s: %s", (location, outcome, runs) =>
    site(async ({ fake, target, call }) => {
      fake.trouble = (asked) => {
        if (!isStart(asked)) return null;
        const given = Object.entries(asked.body as Record<string, string>);
        if (runs === 1)
          fake.start(
            "1.4.2",
            given.map(([, value]) => value),
            { parameters: given },
          );
        return { status: 302, headers: { location } };
      };
      expect(await act(target(), "switch", call().call)).toMatchObject({ outcome });
      expect(fake.runs).toHaveLength(runs);
    }));

  test("nobody answers at all: it failed and can be tried again", () =>
    site(async ({ fake, target, call }) => {
      fake.trouble = () => "drop";
      const { call: asked } = call();
      expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "failed" });
      fake.trouble = null;
      expect(await target().recover("switch", asked)).toEqual({ what: "not-done" });
      expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "succeeded" });
    }));

  test("Jenkins is away for long while the build runs: nobody knows, and it is gone on with later", () =>
    site(async ({ fake, target, call }) => {
      fake.trouble = ({ path }) => (/\/10\//.test(path) ? { status: 502, body: "" } : null);
      const { call: asked } = call();
      expect(await act(target(), "switch", asked)).toMatchObject({
        outcome: "unknown",
        error: expect.stringMatching(/may go on there: http/),
      });
      fake.trouble = null;
      expect(await target().recover("switch", asked)).toEqual({ what: "goes-on" });
      expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "succeeded" });
      expect(fake.runs).toHaveLength(1);
    }));
});

describe("ended from here", () => {
  test.each(["waiting", "running"] as const)("canceled while it is %s, it is ended at Jenkins", (state) =>
    site(async ({ fake, target, call }) => {
      const { call: asked, control } = call({ release: releaseOf(ENDLESS, 5) });
      fake.trouble = () => {
        if (fake.runs[0]?.state === state) control.abort("cancel");
        return null;
      };
      expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "canceled" });
      expect(fake.runs[0]?.state).toBe("canceled");
      expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "canceled" });
      expect(fake.runs).toHaveLength(1);
    }));

  test("vice stops and another goes on: the build is followed, its log not told again from the start", () =>
    site(async ({ fake, target, call }) => {
      const first = call();
      fake.trouble = () => {
        if (first.lines.includes("deploying 1.4.2")) first.control.abort("stop");
        return null;
      };
      await act(target(), "switch", first.call);
      fake.trouble = null;
      const second = call();
      expect(await target().recover("switch", second.call)).toEqual({ what: "goes-on" });
      expect(await act(target(), "switch", second.call)).toMatchObject({ outcome: "succeeded" });
      expect(second.lines).not.toContain("deploying 1.4.2");
      expect(second.lines).toContain("restarted");
      expect(fake.runs).toHaveLength(1);
    }));
});

describe("before it is started", () => {
  test("a parameter that the job does not declare is a problem, and so is a job that is not there", () =>
    site(
      async ({ fake, target, call }) => {
        expect((await target().plan(call().call)).problems).toEqual([
          expect.stringMatching(/declares no parameter VERSION/),
        ]);
        const spec = { jenkins: { url: fake.url, job: "no-such" } };
        const outcome = await act(target(), "prepare", { ...call().call, spec });
        expect(outcome).toMatchObject({
          outcome: "failed",
          error: expect.stringMatching(/404.*names in vice\.yaml/),
        });
        expect(fake.runs).toHaveLength(0);
      },
      { declared: ["OTHER"] },
    ));

  test("a job without parameters is built without any", () =>
    atSite(
      () => fakeJenkins({ declared: null }),
      { vendor: "jenkins", token, spec: (url) => ({ jenkins: { url, job: JOB } }) },
      async ({ target, call }) => {
        expect(await act(target(), "switch", call().call)).toMatchObject({ outcome: "succeeded" });
      },
    ));

  test("a version that is asked for and not known starts nothing", () =>
    site(async ({ fake, target, call }) => {
      const release = { ...releaseOf("", 1), version: null };
      const outcome = await act(target(), "switch", call({ release }).call);
      expect(outcome).toMatchObject({ outcome: "failed", error: expect.stringContaining(hole("version")) });
      expect(fake.requests).toEqual([]);
    }));
});

test("a journal that cannot be written after the start: nobody knows, and it is followed when it can be again", () =>
  site(async ({ fake, home, target, call }) => {
    const folder = (): string => join(home, "triggers", readdirSync(join(home, "triggers"))[0] ?? "");
    const entry = (): string =>
      join(folder(), readdirSync(folder()).find((name) => name.endsWith(".json")) ?? "");
    let blocked = "";
    fake.trouble = (asked) => {
      if (!isStart(asked) || blocked !== "") return null;
      blocked = `${entry()}.new`;
      mkdirSync(blocked); // as good as a full disk
      return null;
    };
    const { call: asked } = call();
    expect(await act(target(), "switch", asked)).toMatchObject({
      outcome: "unknown",
      error: expect.stringContaining("may have been started"),
    });
    expect(fake.runs).toHaveLength(1);
    rmdirSync(blocked);
    expect(await target().recover("switch", asked)).toEqual({ what: "goes-on" });
    expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "succeeded" });
    expect(fake.runs).toHaveLength(1);
  }));

test("a journal that cannot be written before the start: it has failed, and nothing is there", () =>
  site(async ({ fake, home, target, call }) => {
    await act(target(), "switch", call({ key: "run-0/switch/1" }).call);
    const [folder = ""] = readdirSync(join(home, "triggers"));
    const { call: asked } = call();
    mkdirSync(join(home, "triggers", folder, `${sha256Hex(asked.key).slice(0, 32)}.json.new`));
    expect(await act(target(), "switch", asked)).toMatchObject({ outcome: "failed" });
    expect(fake.runs).toHaveLength(1);
  }));
