/** Tests what clients of vice send: CloudEvents in all modes with every proof, spool lines, and reading the log. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";

const event = (id: string) => ({
  specversion: "1.0",
  id,
  source: "/tests",
  type: "dev.example.thing",
  data: { a: 1 },
});
const STRUCTURED = { "content-type": "application/cloudevents+json" };

describe("in open mode", () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await startDoor();
  });
  afterAll(() => door.close());

  test("one event has one answer, also in binary mode", async () => {
    const one = await door.post("/v1/events", event("1"), STRUCTURED);
    expect(one.status).toBe(202);
    expect(one.json()).toMatchObject({ delivery: expect.any(String), activities: [] });
    expect((await door.post("/v1/events", event("1"), STRUCTURED)).json()).toMatchObject({
      outcome: "duplicate",
    });
    const headers = {
      "ce-specversion": "1.0",
      "ce-id": "2",
      "ce-source": "/tests",
      "ce-type": "dev.example.thing",
    };
    const binary = await door.post("/v1/events", { a: 1 }, headers);
    expect([binary.status, binary.json()["delivery"]]).toEqual([202, expect.any(String)]);
  });

  test.each([
    ["application/cloudevents-batch+json"],
    ["application/json"],
  ])("a batch as %s has one result each", async (type) => {
    const reply = await door.post("/v1/events", [event(`a ${type}`), event(`b ${type}`)], {
      "content-type": type,
    });
    expect(reply.status).toBe(202);
    expect(reply.json<{ results: unknown[] }>().results).toHaveLength(2);
  });

  test("the log is read in pages", async () => {
    const { items, next } = (await door.ask("/v1/events?limit=2")).json<{
      items: Array<{ seq: number }>;
      next: number;
    }>();
    expect([items.map(({ seq }) => seq), next]).toEqual([[1, 2], 2]);
    const rest = (await door.ask(`/v1/events?after=${next}&limit=1000`)).json<{
      items: Array<{ seq: number }>;
      next: null;
    }>();
    expect([rest.items[0]?.seq, rest.next]).toEqual([3, null]);
    expect((await door.ask("/v1/events?after=x")).status).toBe(400);
    expect((await door.ask("/v1/events?limit=0")).status).toBe(400);
  });

  test("spool lines are counted, and sent again they are duplicates", async () => {
    const line = {
      v: 1,
      op: "start",
      id: "0193f1c2-0000-7000-8000-000000000001",
      at: "2026-11-20T10:00:00.000Z",
      kind: "action",
    };
    const body = `${JSON.stringify(line)}\nnot json\n`;
    const send = () =>
      door.ask("/v1/spool", { method: "POST", body, headers: { "content-type": "application/x-ndjson" } });
    const first = await send();
    expect([first.status, first.json()]).toEqual([202, { accepted: 1, duplicate: 0, invalid: 1 }]);
    expect((await send()).json()).toMatchObject({ accepted: 0, duplicate: 1 });
  });
});

describe("with a token made", () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await startDoor({ env: { VICE_HOOK_SECRET_CLOUDEVENTS: "events-secret-1" } });
    await door.token("read");
  });
  afterAll(() => door.close());

  const rows: Array<[name: string, headers: Record<string, string>, status: number]> = [
    ["nothing", {}, 401],
    ["the secret of the source as bearer", { authorization: "Bearer events-secret-1" }, 202],
    ["another bearer", { authorization: "Bearer events-secret-2" }, 401],
    ["a token that nobody made", { authorization: `Bearer vice_${"c".repeat(43)}` }, 401],
  ];
  test.each(rows)("%s", async (name, headers, status) => {
    expect((await door.post("/v1/events", event(name), { ...STRUCTURED, ...headers })).status).toBe(status);
  });

  test("a token that may only read", async () => {
    const headers = { authorization: `Bearer ${await door.token("read")}` };
    expect((await door.post("/v1/events", event("r"), { ...STRUCTURED, ...headers })).status).toBe(403);
  });
});
