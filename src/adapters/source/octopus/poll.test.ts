/** Octopus's history: deployments with their tasks, in pages, and no second time what a subscription told. */
import { expect, test } from "vitest";
import { connect, octopusApi, octopusDeployment } from "../../../../test/fake-octopus.ts";
import { pollAll, rowsOfAll } from "../../../../test/poll-all.ts";
import { transitionsOf } from "../../../conformance/folding.ts";
import octopus from "./index.ts";

const SINCE = "2024-11-20T00:00:00.000Z";

test("a deployment has its queue, its start, its end, and all names", async () => {
  const row = octopusDeployment(311, "2026-11-20T09:59:20.000Z", "Success", { TenantId: "Tenants-9" });
  await using api = await octopusApi([row]);
  const { transitions } = await pollAll(octopus.poller, connect(api), SINCE);
  expect(transitions.map(({ object, step, at }) => [object.externalId, step, at])).toEqual([
    ["Deployments-311", "queued", "2026-11-20T09:59:20.000Z"],
    ["Deployments-311", "running", "2026-11-20T09:59:30.000Z"],
    ["Deployments-311", "succeeded", "2026-11-20T10:01:30.000Z"],
  ]);
  expect(transitions[2]?.facts).toMatchObject({
    service: "Shop",
    environment: "Production",
    tenant: "North",
    version: "1.4.2",
    url: `${api.url}/app#/Spaces-1/deployments/Deployments-311`,
    tags: { "octopus.taskId": "ServerTasks-311", "octopus.channel": "Channels-1" },
  });
});

test("beside a subscription it stays one deployment with the same facts", async () => {
  const id = Number(/Deployments-(\d+)/.exec(JSON.stringify(octopus.sample.body))?.[1]);
  await using api = await octopusApi([octopusDeployment(id, "2026-11-20T09:59:20.000Z")]);
  const { body, headers } = octopus.sample;
  const common = { instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined };
  const told = transitionsOf(octopus, [{ headers, body, ...common }]).map(([one]) => one);
  const { transitions } = await pollAll(octopus.poller, connect(api), SINCE);
  const [alone, ...others] = rowsOfAll(told);
  expect(others).toEqual([]);
  const { service, environment, version, finishedAt, status } = alone ?? {};
  expect(rowsOfAll([...told, ...transitions])).toEqual([
    expect.objectContaining({ service, environment, version, finishedAt, status, durationMs: 120_000 }),
  ]);
});

test.each([
  ["Failed", "failed", "The step Web failed."],
  ["TimedOut", "failed", null],
  ["Canceled", "canceled", null],
])("%s is %s", async (state, step, error) => {
  await using api = await octopusApi([octopusDeployment(1, "2026-11-20T09:59:20.000Z", state)]);
  const { transitions } = await pollAll(octopus.poller, connect(api), SINCE);
  const end = transitions.at(-1);
  expect(end?.step).toBe(step);
  if (error !== null) expect(end?.facts.error).toBe(error);
});

test("one that still runs has no end, and is looked at again", async () => {
  await using api = await octopusApi([octopusDeployment(1, "2026-11-20T09:59:20.000Z", "Executing")]);
  const { transitions } = await pollAll(octopus.poller, connect(api), "2026-11-22T00:00:00.000Z");
  expect(transitions.map(({ step }) => step)).toEqual(["queued", "running"]);
});

test("all pages of a space are read, back to the wanted day and not beyond", async () => {
  const day = (n: number): string =>
    new Date(Date.parse("2026-11-20T00:00:00Z") - n * 86_400_000).toISOString();
  const rows = Array.from({ length: 400 }, (_, n) => octopusDeployment(n + 1, day(n)));
  await using api = await octopusApi(rows);
  const { transitions, pages, progress } = await pollAll(octopus.poller, connect(api, ["Default"]), day(119));
  expect(new Set(transitions.map(({ object }) => object.externalId)).size).toBe(120);
  expect(pages).toBe(3);
  expect(progress.at(-1)).toBe(1);
  expect(api.requests.some(({ path }) => path === "/api/Spaces-1/deployments")).toBe(true);
});
