// The words of `vice notify` as people type them, on a home of their own.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { httpReceiver } from "./http-receiver.ts";

let door: CliDoor;
beforeEach(() => {
  door = cliDoor();
});
afterEach(() => door.remove());

const channels = (notify: object): void =>
  writeFileSync(join(door.home, "vice.server.yaml"), JSON.stringify({ notify }));

test("the line of the founding text runs as written, and by the plain name", async () => {
  expect(await door.vice("lust", "shop", "-m", "hello")).toMatchObject({ code: 0, out: "✓ terminal\n" });
  expect(await door.vice("notify", "-m", "hello", "shop")).toMatchObject({ code: 0 });
  expect(await door.vice("notify", "shop")).toMatchObject({ code: 64 });
});

test("a slip is told with what was meant, and nothing is sent", async () => {
  const receiver = await httpReceiver();
  channels({ releases: { type: "slack", url: `${receiver.url}/hush` } });
  const { code, err } = await door.vice("notify", "-m", "x", "--to", "release");
  expect(code).toBe(66);
  expect(err).toContain('Did you mean "releases"?');
  expect(receiver.received).toEqual([]);
  await receiver.close();
});

test("what cannot be handed over stays for the next one, and says what to type", async () => {
  const receiver = await httpReceiver();
  channels({ releases: { type: "slack", url: `${receiver.url}/hush` } });
  receiver.answer({ status: 503 });
  const sent = await door.vice("notify", "-m", "hello");
  expect(sent).toMatchObject({ code: 0, out: expect.stringMatching(/^… releases waits: .* answered 503/) });
  expect(sent.err).toContain("vice notify retry");
  const waiting = await door.vice("notify", "outbox", "--json");
  expect(JSON.parse(waiting.out)).toMatchObject({
    items: [{ channel: "releases", text: "hello", attempts: 1 }],
  });
  receiver.answer({ status: 200 });
  expect((await door.vice("notify", "retry")).out).toBe("✓ releases\n1 message delivered.\n");
  expect(`${sent.out}${sent.err}${waiting.out}`).not.toContain("hush");
  await receiver.close();
});

test("what was given up ends with 69, stays to be seen, and can be forgotten", async () => {
  const receiver = await httpReceiver();
  channels({ releases: { type: "slack", url: receiver.url } });
  receiver.answer({ status: 400 });
  expect(await door.vice("notify", "-m", "hello")).toMatchObject({ code: 69 });
  expect((await door.vice("notify", "outbox")).out).toContain("given-up");
  expect(await door.vice("doctor")).toMatchObject({ code: 1, out: expect.stringContaining("1 given up") });
  expect((await door.vice("notify", "drop")).out).toBe("1 message forgotten.\n");
  await receiver.close();
});

test("a home that no writer has opened since shows an empty outbox", async () => {
  expect(await door.vice("notify", "outbox")).toMatchObject({ code: 0 });
});

test.each([
  [{ ops: { type: "slak" } }, 'notify.ops.type: "slak" is none of terminal, webhook, slack, '],
  [{ ops: {} }, "notify.ops.type: is missing"],
  [{ ops: { type: "slack", url: "env:X", on: ["faild"] } }, '"faild" is none of failed'],
  [{ ops: { type: "webhook", url: "https://x.example.com" } }, "notify.ops.secret: is missing"],
  [{ ops: { type: "terminal", onn: [] } }, 'unknown key "onn"\n  Did you mean "on"?'],
  [{ "a b": { type: "terminal" } }, "letters, digits"],
])("%j is told by line", async (notify, problem) => {
  channels(notify);
  const { code, err } = await door.vice("status");
  expect(code).toBe(65);
  expect(err).toContain(problem);
});

test("a mistake in notify of a project is told by line, with the nearest word", async () => {
  const file = join(door.home, "vice.yaml");
  writeFileSync(
    file,
    "version: 1\nproject: shop\nnotify:\n  - { to: releases, on: [faild] }\n  - { too: x }\n",
  );
  const { code, err, out } = await door.vice("project", "check", file);
  expect(code).toBe(65);
  expect(`${out}${err}`).toMatch(/:4: .*"faild" is none of .*did you mean "failed"/);
  expect(`${out}${err}`).toMatch(/:5: .*unknown key "too"/);
});
