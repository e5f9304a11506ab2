/** What may hold a secret is not stored: variables of containers, values of charts, contexts and parameters of Spinnaker. */
import { expect, test } from "vitest";
import argoCd from "./argo/cd.ts";
import argoRollouts from "./argo/rollouts.ts";
import { dropKeys } from "./drop-keys.ts";
import kubernetes from "./kubernetes/index.ts";
import spinnaker from "./spinnaker/index.ts";

const env = [{ name: "PASSWORD", value: "hunter2" }];
const container = { name: "shop", image: "shop:1", env, args: ["--password=hunter2"] };
const applied = { "kubectl.kubernetes.io/last-applied-configuration": '{"value":"hunter2"}' };

test("the same object comes back when there is nothing to drop", () => {
  const body = { a: [{ b: 1 }] };
  expect(dropKeys(body, ["c"])).toBe(body);
  expect(dropKeys(body, ["b"])).toEqual({ a: [{}] });
});

test.each([
  argoCd,
  argoRollouts,
  kubernetes,
  spinnaker,
])("$name reads the same of what is stored", (source) => {
  const sample = JSON.stringify(source.sample.body);
  const body = JSON.parse(sample.replace('"environment":"production"', '"env":"prod"'));
  const reading = (read: unknown) => ({
    ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
    body: read,
  });
  expect(source.normalise(reading(source.redact?.(body)))).toEqual(source.normalise(reading(body)));
});

test.each([
  [
    argoCd,
    {
      app: {
        metadata: { annotations: applied },
        spec: { source: { repoURL: "x", helm: { values: "hunter2" } } },
      },
    },
  ],
  [argoRollouts, { rollout: { spec: { template: { spec: { containers: [container] } } } } }],
  [kubernetes, { kind: "Deployment", spec: { template: { spec: { containers: [container] } } } }],
  [
    spinnaker,
    {
      details: { type: "orca:stage:complete" },
      content: {
        context: { account: "production", manifests: "hunter2", failureMessage: "no" },
        execution: {
          trigger: { type: "git", parameters: { PASSWORD: "hunter2", version: "1" }, payload: "hunter2" },
          stages: [{ id: "1", type: "deploy", context: { env: "hunter2" }, outputs: "hunter2" }],
          initialConfig: "hunter2",
        },
      },
    },
  ],
])("$name", (source, body) => {
  expect(JSON.stringify(body)).toContain("hunter2");
  const stored = JSON.stringify(source.redact?.(body));
  expect(stored).not.toContain("hunter2");
  for (const kept of ["repoURL", '"image":"shop:1"', '"version":"1"', "failureMessage"])
    expect(stored.includes(kept)).toBe(JSON.stringify(body).includes(kept));
});
