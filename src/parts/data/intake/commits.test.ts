/** A push on its way into the log: its commits are facts there, and their authors are persons like all others. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { EventData } from "../../../domain/event.ts";
import { reprocess } from "../reprocess/reprocess.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const repository = {
  id: 9_000_001,
  full_name: "example-shop/shop",
  html_url: "https://github.com/example-shop/shop",
};
const commit = (n: number) => ({
  id: n.toString(16).padStart(40, "0"),
  timestamp: "2026-11-20T10:00:00Z",
  message: `Change ${n}`,
  author: { name: "Robin Example", username: "robin", email: "robin@shop.example.com" },
});
const push = (commits: unknown[]) => ({
  source: "github",
  headers: { "x-github-event": "push" },
  body: { ref: "refs/heads/main", repository, sender: { login: "robin" }, commits },
});
const seen = () =>
  house.services.store.log
    .events(0, 1000)
    .filter(({ type }) => type === "vice.commits.seen.v1")
    .map(({ data }) => data as EventData["vice.commits.seen.v1"]);

test("its commits are in the log, and their author is the person who also deploys", async () => {
  expect(await house.send(push([commit(1), commit(2)]))).toMatchObject({
    outcome: "accepted",
    activities: [],
  });
  const [event, ...others] = seen();
  expect(others).toEqual([]);
  expect(event?.repository).toBe(repository.html_url);
  const [first, second] = event?.commits ?? [];
  expect(first).toMatchObject({ message: "Change 1", committedAt: "2026-11-20T10:00:00.000Z" });
  expect(first?.author).toEqual({ name: null, login: expect.stringMatching(/^p-/) });
  expect(second?.author).toEqual(first?.author);
  await house.send({
    source: "github",
    headers: { "x-github-event": "deployment" },
    body: {
      repository,
      deployment: { id: 9_000_002, environment: "prod", creator: { login: "robin" }, sha: commit(2).id },
    },
  });
  const [deployed] = house.services.store.log
    .events(0, 1000)
    .filter(({ type }) => type === "vice.activity.observed.v1")
    .map(({ data }) => data as EventData["vice.activity.observed.v1"]);
  expect(deployed?.facts.actor).toEqual(first?.author);
});

test("a push that was not used when it came tells its commits when it is read again, once", async () => {
  const body = { app: "x", ...push([commit(1)]).body };
  const unread = { when: { "$.nothing": "x" }, id: "$.app", status: "$.app" };
  await house.wired.reload({ ...house.services.config, mappings: { github: unread } });
  expect(await house.send({ ...push([]), body })).toMatchObject({ outcome: "ignored" });
  await house.wired.reload({ ...house.services.config, mappings: {} });
  for (const changed of [1, 0])
    expect(await house.run(reprocess, {})).toMatchObject({ deliveries: 1, changed });
  expect(seen().map(({ commits }) => commits.map(({ message }) => message))).toEqual([["Change 1"]]);
});

test("the same push again adds nothing, and many commits are several events", async () => {
  const many = push(Array.from({ length: 1201 }, (_, at) => commit(at + 1)));
  await house.send(many);
  expect(await house.send(many)).toMatchObject({ outcome: "duplicate" });
  expect(seen().map(({ commits }) => commits.length)).toEqual([500, 500, 201]);
});
