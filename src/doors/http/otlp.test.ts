/** Tests POST /v1/traces on a real server: JSON and protobuf, gzip, partial success, refusals, and who may send. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import { traces } from "../../../test/otlp-protobuf.ts";

let door: TestDoor;
beforeAll(async () => {
  door = await startDoor({ env: { VICE_HOOK_SECRET_DEVLAKE: "x" } });
});
afterAll(() => door.close());

const TRACE = "5b8efff798038103d269b633813fc60c";
const bodyOf = (spanId: string, over: Record<string, unknown> = {}) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
      scopeSpans: [
        {
          scope: { name: "plugin" },
          spans: [
            {
              ...{ traceId: TRACE, spanId, name: "deploy", kind: 1 },
              ...{ startTimeUnixNano: "1795168800000000000", endTimeUnixNano: "1795168920000000000" },
              attributes: [{ key: "deployment.environment.name", value: { stringValue: "staging" } }],
              status: {},
              ...over,
            },
          ],
        },
      ],
    },
  ],
});
const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF = { "content-type": "application/x-protobuf" };
const send = (body: string | Uint8Array, headers: Record<string, string>) =>
  door.ask("/v1/traces", { method: "POST", headers, body });
const found = async (spanId: string) => {
  const { items } = (await door.ask("/v1/deployments?source=otlp")).json<{
    items: Array<{ externalId: string }>;
  }>();
  return items.find(({ externalId }) => externalId === `${TRACE}-${spanId}`);
};

test("JSON is answered with JSON and stands as a deployment in its trace", async () => {
  const reply = await send(JSON.stringify(bodyOf("00000000000000a1")), JSON_TYPE);
  expect([reply.status, reply.json()]).toEqual([200, {}]);
  expect(await found("00000000000000a1")).toMatchObject({
    ...{ kind: "deployment", service: "shop", environment: "staging", status: "succeeded", traceId: TRACE },
    ...{ durationMs: 120_000, durationFrom: "reported" },
  });
});

test("protobuf is answered with protobuf, under gzip too", async () => {
  const plain = await send(traces(bodyOf("00000000000000a2")), PROTOBUF);
  expect([plain.status, plain.headers["content-type"], plain.text]).toEqual([
    200,
    "application/x-protobuf",
    "",
  ]);
  const packed = await send(gzipSync(traces(bodyOf("00000000000000a3"))), {
    ...PROTOBUF,
    "content-encoding": "gzip",
  });
  expect(packed.status).toBe(200);
  expect(await found("00000000000000a2")).toMatchObject({ service: "shop" });
  expect(await found("00000000000000a3")).toMatchObject({ service: "shop" });
});

test("the same again changes nothing, packed or not", async () => {
  const before = door.services.store.log.head().seq;
  await send(gzipSync(JSON.stringify(bodyOf("00000000000000a1"))), {
    ...JSON_TYPE,
    "content-encoding": "gzip",
  });
  expect(door.services.store.log.head().seq).toBe(before);
});

test("spans that cannot be read are counted, in both forms", async () => {
  const good = bodyOf("00000000000000a4").resourceSpans;
  const mixed = { resourceSpans: [...good, ...bodyOf("0000000000000000").resourceSpans] };
  const json = await send(JSON.stringify(mixed), JSON_TYPE);
  expect([json.status, json.json()]).toMatchObject([200, { partialSuccess: { rejectedSpans: "1" } }]);
  const proto = await send(traces(mixed), PROTOBUF);
  expect(proto.status).toBe(200);
  // field 1 of so many bytes, and in it field 1 with the number 1
  const [tag, , inner, rejected] = Buffer.from(proto.text, "utf8");
  expect([tag, inner, rejected]).toEqual([10, 8, 1]);
  expect(await found("00000000000000a4")).toBeDefined();
});

test("what is no traces body is refused in the form of the question", async () => {
  expect((await send('{"resourceMetrics":[]}', JSON_TYPE)).status).toBe(400);
  expect((await send("{", JSON_TYPE)).json()).toMatchObject({ error: { code: "body.not-json" } });
  const proto = await send(Buffer.from([0xff, 0xff]), PROTOBUF);
  expect([proto.status, proto.headers["content-type"]]).toEqual([400, "application/x-protobuf"]);
  expect(proto.text).toContain("protobuf");
  const bomb = gzipSync(Buffer.alloc(40 * 2 ** 20));
  expect((await send(bomb, { ...JSON_TYPE, "content-encoding": "gzip" })).status).toBe(413);
  expect((await send("no gzip", { ...JSON_TYPE, "content-encoding": "gzip" })).status).toBe(400);
});

test("an empty request is one without spans", async () => {
  expect((await send(new Uint8Array(0), PROTOBUF)).status).toBe(200);
  expect((await send('{"resourceSpans":[]}', JSON_TYPE)).json()).toEqual({
    partialSuccess: { rejectedSpans: "0", errorMessage: "there is no span in it" },
  });
});

test("/hooks/otlp takes the same body", async () => {
  const reply = await door.post("/hooks/otlp", bodyOf("00000000000000a5"));
  expect([reply.status, reply.json()]).toMatchObject([
    202,
    { outcome: "accepted", activities: [expect.any(String)] },
  ]);
});

test("elsewhere than on this machine a token that may write is needed, or the secret of the source", async () => {
  const closed = await startDoor({ env: { VICE_HOOK_SECRET_OTLP: "s3cret" } });
  try {
    const [read, write] = [await closed.token("read"), await closed.token("write")];
    const status = async (spanId: string, headers: Record<string, string>) =>
      (await closed.post("/v1/traces", bodyOf(spanId), headers)).status;
    expect(await status("00000000000000b1", {})).toBe(401);
    expect(await status("00000000000000b2", { authorization: "Bearer wrong" })).toBe(401);
    expect(await status("00000000000000b3", { authorization: `Bearer ${read}` })).toBe(403);
    expect(await status("00000000000000b4", { authorization: `Bearer ${write}` })).toBe(200);
    expect(await status("00000000000000b5", { authorization: "Bearer s3cret" })).toBe(200);
  } finally {
    await closed.close();
  }
});
