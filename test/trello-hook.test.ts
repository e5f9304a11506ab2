// Trello on a real server: it looks whether the address is there, then sends to it; the key in the address is the proof.
import { afterEach, beforeEach, expect, test } from "vitest";
import trello from "../src/adapters/source/trello/index.ts";
import { startDoor, type TestDoor } from "./http-door.ts";

let door: TestDoor;
beforeEach(async () => {
  door = await startDoor({ env: { VICE_HOOK_SECRET_TRELLO: "a-long-secret-key" } });
});
afterEach(() => door.close());

test("the address is there for who looks, and takes cards from who knows its key", async () => {
  const address = "/hooks/trello/main/a-long-secret-key";
  expect((await door.ask(address, { method: "HEAD" })).status).toBe(200);
  expect((await door.ask("/hooks/trelo/main/x", { method: "HEAD" })).status).toBe(404);
  expect((await door.post("/hooks/trello/main/another-secret", trello.sample.body)).status).toBe(401);
  expect((await door.post("/hooks/trello", trello.sample.body)).status).toBe(401);
  const taken = await door.post(address, trello.sample.body);
  expect([taken.status, taken.json()]).toMatchObject([202, { outcome: "accepted" }]);
  expect((await door.post(address, trello.sample.body)).json()).toMatchObject({ outcome: "duplicate" });
  const { items } = (await door.ask("/v1/activities?kind=ticket")).json<{ items: object[] }>();
  expect(items).toMatchObject([
    { source: "trello", instance: "main", status: "running", verified: true, tags: { column: "Doing" } },
  ]);
});
