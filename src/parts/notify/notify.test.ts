// Telling people, on a real store with real receivers on loopback: what is told, to whom, how often, and what survives.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { httpReceiver, type Receiver } from "../../../test/http-receiver.ts";
import { NOON, openWired, type WiredHouse } from "../../../test/wired-house.ts";
import { type ChannelConfig, channelSchema } from "../../domain/notify/channel.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { Services } from "../../ports/services.ts";
import { writeDigest } from "../viz/index.ts";
import { notifyCommands, notifySender, startNotices } from "./index.ts";
import type { Sent } from "./sender.ts";

const SECRET = `whsec_${Buffer.from("a key of at least twenty-four bytes").toString("base64")}`;
const hook = (name: string, url: string, over: object = {}): ChannelConfig =>
  ({ name, ...channelSchema.parse({ type: "webhook", url, secret: SECRET, ...over }) }) as ChannelConfig;

let house: WiredHouse;
let receiver: Receiver;
const stops: Array<() => Promise<void>> = [];

beforeEach(async () => {
  receiver = await httpReceiver();
  house = await openWired({
    channels: [hook("ops", receiver.url, { on: ["failed", "andon", "approval", "freeze"] })],
  });
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await house.close();
  await receiver.close();
});

const setChannels = (...channels: ChannelConfig[]): void => {
  house.services.config.channels = channels;
};

const run = <T>(id: string, input: object): Promise<T> => {
  const command = notifyCommands.find((each) => each.id === `notify.${id}`);
  if (command === undefined) throw new Error(id);
  return house.run(command, input) as Promise<T>;
};

const given: string[] = [];
function work(): () => Promise<void> {
  const { services, clock } = house;
  const { stop } = startNotices({
    ...{ services, now: () => clock.nowMs, writeDigest },
    onError: (error) => given.push(String(error)),
    onGivenUp: ({ channel }, problem) => given.push(`${channel}: ${problem}`),
  });
  stops.push(stop);
  return stop;
}

const texts = (): string[] =>
  receiver.received.map(({ body }) => (JSON.parse(body) as { data: { text: string } }).data.text);

let number = 0;
/** As the deployment body of DevLake: a tool that tells when it ended. */
async function deploy(over: Record<string, unknown> = {}, atMs = house.clock.nowMs): Promise<string> {
  number += 1;
  const body = {
    ...{ id: `d${number}`, status: "failed", service: "shop", environment: "prod-eu", version: "v1" },
    startedAt: new Date(atMs - 60_000).toISOString(),
    finishedAt: new Date(atMs).toISOString(),
    ...over,
  };
  const { activities } = await house.send({ source: "generic", body });
  return activities[0] ?? "";
}

/** Waits until the worker has looked at everything, and shows that nothing more comes. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 250));
}

async function say(type: string, data: object): Promise<void> {
  const bare = { source: "/commands", subject: null, actor: "local", traceparent: null, delivery: null };
  const time = new Date(house.clock.nowMs).toISOString();
  const event = { ...bare, type, time, data } as Parameters<Services["log"]["append"]>[0]["events"][number];
  await house.services.log.append({ delivery: null, events: [event] });
}

describe("a message", () => {
  test("goes at once to the channels that are named, or to all", async () => {
    setChannels(hook("ops", `${receiver.url}/ops`), hook("duty", `${receiver.url}/duty`));
    const sent = await run<Sent>("send", { message: "hello\nthere", project: "shop", to: ["duty"] });
    expect(sent.items).toEqual([{ channel: "duty", state: "delivered", problem: null, nextTryAt: null }]);
    expect(texts()).toEqual(["shop: hello\nthere"]);
    await run("send", { message: "all of you" });
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(["/duty", "/duty", "/ops"]);
  });

  test("to a channel that nobody knows is refused, with the nearest", async () => {
    await expect(run("send", { message: "x", to: ["opps"] })).rejects.toMatchObject({
      code: "not-found",
      details: { nearest: "ops" },
    });
    expect(house.services.store.outbox.channels()).toEqual([]);
  });

  test("about a project goes to its channels, and a slip of its name is told", async () => {
    setChannels(hook("ops", `${receiver.url}/ops`), hook("shop-room", `${receiver.url}/room`));
    const config = {
      version: 1,
      project: "web-shop",
      services: { shop: {} },
      notify: [{ to: "shop-room" }, { to: "gone" }],
    };
    await say("vice.project.registered.v1", { project: "web-shop", config, origin: "sent", place: null });
    const sent = await run<Sent>("send", { message: "hi", project: "shop" });
    expect(sent.missing).toEqual(["gone"]);
    await run("send", { message: "hi", project: "web-shop" });
    expect(receiver.received.map(({ path }) => path)).toEqual(["/room", "/room"]);
    await expect(run("send", { message: "hi", project: "shopp" })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("that fails stays, keeps its id and its place, and comes when the other side is there again", async () => {
    receiver.answer({ status: 503 });
    const first = await run<Sent>("send", { message: "first" });
    const second = await run<Sent>("send", { message: "second" });
    expect(first.items).toMatchObject([{ state: "waiting", problem: expect.stringContaining("503") }]);
    expect(second.items).toMatchObject([{ state: "waiting", problem: null }]);
    expect(texts()).toEqual(["first"]);
    receiver.answer({ status: 200 });
    work();
    await settled();
    expect(texts()).toEqual(["first"]);
    house.clock.nowMs += 6000;
    await receiver.came(3);
    expect(texts()).toEqual(["first", "first", "second"]);
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([first.id, first.id, second.id]);
    await settled();
    expect(await run("outbox", {})).toEqual({ items: [] });
  });

  test("is handed over by one at a time", async () => {
    await Promise.all([run("send", { message: "x" }), run("retry", {}), run("retry", {})]);
    expect(texts()).toEqual(["x"]);
  });

  test("waits as long as the other side asks", async () => {
    receiver.answer({ status: 429, headers: { "retry-after": "600" } });
    const { items } = await run<Sent>("send", { message: "x" });
    expect(items[0]?.nextTryAt).toBe(new Date(NOON + 600_000).toISOString());
  });

  test("that is refused for good holds up nothing; after a day it is given up, and can be tried again", async () => {
    receiver.answer({ status: 400 });
    expect((await run<Sent>("send", { message: "bad" })).items).toMatchObject([{ state: "given-up" }]);
    receiver.answer({ status: 500 });
    await run("send", { message: "late" });
    house.clock.nowMs += 25 * 3_600_000;
    given.length = 0;
    work();
    await receiver.came(3);
    await settled();
    expect(given).toEqual([expect.stringMatching(/^ops: .* answered 500$/)]);
    const { items } = await run<{ items: object[] }>("outbox", {});
    expect(items).toMatchObject([
      { state: "given-up", text: "bad", problem: expect.stringContaining("400") },
      { state: "given-up", text: "late" },
    ]);
    receiver.answer({ status: 200 });
    expect(await run("retry", {})).toMatchObject({ items: [{ state: "delivered" }, { state: "delivered" }] });
    expect(texts().slice(3)).toEqual(["bad", "late"]);
  });

  test("with a key is sent once, also by somebody who does not know that it was", async () => {
    const sender = notifySender({ services: house.services, now: () => house.clock.nowMs });
    const message = { text: "once", key: "run/1/step" };
    const signal = new AbortController().signal;
    const [one, two] = [await sender.send(message, signal), await sender.send(message, signal)];
    expect(two).toEqual(one);
    expect(texts()).toEqual(["once"]);
  });

  test("is not kept once it is delivered, and the row is forgotten later", async () => {
    const { outbox } = house.services.store;
    await run("send", { message: "hush" });
    expect(outbox.list({ states: ["delivered"] }, 10)).toMatchObject([{ payload: null }]);
    house.clock.nowMs += 8 * 86_400_000;
    work();
    await settled();
    expect(outbox.list({ states: ["delivered"] }, 10)).toEqual([]);
  });
});

describe("by itself", () => {
  test("a failed deployment is told once, however often it is reported, and a good one to who asks for it", async () => {
    setChannels(
      hook("ops", `${receiver.url}/ops`, { on: ["failed"] }),
      hook("all", `${receiver.url}/all`, { on: ["failed", "succeeded"], only: { service: "sh*" } }),
    );
    work();
    await settled();
    const body = { id: "again", error: "exit code 1" };
    await deploy(body);
    await deploy({ ...body, actor: "sidney" });
    await receiver.came(2);
    await deploy({ status: "succeeded", version: "v2" });
    await receiver.came(3);
    await deploy({ status: "succeeded", service: "search" });
    await settled();
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(["/all", "/all", "/ops"]);
    expect(texts()[0]).toMatch(/^shop v1 failed in prod-eu after 1 min/);
    expect(texts().at(-1)).toMatch(/^shop v2 is deployed in prod-eu/);
  });

  test("a rollback is a success too, and is told as what it is", async () => {
    setChannels(hook("ops", receiver.url, { on: ["succeeded"] }));
    work();
    await settled();
    for (const version of ["v1", "v2", "v1"]) {
      house.clock.nowMs += 120_000;
      await deploy({ status: "succeeded", version });
      await settled();
    }
    expect(texts().at(-1)).toBe("shop was rolled back to v1 in prod-eu (generic)");
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      ...["vice.succeeded", "vice.succeeded", "vice.rolled-back"],
    ]);
  });

  test("nothing is told from before the channel was there, and nothing that is older than an hour", async () => {
    await deploy();
    await say("vice.andon.pulled.v1", pulled("before"));
    const stop = work();
    await settled();
    await deploy({}, house.clock.nowMs - 2 * 3_600_000);
    await settled();
    await stop();
    await deploy({ version: "v0" });
    setChannels(...house.services.config.channels, hook("new", `${receiver.url}/new`, { on: ["failed"] }));
    work();
    await settled();
    expect(receiver.received.map(({ path }) => path)).toEqual(["/"]);
    await deploy();
    await receiver.came(3);
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(["/", "/", "/new"]);
  });

  test("two tools that report one deployment make one notice, also when the second counts more", async () => {
    house.services.config.channels = [hook("ops", receiver.url, { on: ["failed"] })];
    work();
    await settled();
    const commitSha = "279484c09fbe69ededfced8c1bb6e6d24616b468";
    const first = await deploy({ commitSha });
    await receiver.came(1);
    const [startedDate, finishedDate] = [-50_000, -1000].map((ms) => new Date(NOON + ms).toISOString());
    const commits = [{ repoUrl: "https://git.example.com/shop", refName: "main", commitSha }];
    const body = { id: "7", startedDate, finishedDate, result: "FAILURE", environment: "prod-eu" };
    const { activities } = await house.send({
      source: "devlake",
      body: { ...body, displayTitle: "shop", deploymentCommits: commits },
    });
    await settled();
    expect(house.services.store.read.activity(first, NOON)?.primaryId).toBe(activities[0]);
    expect(texts()).toHaveLength(1);
  });

  test("what happened while no server ran is told at the next start, once", async () => {
    const stop = work();
    await settled();
    await stop();
    await deploy({ version: "v7" });
    const again = work();
    await receiver.came(1);
    await again();
    work();
    await settled();
    expect(texts()).toEqual([expect.stringContaining("shop v7 failed")]);
  });

  test("cords, freezes and approvals are told, with what to type", async () => {
    work();
    await settled();
    await say("vice.andon.pulled.v1", pulled("cord"));
    await receiver.came(1);
    await say("vice.andon.released.v1", { andonId: "cord", reason: "right again" });
    await receiver.came(2);
    const scope = { service: null, team: null, environment: null, tier: "production" };
    const [from, to] = ["2026-12-20T16:00:00.000Z", null];
    await say("vice.freeze.declared.v1", { freezeId: uuidv7(NOON), scope, from, to, reason: "year end" });
    await receiver.came(3);
    await say("vice.approval.asked.v1", {
      service: "shop",
      environment: "prod-eu",
      version: "v2",
      reason: null,
    });
    await receiver.came(4);
    expect(texts()).toEqual([
      'The line is stopped for shop by local: wrong prices. When it is mended: vice andon release cord --reason "..."',
      "The line goes on for shop, says local: right again",
      "Frozen by local: all production from 2026-12-20 16:00 UTC until it is lifted: year end",
      "local asks to deploy shop v2 to prod-eu. To agree: vice approve shop prod-eu --version v2",
    ]);
  });

  test("a project asks for its own services only, and an environment may say otherwise", async () => {
    setChannels(hook("room", `${receiver.url}/room`), hook("quiet", `${receiver.url}/quiet`));
    const config = {
      ...{
        version: 1,
        project: "web-shop",
        services: { shop: {} },
        notify: [{ to: "room", on: ["failed"] }],
      },
      environments: [{ name: "dev", values: { notify: [{ to: "quiet", on: ["failed"] }] } }, "prod-eu"],
    };
    await say("vice.project.registered.v1", { project: "web-shop", config, origin: "sent", place: null });
    work();
    await settled();
    await deploy();
    await receiver.came(1);
    await deploy({ environment: "dev" });
    await receiver.came(2);
    await deploy({ service: "search" });
    await settled();
    expect(receiver.received.map(({ path }) => path)).toEqual(["/room", "/quiet"]);
  });

  test("a project that calls its service as a tool does hears of it by its own name", async () => {
    house.services.store.maintenance.configure({
      ...{ sourceOrder: [], abandonAfterMs: 86_400_000, environmentOrder: [] },
      configRules: [{ match: { service: "deploy-shop" }, set: { service: "shop" } }],
    });
    house.services.config.rules = [{ match: { service: "deploy-shop" }, set: { service: "shop" } }];
    setChannels(hook("room", receiver.url));
    const notify = [{ to: "room", on: ["failed"] }];
    const config = { version: 1, project: "web", services: { "deploy-shop": {} }, notify };
    await say("vice.project.registered.v1", { project: "web", config, origin: "sent", place: null });
    work();
    await settled();
    await deploy({ service: "deploy-shop" });
    await receiver.came(1);
    expect(texts()[0]).toMatch(/^shop v1 failed/);
  });

  test("a channel that hangs holds up no other one", async () => {
    const hanging = await httpReceiver();
    hanging.answer(null);
    setChannels(hook("slow", hanging.url, { on: ["failed"] }), hook("ops", receiver.url, { on: ["failed"] }));
    const stop = work();
    await settled();
    await deploy({ version: "v1" });
    await receiver.came(1);
    await deploy({ version: "v2" });
    await receiver.came(2);
    expect(hanging.received).toHaveLength(1);
    await stop();
    expect(house.services.store.outbox.head("slow")).toMatchObject({ attempts: 0, state: "waiting" });
    await hanging.close();
  });
});

const pulled = (andonId: string): object => ({
  ...{ andonId, reason: "wrong prices", by: "person" },
  scope: { service: "shop", team: null, environment: null, tier: null },
});

test("no secret stands in what is shown, kept or logged", async () => {
  const hush = "T0/B0/hush-hush";
  setChannels(
    {
      name: "chat",
      ...channelSchema.parse({ type: "slack", url: `${receiver.url}/${hush}` }),
    } as ChannelConfig,
    hook("ops", `${receiver.url}/in?key=hush-hush`),
  );
  receiver.answer({ status: 500 });
  const shown = [
    await run("send", { message: "x" }),
    await run("list", {}),
    await run("rules", {}),
    await run("outbox", {}),
    await run("test", { channel: "chat" }),
    await run("retry", {}),
    house.services.store.outbox.list({ states: ["waiting", "given-up"] }, 10),
    house.services.store.log.events(0, 1000),
  ];
  expect(JSON.stringify(shown)).not.toContain("hush-hush");
  expect(JSON.stringify(shown)).not.toContain(SECRET);
});
