/** TeamCity: the suite of the port over both dialects, and the recorded deliveries. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import teamcity from "./index.ts";

const reading = (body: unknown, instance: string | null = null): Reading => ({
  headers: {},
  body,
  instance,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
const plugin = {
  build: {
    notifyType: "buildFinished",
    buildResult: "failure",
    buildStatus: "Exit code 1",
    buildId: 7,
    rootUrl: "https://teamcity.example.com/",
    triggeredBy: "Robin <robin@example.com>",
    extraParameters: { "env.DEPLOY_ENV": "staging" },
    teamcityProperties: [{ name: "version", value: "1.2.3" }],
  },
};

sourceConformance(teamcity, { deliveries: [{ headers: {}, body: plugin }] });

needs("webhook-fixtures").describe("recorded TeamCity deliveries", () => {
  const recorded = (name: string) => reading(JSON.parse(readFileSync(fixturePath("teamcity", name), "utf8")));
  const row = (name: string) => rowsOf(teamcity, [recorded(name)])[0];

  test("an interrupted build is closed as canceled, by whom it was", () => {
    expect(row("builtin.build-interrupted.json")).toMatchObject({
      kind: "build",
      externalId: "GhAppMaven_Build#43",
      service: "GhAppMaven_Build",
      status: "canceled",
      tags: { "teamcity.canceledBy": "JohnDoe", "teamcity.number": "43" },
    });
  });

  test("tcWebHooks: the result counts, not the status text", () => {
    const common = { externalId: "19952", service: "Project_Compile", instance: "teamcity" };
    expect(row("tcwebhooks.success.json")).toMatchObject({ ...common, status: "succeeded" });
    expect(row("tcwebhooks.success.json")).not.toHaveProperty("error");
    expect(row("tcwebhooks.broken.json")).toMatchObject({
      ...common,
      status: "failed",
      error: "Exit code 1 (new)",
    });
  });
});

test("tcWebHooks: parameters come as a list or as an object", () => {
  expect(rowsOf(teamcity, [reading(plugin)])[0]).toMatchObject({
    environment: "staging",
    version: "1.2.3",
    actor: { name: "robin" },
    tags: { "parameter.env.DEPLOY_ENV": "staging" },
  });
});

test("the instance of the URL counts before the address in the payload", () => {
  expect(rowsOf(teamcity, [reading(plugin, "tc-eu")])[0]).toMatchObject({ instance: "tc-eu" });
});

test("a finished build without a status does not claim how it ended", () => {
  const body = { eventType: "BUILD_FINISHED", payload: { id: 7, finishDate: "20261120T100130+0000" } };
  expect(teamcity.normalise(reading(body))).toMatchObject({ transitions: [{ step: "observed" }] });
});

test("a finished build of unknown status was canceled; without a number only the id names it", () => {
  const payload = { buildTypeId: "Shop_Build", number: "N/A", status: "UNKNOWN" };
  const withId = { eventType: "BUILD_FINISHED", payload: { ...payload, id: 7 } };
  expect(teamcity.normalise(reading(withId))).toMatchObject({
    transitions: [{ step: "canceled", object: { externalId: "7" } }],
  });
  expect(teamcity.normalise(reading({ eventType: "BUILD_FINISHED", payload }))).toMatchObject({
    outcome: "unmapped",
  });
});
