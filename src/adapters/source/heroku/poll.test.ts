/** Heroku's history: releases with commit and stage, builds, by ranges, and no second time what webhooks told. */
import { expect, test } from "vitest";
import { build, commitOf, connect, herokuApi, release } from "../../../../test/fake-heroku.ts";
import { pollAll, rowsOfAll } from "../../../../test/poll-all.ts";
import { transitionsOf } from "../../../conformance/folding.ts";
import type { Transition } from "../../../domain/transition.ts";
import heroku from "./index.ts";

const SINCE = "2024-11-20T00:00:00.000Z";
const AT = "2026-11-20T10:01:00.000Z";
const NOW = "2026-11-20T12:00:00.000Z";

const folded = (transitions: readonly Transition[], id: string) =>
  rowsOfAll(transitions).find((row) => row["externalId"] === id) ?? expect.fail(`nothing was told of ${id}`);

test("a release has the commit of its slug, the stage of its app and the time of its build", async () => {
  const releases = [
    release(3, AT),
    release(4, AT, { slug: { id: "s-3" }, description: "Set FOO config vars" }),
  ];
  const builds = [build(3, "2026-11-20T10:00:00.000Z", AT)];
  await using api = await herokuApi({ releases, builds });
  const { transitions } = await pollAll(heroku.poller, connect(api), SINCE);
  expect(folded(transitions, "r-3")).toMatchObject({
    kind: "deployment",
    deploymentKind: "deploy",
    status: "succeeded",
    service: "shop",
    environment: "production",
    tier: "production",
    version: "v3",
    commitSha: commitOf(3),
    durationMs: 60_000,
    actor: { login: "robin" },
  });
  expect(folded(transitions, "b-3")).toMatchObject({ kind: "build", service: "shop", durationMs: 60_000 });
  expect(folded(transitions, "r-4")).toMatchObject({ deploymentKind: "config", commitSha: commitOf(3) });
  expect(api.requests.filter(({ path }) => path.includes("/slugs/"))).toHaveLength(1);
});

test("beside webhooks it stays one deployment", async () => {
  const row = release(3, AT);
  await using api = await herokuApi({ releases: [row] });
  const data = { ...row, slug: { id: "s-3", commit: commitOf(3) } };
  const body = { resource: "release", created_at: "2026-11-20T10:01:00.404Z", data };
  const common = { headers: {}, instance: null, receivedAt: NOW, options: undefined };
  const told = transitionsOf(heroku, [{ ...common, body }]).map(([one]) => one);
  const { transitions } = await pollAll(heroku.poller, connect(api), SINCE);
  const { finishedAt: _f, occurredAt: _o, tags, ...alone } = folded(told, "r-3");
  const [both, ...others] = rowsOfAll([...told, ...transitions]);
  expect(others).toEqual([]);
  expect(both).toMatchObject({ ...alone, tags: Object(tags) });
});

test("an app in no pipeline has no environment", async () => {
  await using api = await herokuApi({ releases: [release(3, AT)], stage: null });
  const { transitions } = await pollAll(heroku.poller, connect(api), SINCE);
  expect(folded(transitions, "r-3").environment ?? null).toBeNull();
});

test("all ranges are read, back to the wanted day and not beyond", async () => {
  const day = (n: number): string =>
    new Date(Date.parse("2026-11-20T00:00:00Z") - n * 86_400_000).toISOString();
  const releases = Array.from({ length: 300 }, (_, n) => release(300 - n, day(n)));
  await using api = await herokuApi({ releases });
  const { transitions, progress } = await pollAll(heroku.poller, connect(api), day(119));
  expect(new Set(transitions.map(({ object }) => object.externalId)).size).toBe(120);
  expect(api.requests.filter(({ path }) => path.endsWith("/releases"))).toHaveLength(3);
  expect(progress.at(-1)).toBe(1);
});

test("a connection that names no app is for questions only", async () => {
  await using api = await herokuApi({ releases: [] });
  expect(heroku.poller.needs).toBe("Heroku app");
  await expect(pollAll(heroku.poller, connect(api, []), SINCE)).rejects.toMatchObject({
    code: "input.invalid",
  });
});
