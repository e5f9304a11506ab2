/** Tests what a stock vscli can say once there are tokens: it cannot sign nor set headers, only its address is free. */
import { afterEach, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";

const EVENT = {
  id: "v1",
  Action: "start",
  Type: "deploy",
  Namespace: "default",
  Metadata: { service: "shop" },
};
const TYPE = { "content-type": "application/javascript" };
const basic = (password: string) => ({
  ...TYPE,
  authorization: `Basic ${Buffer.from(`vice:${password}`).toString("base64")}`,
});

let door: TestDoor;
afterEach(() => door.close());

test("without a proof the refusal says which address does it", async () => {
  door = await startDoor();
  await door.token("write");
  const reply = await door.post("/customhttp", EVENT, TYPE);
  expect(reply.status).toBe(401);
  const { code, hint } = reply.json<{ error: { code: string; hint: string } }>().error;
  expect(code).toBe("hook.unsigned");
  expect(hint).toContain("vice token create vscli --scopes write");
  expect(hint).toContain("http://vice:<token>@<host>/customhttp");
  expect(hint).toContain("vice source connect valuestream");
});

test.each([
  [{}],
  [{ VICE_HOOK_SECRET_VALUESTREAM: "s3cret" }],
])("a token that may write is enough, as password or bearer; with secrets %j", async (env) => {
  door = await startDoor({ env });
  const token = await door.token("write");
  for (const headers of [basic(token), { ...TYPE, authorization: `Bearer ${token}` }]) {
    const reply = await door.post("/customhttp", EVENT, headers);
    expect(reply.status).toBe(200);
    expect(reply.json<{ activities: string[] }>().activities).toHaveLength(1);
  }
  expect((await door.post("/customhttp", EVENT, basic(await door.token("read")))).status).toBe(403);
  expect((await door.post("/customhttp", EVENT, basic(`vice_${"x".repeat(43)}`))).status).toBe(401);
});

test("the secret of the source in the address is enough, and answered as vscli wants it", async () => {
  door = await startDoor({ env: { VICE_HOOK_SECRET_VALUESTREAM: "s3cret" } });
  expect((await door.post("/customhttp/s3cret", EVENT, TYPE)).status).toBe(200);
  expect((await door.post("/customhttp/wrong", EVENT, TYPE)).status).toBe(401);
  expect(door.log.join("")).not.toContain("s3cret");
});
