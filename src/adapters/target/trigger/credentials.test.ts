// Tokens go where they belong and nowhere else.
import { describe, expect, test } from "vitest";
import { fakeJenkins, JOB } from "../../../../test/triggers/jenkins.ts";
import { fakeVendor, TOKEN } from "../../../../test/triggers/server.ts";
import { act, callOf, openHome, targetOf } from "../../../../test/triggers/world.ts";
import type { SourceInstance } from "../../../ports/services.ts";
import { triggerCredentials } from "./credentials.ts";
import { VENDORS } from "./table.ts";

const source = (
  name: string,
  instance: string | null,
  url: string,
  token: string | null,
): SourceInstance => ({
  ...{ source: name, instance, secrets: [], options: null },
  poll: { url, token, only: [], everySeconds: 60, backfillDays: 1 },
});
const made = (sources: SourceInstance[], env: Record<string, string> = {}) =>
  triggerCredentials(VENDORS, sources, env);

describe("which token belongs to an address", () => {
  const two = [
    source("jenkins", null, "https://ci.example.com/a", "of-a"),
    source("jenkins", "b", "https://ci.example.com/b", "of-b"),
    source("gitlab", null, "https://gitlab.example.com", "of-gitlab"),
  ];
  test.each<[vendor: string, url: string, token: string | null]>([
    ["jenkins", "https://ci.example.com/a", "of-a"],
    ["jenkins", "https://ci.example.com/a/inner", "of-a"],
    ["jenkins", "https://ci.example.com/b", "of-b"],
    ["jenkins", "https://ci.example.com/ab", null],
    ["jenkins", "https://ci.example.com", null],
    ["jenkins", "https://ci.example.com/a/../c", null],
    ["jenkins", "http://ci.example.com/a", null],
    ["jenkins", "https://ci.example.com:8443/a", null],
    ["jenkins", "https://ci.example.com.evil.example/a", null],
    ["jenkins", "https://gitlab.example.com", null],
    ["teamcity", "https://ci.example.com/a", null],
    ["gitlab", "https://gitlab.example.com", "of-gitlab"],
    ["gitlab", "https://gitlab.com", null],
  ])("%s at %s", (vendor, url, token) => expect(made(two).tokenFor(vendor, url)).toBe(token));

  test("a variable is for the address of its instance, or names one itself", () => {
    const env = {
      VICE_TRIGGER_TOKEN_JENKINS_B: "for-b",
      VICE_TRIGGER_TOKEN_GITHUB: "for-github",
      VICE_TRIGGER_TOKEN_TEAMCITY: "https://tc.example.com for-teamcity",
      VICE_TRIGGER_TOKEN_OCTOPUS: "for-nowhere",
    };
    const found = made(two, env);
    expect(found.tokenFor("jenkins", "https://ci.example.com/b")).toBe("for-b");
    expect(found.tokenFor("jenkins", "https://ci.example.com/a")).toBe("of-a");
    expect(found.tokenFor("github", "https://api.github.com")).toBe("for-github");
    expect(found.tokenFor("github", "https://ghe.example.com/api/v3")).toBeNull();
    expect(found.tokenFor("teamcity", "https://tc.example.com")).toBe("for-teamcity");
    expect(found.tokenFor("octopus", "https://octopus.example.com")).toBeNull();
    expect(found.problems("octopus")).toEqual([expect.stringMatching(/belongs to no address/)]);
  });

  test("what is configured for reading GitHub is for its API", () => {
    const github = made([
      source("github", null, "https://github.com", "t"),
      source("github", "ghe", "https://ghe.example.com", "u"),
    ]);
    expect(github.tokenFor("github", "https://api.github.com")).toBe("t");
    expect(github.tokenFor("github", "https://ghe.example.com/api/v3")).toBe("u");
  });
});

describe("on the wire", () => {
  test("an address without a token of its own is asked without one, and said to have none", async () => {
    await using own = await fakeJenkins();
    await using other = await fakeJenkins();
    const adapter = targetOf({
      home: openHome(),
      env: { VICE_TRIGGER_TOKEN_JENKINS: `${own.url} deployer:${TOKEN}` },
      allowPrivateHosts: ["127.0.0.1"],
    });
    const { call } = callOf(adapter, { jenkins: { url: other.url, job: JOB } });
    const outcome = await act(adapter, "prepare", call);
    expect(outcome.error).toMatch(
      /401.*No token belongs to http:\/\/127\.0\.0\.1:\d+.*VICE_TRIGGER_TOKEN_JENKINS="http/,
    );
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.filter(({ headers }) => headers["authorization"] !== undefined)).toEqual([]);
  });

  test.each([
    301, 302, 307, 308,
  ])("a redirect (%i) is not followed, neither with the token nor without", async (status) => {
    await using thief = await fakeVendor(() => ({ body: {} }));
    await using vendor = await fakeVendor(() => ({ status, headers: { location: `${thief.url}/steal` } }));
    const adapter = targetOf({
      home: openHome(),
      env: { VICE_TRIGGER_TOKEN_GITLAB: `${vendor.url} ${TOKEN}` },
      allowPrivateHosts: ["127.0.0.1"],
    });
    const { call } = callOf(adapter, { gitlab: { url: vendor.url, project: "group/shop" } });
    for (const verb of ["prepare", "switch"] as const)
      expect(await act(adapter, verb, call)).toMatchObject({
        outcome: "failed",
        error: expect.stringMatching(/not followed/),
      });
    expect(vendor.requests[0]?.headers["private-token"]).toBe(TOKEN);
    expect(thief.requests).toEqual([]);
  });

  test("a private address that only the project names is not gone to", async () => {
    await using inside = await fakeJenkins();
    const adapter = targetOf({ home: openHome() });
    const { call } = callOf(adapter, { jenkins: { url: inside.url, job: JOB } });
    expect((await adapter.plan(call)).problems).toEqual([
      expect.stringMatching(/not a public address.*allowPrivateHosts/),
    ]);
    expect(inside.requests).toEqual([]);
  });

  test("a name with dots leads nowhere else", async () => {
    await using vendor = await fakeVendor(() => ({ body: {} }));
    const url = `${vendor.url}/a`;
    const adapter = targetOf({ home: openHome(), env: { VICE_TRIGGER_TOKEN_JENKINS: `${url} ${TOKEN}` } });
    const { call } = callOf(adapter, { jenkins: { url, job: "../../.." } });
    const { problems } = await adapter.plan(call);
    expect(problems).toEqual([expect.stringMatching(/is no name at Jenkins/)]);
    expect(vendor.requests).toEqual([]);
  });
});
