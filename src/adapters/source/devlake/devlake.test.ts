/** DevLake deployments: the suite of the port; what the bodies say stands in test/fixtures/intake/devlake. */
import { expect, test } from "vitest";
import { sourceConformance } from "../../../conformance/source.ts";
import devlake from "./index.ts";

sourceConformance(devlake);

test("a result that nobody knows says nothing about the state", () => {
  const body = {
    id: 1,
    startedDate: "2026-11-20T10:00:00Z",
    finishedDate: "2026-11-20T10:01:00Z",
    result: "PURPLE",
  };
  const result = devlake.normalise({
    headers: {},
    body,
    instance: "eu",
    receivedAt: "2026-11-20T12:00:00.000Z",
    options: undefined,
  });
  expect(result).toMatchObject({
    outcome: "accepted",
    transitions: [{ step: "observed" }, { step: "observed", object: { instance: "eu", externalId: "1" } }],
  });
});
