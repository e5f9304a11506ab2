// Following the log when one event in it makes no sense: it is said once, and what comes behind it is told.
import { expect, test } from "vitest";
import { openWired } from "../../../test/wired-house.ts";
import { channelSchema } from "../../domain/notify/channel.ts";
import type { Services } from "../../ports/services.ts";
import { createFollower } from "./follow.ts";

test("an event of which nothing can be told is said once and skipped, and the next ones are told", async () => {
  const secret = `whsec_${Buffer.from("a key of at least twenty-four bytes").toString("base64")}`;
  const channel = channelSchema.parse({ type: "webhook", url: "http://127.0.0.1:9", secret, on: ["andon"] });
  const house = await openWired({ channels: [{ name: "ops", ...channel }] });
  const { services } = house;
  const said: string[] = [];
  const now = () => house.clock.nowMs;
  const follower = createFollower({ services, now, onError: (error) => said.push(String(error)) });
  const say = async (type: string, data: object): Promise<void> => {
    const bare = { source: "/commands", subject: null, actor: "local", traceparent: null, delivery: null };
    const event = { ...bare, type, time: new Date(now()).toISOString(), data };
    const events = [event as Parameters<Services["log"]["append"]>[0]["events"][number]];
    await services.log.append({ delivery: null, events });
  };
  const scope = { service: "shop", team: null, environment: null, tier: null };
  const pull = (andonId: string) =>
    say("vice.andon.pulled.v1", { andonId, scope, reason: "x", by: "person" });
  const told = () => services.store.outbox.list({ states: ["waiting"] }, 10).length;

  await follower.follow();
  const { seq } = services.store.log.head();
  const asked = { project: "shop", service: "shop", version: "v1", commitSha: null, reason: null };
  await say("vice.approval.asked.v1", { ...asked, environment: 7 });
  await pull("behind it");
  expect([await follower.follow(), told()]).toEqual([true, 1]);
  await pull("later");
  expect([await follower.follow(), told()]).toEqual([true, 2]);
  expect(said).toEqual([
    `Error: nothing is told of the event ${seq + 1} (vice.approval.asked.v1): it is skipped`,
  ]);
  await house.close();
});
