/** Checks of what a target does: releases come and go as told, nothing is done twice, and a stop is a stop. */
import { expect } from "vitest";
import type { ActingVerb, Release } from "../../ports/target.ts";
import { type Check, check, DEPLOYING, type Session, type TargetConformance } from "./world.ts";

export const actingChecks = (settings: TargetConformance): Check[] => [
  check(settings, "three releases one after another: the newest is there", inTurn),
  check(settings, "asked again with the same key, no verb does anything twice", twice),
  check(settings, "a release that does not come up is told by words, and what ran goes on", broken),
  check(settings, "a rollback brings back what ran before, and only that", rollback),
  check(settings, "what is stopped is stopped, and started again it is there", stopped),
  ...(settings.fences
    ? [
        check(
          settings,
          "a fencing token smaller than one it has seen is refused, and nothing is done",
          fenced,
        ),
      ]
    : []),
  ...(["cancel", "kill", "timeout", "stop"] as const).map((reason) =>
    check(settings, `${reason}: what goes on without end settles, and what ran goes on`, (session) =>
      halted(session, reason, settings.settleMs ?? 5000),
    ),
  ),
  check(settings, "asked when it is already too late, every verb settles and begins nothing", tooLate),
];

async function inTurn(session: Session): Promise<void> {
  const { world } = session;
  let former: Release | null = null;
  for (const release of world.releases) {
    await session.deploy(release, former);
    expect(await world.truth()).toBe(release.version);
    former = release;
  }
}

async function twice(session: Session): Promise<void> {
  const { world } = session;
  const [first, second] = world.releases;
  const again = async (verb: ActingVerb, release: Release, former: Release | null): Promise<void> => {
    if (!session.has(verb)) return;
    const run = { former, run: `run-of-${second.id}` };
    const outcome = await session.fine(verb, release, run);
    const before = [await world.truth(), await world.effects()];
    expect(await session.fine(verb, release, run), `${verb} again`).toEqual(outcome);
    session.restart();
    await session.fine(verb, release, run);
    expect([await world.truth(), await world.effects()], `after ${verb} again`).toEqual(before);
  };
  await session.deploy(first);
  for (const verb of DEPLOYING) await again(verb, second, first);
  await again("stop", first, null);
  await again("cleanup", second, first);
  expect(await world.truth()).toBe(second.version);
  await again("rollback", second, first);
}

async function broken(session: Session): Promise<void> {
  const { world } = session;
  if (world.broken === null) return;
  const [first] = world.releases;
  const { release, verb } = world.broken;
  await session.deploy(first);
  await session.upTo(verb, release, first);
  const { outcome, error } = await session.act(verb, release, { former: first });
  expect(outcome).toBe("failed");
  expect(error?.trim()).toBeTruthy();
  await back(session, verb, release, first);
  expect(await world.truth()).toBe(first.version);
}

/** As a deployment does that failed at this verb. */
async function back(session: Session, verb: ActingVerb, bad: Release, former: Release): Promise<void> {
  const isSwitched = verb === "switch" || verb === "rollback";
  if (isSwitched && session.has("rollback")) await session.fine("rollback", bad, { former });
  else if (!isSwitched && session.has("stop")) await session.fine("stop", bad, { former });
}

async function rollback(session: Session): Promise<void> {
  if (!session.has("rollback")) return;
  const { world } = session;
  const [first, second, third] = world.releases;
  const nothing = await session.act("rollback", first, { former: null });
  expect(nothing).toMatchObject({ outcome: "failed", error: expect.stringMatching(/\S/) });
  await session.deploy(first);
  await session.deploy(second, first);
  await session.fine("rollback", second, { former: first });
  expect(await world.truth()).toBe(first.version);
  if (!session.has("health")) return;
  await session.upTo("health", third, first);
  const unproved = await session.act("rollback", first, { former: third, run: "run-to-unproved" });
  expect(unproved.outcome, "back to one that never was healthy").toBe("failed");
  expect(await world.truth()).toBe(first.version);
}

async function stopped(session: Session): Promise<void> {
  if (!session.has("stop")) return;
  const { world } = session;
  const [first] = world.releases;
  await session.deploy(first);
  await session.fine("stop", first, { run: "run-stop" });
  expect(await world.truth()).toBeNull();
  if (!session.has("start")) return;
  for (const verb of ["start", "health"] as const)
    if (session.has(verb)) await session.fine(verb, first, { run: "run-start" });
  expect(await world.truth()).toBe(first.version);
}

async function fenced(session: Session): Promise<void> {
  const { world } = session;
  const [first, second] = world.releases;
  const verbs = Object.keys(session.adapter.acts) as ActingVerb[];
  await session.deploy(first);
  await session.upTo("switch", second, first);
  await session.fine("switch", second, { former: first, fencingToken: 8 });
  session.restart();
  const before = [await world.truth(), await world.effects()];
  for (const verb of verbs) {
    const late = await session.act(verb, first, { former: second, fencingToken: 7, run: `late-${verb}` });
    expect(late, `${verb} with a smaller token`).toMatchObject({ outcome: "failed" });
    expect(late.error, "says why").toMatch(/lock|token/i);
  }
  expect([await world.truth(), await world.effects()]).toEqual(before);
  await session.fine("switch", second, { former: first, fencingToken: 8 });
}

type Reason = "cancel" | "kill" | "timeout" | "stop";

async function halted(session: Session, reason: Reason, settleMs: number): Promise<void> {
  const { world } = session;
  if (world.endless === null) return;
  const [first] = world.releases;
  const { release, verb } = world.endless;
  await session.deploy(first);
  await session.upTo(verb, release, first);
  const control = new AbortController();
  const acting = session.act(verb, release, { former: first, signal: control.signal });
  const early = await Promise.race([acting, wait(400)]);
  expect(early, "it was to go on").toBeUndefined();
  control.abort(reason);
  const late = "it did not settle";
  const outcome = await Promise.race([acting, wait(settleMs, late)]);
  expect(outcome).not.toBe(late);
  if (reason === "cancel" || reason === "kill") expect(outcome).toMatchObject({ outcome: "canceled" });
  if (reason === "timeout") expect(outcome).toMatchObject({ outcome: "failed" });
  if (reason === "stop") return;
  await back(session, verb, release, first);
  expect(await world.truth()).toBe(first.version);
}

async function tooLate(session: Session): Promise<void> {
  const { world } = session;
  const [first, second] = world.releases;
  await session.deploy(first);
  for (const verb of DEPLOYING.filter((each) => session.has(each))) {
    const before = [await world.truth(), await world.effects()];
    const signal = AbortSignal.abort("cancel");
    const { outcome } = await session.act(verb, second, { former: first, signal, attempt: 1, run: "late" });
    expect(["canceled", "succeeded"], verb).toContain(outcome);
    expect([await world.truth(), await world.effects()], verb).toEqual(before);
    await session.fine(verb, second, { former: first });
  }
}

const wait = <T>(ms: number, value?: T): Promise<T | undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(value), ms).unref());
