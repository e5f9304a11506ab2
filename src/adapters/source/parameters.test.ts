// What vice hands over to what it starts comes back with the webhook and makes it a report on that deployment.
import { expect, test } from "vitest";
import { uuidv7 } from "../../kit/ids.ts";
import github from "./github/index.ts";
import { givenByVice } from "./parameters.ts";
import teamcity from "./teamcity/index.ts";

const run = uuidv7(0);
const given = { VICE_RUN_ID: run, VICE_SERVICE: "shop", VICE_ENVIRONMENT: "staging", VICE_VERSION: "1.4.2" };
const told = { kind: "deployment", parentId: run, service: "shop", environment: "staging", version: "1.4.2" };

test("as environment variables of TeamCity and as parameters of Jenkins", () => {
  expect(givenByVice(given)).toEqual({ ...told, commitSha: null });
  const named = Object.fromEntries(Object.entries(given).map(([name, value]) => [`env.${name}`, value]));
  expect(givenByVice({ ...named, "env.VICE_COMMIT": "a".repeat(40) })).toEqual({
    ...told,
    commitSha: "a".repeat(40),
  });
});

test("what is no id of a run says nothing", () => {
  expect(givenByVice({ ...given, VICE_RUN_ID: "x" })).toEqual({});
  expect(givenByVice({ VICE_SERVICE: "shop" })).toEqual({});
});

const read = (source: typeof github | typeof teamcity, headers: Record<string, string>, body: unknown) => {
  const found = source.normalise({
    headers,
    body,
    instance: "i",
    receivedAt: "2026-11-20T10:00:00.000Z",
    options: null,
  });
  return found.outcome === "accepted" ? found.transitions.map(({ facts }) => facts) : found;
};

test("a webhook of TeamCity and a deployment of GitHub carry it", () => {
  const property = Object.entries(given).map(([name, value]) => ({ name: `env.${name}`, value }));
  const build = { id: 7, buildTypeId: "Shop_Deploy", status: "SUCCESS", properties: { property } };
  expect(read(teamcity, {}, { eventType: "BUILD_FINISHED", payload: build })).toEqual([
    expect.objectContaining(told),
  ]);
  const sample = structuredClone(github.sample.body) as { deployment: Record<string, unknown> };
  sample.deployment["payload"] = given;
  const sha = sample.deployment["sha"];
  expect(read(github, github.sample.headers, sample)).toEqual([
    expect.objectContaining({ ...told, commitSha: sha }),
  ]);
});
