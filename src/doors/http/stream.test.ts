/** Tests the event stream: live, resumed, cut when too slow, ended when the token goes. */
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";

interface Message {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

interface Reader {
  headers: IncomingMessage["headers"];
  text(): string;
  messages(): Message[];
  ended: Promise<void>;
  stop(): void;
}

function listen(door: TestDoor, headers: Record<string, string> = {}): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const call: ClientRequest = request(`${door.url}/v1/stream`, { headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      const ended = new Promise<void>((done) => answer.on("close", () => done()));
      answer.on("error", () => undefined);
      const reader = {
        headers: answer.headers,
        text: () => text,
        messages: () => parse(text),
        ended,
        stop: () => call.destroy(),
      };
      // The stream is joined when the first id is there.
      const wait = setInterval(() => {
        if (!/^id: /m.test(text)) return;
        clearInterval(wait);
        resolve(reader);
      }, 2);
    });
    call.on("error", reject);
    call.end();
  });
}

function parse(text: string): Message[] {
  return text.split("\n\n").flatMap((block) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
    const event = field("event");
    if (event === undefined) return [];
    return [
      {
        id: Number(field("id")),
        event,
        data: JSON.parse(field("data") ?? "null") as Record<string, unknown>,
      },
    ];
  });
}

let serial = 0;
const send = (door: TestDoor, service = "shop") => {
  serial += 1;
  const metadata = { service, env: "production", version: `v${serial}` };
  return door.post("/customhttp", { id: `run-${serial}`, action: "start", type: "deploy", metadata });
};
const activities = (reader: Reader): string[] =>
  reader.messages().flatMap(({ event, data }) => (event === "activity" ? [String(data["id"])] : []));

describe("the event stream", () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await startDoor();
    await send(door);
  });
  afterAll(() => door.close());

  test("tells what changed, soon after the delivery", async () => {
    const reader = await listen(door);
    expect(reader.headers["content-type"]).toContain("text/event-stream");
    expect(reader.headers["content-security-policy"]).toBeDefined();
    expect(reader.headers["access-control-allow-origin"]).toBeUndefined();
    expect(reader.text()).toMatch(/^retry: 1000\n/);
    const waits: number[] = [];
    for (let i = 0; i < 20; i++) {
      const startedMs = performance.now();
      const { activities: ids } = (await send(door)).json<{ activities: string[] }>();
      await expect.poll(() => activities(reader), { interval: 1 }).toContain(ids[0]);
      waits.push(performance.now() - startedMs);
    }
    expect(waits.sort((a, b) => a - b)[10]).toBeLessThan(100);
    const [activity] = reader.messages().filter(({ event }) => event === "activity");
    expect(Object.keys(activity?.data ?? {}).sort()).toEqual(
      ["id", "kind", "service", "environment", "status", "source", "occurredAt"].sort(),
    );
    const source = reader.messages().find(({ event }) => event === "source");
    expect(source?.data).toEqual({ source: "valuestream", instance: "valuestream", outcome: "accepted" });
    reader.stop();
  });

  test("goes on where the reader was, without a gap", async () => {
    const first = await listen(door);
    await send(door);
    await expect.poll(() => activities(first).length).toBe(1);
    const last = first.messages().at(-1)?.id ?? 0;
    expect(last).toBeGreaterThan(0);
    first.stop();
    const missed = await Promise.all([send(door), send(door), send(door)]);
    const second = await listen(door, { "last-event-id": String(last) });
    const after = await send(door);
    const wanted = [...missed, after].flatMap((reply) => reply.json<{ activities: string[] }>().activities);
    await expect.poll(() => activities(second)).toEqual(expect.arrayContaining(wanted));
    expect(activities(second)).not.toContain(activities(first)[0]);
    const ids = second.messages().map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    second.stop();
  });

  test("an id from nowhere is no error", async () => {
    for (const id of ["-1", "abc", "99999999999"]) {
      const reader = await listen(door, { "last-event-id": id });
      reader.stop();
    }
    expect((await door.ask("/healthz")).status).toBe(200);
  });

  test("names that change are told", async () => {
    const reader = await listen(door);
    const event = {
      type: "vice.names.ruled.v1",
      source: "/commands",
      subject: null,
      time: new Date().toISOString(),
    } as const;
    const data = { rule: { id: "r1", match: { service: "shop" }, set: { service: "store" } }, reason: null };
    const rest = { actor: "local", traceparent: null, delivery: null };
    await door.services.log.append({ delivery: null, events: [{ ...event, data, ...rest }] });
    await expect.poll(() => reader.messages().map(({ event }) => event)).toContain("names");
    reader.stop();
  });

  test("what stands in the way of deployments is told when it changes, live and replayed", async () => {
    const reader = await listen(door);
    const from = reader.text().match(/^id: (\d+)/m)?.[1] ?? "";
    const scope = { service: "shop", team: null, environment: null, tier: null };
    const event = {
      type: "vice.andon.pulled.v1",
      source: "/commands",
      subject: "a1",
      time: new Date().toISOString(),
      data: { andonId: "a1", scope, reason: "wrong prices", by: "person" },
      actor: "local",
      traceparent: null,
      delivery: null,
    } as const;
    await door.services.log.append({ delivery: null, events: [event] });
    await expect.poll(() => reader.messages().map(({ event }) => event)).toContain("rules");
    reader.stop();
    const late = await listen(door, { "last-event-id": from });
    expect(late.messages()).toEqual([{ id: expect.any(Number), event: "rules", data: {} }]);
    late.stop();
  });

  test("a run that goes on is told by its id, live and replayed", async () => {
    const reader = await listen(door);
    const from = reader.text().match(/^id: (\d+)/m)?.[1] ?? "";
    const runId = "01930000-0000-7000-8000-000000000001";
    const event = {
      type: "vice.run.started.v1",
      source: "/auto",
      subject: runId,
      time: new Date().toISOString(),
      data: { runId },
      actor: "local",
      traceparent: null,
      delivery: null,
    } as const;
    await door.services.log.append({ delivery: null, events: [event] });
    await expect.poll(() => reader.messages().map(({ event }) => event)).toContain("run");
    reader.stop();
    const late = await listen(door, { "last-event-id": from });
    expect(late.messages()).toEqual([{ id: expect.any(Number), event: "run", data: { id: runId } }]);
    late.stop();
  });
});

test("a reader that does not read is cut, and others are not held up", async () => {
  type Tell = Parameters<TestDoor["services"]["store"]["log"]["onChange"]>[0];
  let tell: Tell = () => undefined;
  const door = await startDoor({
    services: ({ store }) => {
      const { log } = store;
      const onChange: typeof log.onChange = (listener) => {
        tell = listener;
        return log.onChange(listener);
      };
      const events: typeof log.events = (after, limit) => log.events(after, limit);
      const same = { append: log.append.bind(log), head: log.head.bind(log), verify: log.verify.bind(log) };
      return { store: { ...store, log: { ...same, events, onChange } } };
    },
  });
  const slow = connect(door.port, "127.0.0.1");
  slow.on("error", () => undefined);
  slow.pause();
  slow.write("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const reader = await listen(door);
  const change = { type: "activity", seq: 1, id: "x", kind: "deployment", environment: null } as const;
  const one = { ...change, service: "s".repeat(200), status: null, source: "x", occurredAt: "" };
  const flood = Array.from({ length: 2000 }, () => one);
  for (let i = 0; i < 30; i++) {
    tell(flood);
    await new Promise((done) => setTimeout(done, 2));
  }
  await expect.poll(() => door.log.join("")).toContain("too slow");
  expect(door.log.filter((line) => line.includes("too slow")).length).toBe(1);
  const { activities: ids } = (await send(door)).json<{ activities: string[] }>();
  await expect.poll(() => reader.text().slice(-5000)).toContain(ids[0]);
  slow.destroy();
  await door.close();
  await reader.ended;
});

test("a stream has a heartbeat, and ends at it when its token was revoked", async () => {
  const door = await startDoor({ door: { heartbeatMs: 20 } });
  const token = await door.token("read");
  expect((await door.ask("/v1/stream")).status).toBe(401);
  const reader = await listen(door, { authorization: `Bearer ${token}` });
  await expect.poll(() => reader.text()).toMatch(/^: /m);
  const [known] = door.services.store.tokens.list();
  door.services.store.tokens.revoke(known?.id ?? "", Date.now());
  await reader.ended;
  await door.close();
});
