/** Checks of a target after a crash of vice: what it says became of a verb, and that going on from there converges. */
import { expect } from "vitest";
import type { Recovered } from "../../domain/pipeline/decide.ts";
import type { ActingVerb, Release } from "../../ports/target.ts";
import {
  type CallOptions,
  type Check,
  check,
  DEPLOYING,
  type Session,
  type TargetConformance,
} from "./world.ts";

export const crashChecks = (settings: TargetConformance): Check[] => [
  ...[...DEPLOYING, "stop" as const, "cleanup" as const, "rollback" as const].flatMap((verb) => [
    check(settings, `crash before ${verb} was begun: it is done once`, (session) =>
      crashed(session, verb, "before"),
    ),
    check(settings, `crash after ${verb} was done: it is not done again`, (session) =>
      crashed(session, verb, "after"),
    ),
    check(settings, `crash while ${verb} goes on: it comes to its end, once`, (session) =>
      crashed(session, verb, "during"),
    ),
  ]),
  check(settings, "crash in a verb without end: going on can be stopped", lastingOn),
];

type When = "before" | "during" | "after";

async function crashed(session: Session, verb: ActingVerb, when: When): Promise<void> {
  if (!session.has(verb)) return;
  const { world } = session;
  const [first, second] = world.releases;
  await session.deploy(first);
  const [about, options] = await before(session, verb, first, second);
  if (when === "during") await interrupted(session, verb, about, options);
  else if (when === "after") await session.fine(verb, about, options);
  const done = await world.effects();
  session.restart();
  const found = await converge(session, verb, about, options);
  if (when === "after") {
    expect(found.what, "it was done, and is known to be").not.toBe("unknown");
    expect(await world.effects(), "it was done already").toBe(done);
  }
  if (found.what === "unknown") return;
  const wanted = verb === "rollback" ? first : isDeploying(verb) ? null : second;
  if (wanted !== null) expect(await world.truth()).toBe(wanted.version);
  if (wanted === null) await finish(session, verb, first, second);
  const total = await world.effects();
  session.restart();
  await converge(session, verb, about, options);
  expect(await world.effects(), "asked once more").toBe(total);
}

const isDeploying = (verb: ActingVerb): boolean => (DEPLOYING as readonly ActingVerb[]).includes(verb);

/** Brings the world to the moment in which the verb is asked. */
async function before(
  session: Session,
  verb: ActingVerb,
  first: Release,
  second: Release,
): Promise<[Release, CallOptions]> {
  const options = { former: first, run: `run-of-${second.id}` };
  if (isDeploying(verb)) {
    await session.upTo(verb, second, first);
    return [second, options];
  }
  await session.upTo("stop", second, first);
  if (verb === "stop") return [first, { ...options, former: null }];
  return [second, options];
}

/** vice ends in the middle; what it did by then it did. */
async function interrupted(
  session: Session,
  verb: ActingVerb,
  release: Release,
  options: CallOptions,
  afterMs = 5,
): Promise<void> {
  const control = new AbortController();
  const acting = session.act(verb, release, { ...options, signal: control.signal });
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  control.abort("stop");
  await acting;
}

/** As the engine goes on: what has ended has, else the verb is asked again with the same key. */
export async function converge(
  session: Session,
  verb: ActingVerb,
  release: Release,
  options: CallOptions,
): Promise<Recovered> {
  const found = await session.recover(verb, release, options);
  if (found.what === "ended") expect(found.outcome, verb).toMatchObject({ outcome: "succeeded" });
  else if (found.what === "unknown") expect(found.reason.trim()).not.toBe("");
  else await session.fine(verb, release, options);
  return found;
}

async function finish(session: Session, verb: ActingVerb, first: Release, second: Release): Promise<void> {
  const rest = DEPLOYING.slice(DEPLOYING.indexOf(verb as (typeof DEPLOYING)[number]) + 1);
  for (const each of rest.filter((one) => session.has(one)))
    await session.fine(each, second, { former: first });
  expect(await session.world.truth()).toBe(second.version);
}

async function lastingOn(session: Session): Promise<void> {
  const { world } = session;
  if (world.endless === null) return;
  const [first] = world.releases;
  const { release, verb } = world.endless;
  await session.deploy(first);
  await session.upTo(verb, release, first);
  await interrupted(session, verb, release, { former: first }, 300);
  const done = await world.effects();
  session.restart();
  const found = await session.recover(verb, release, { former: first });
  if (found.what !== "goes-on" && found.what !== "not-done") return;
  const signal = AbortSignal.timeout(300);
  const cancel = new AbortController();
  signal.addEventListener("abort", () => cancel.abort("cancel"));
  const { outcome } = await session.act(verb, release, { former: first, signal: cancel.signal });
  expect(outcome).toBe("canceled");
  const limit = found.what === "goes-on" ? done : done + 1;
  expect(await world.effects(), "what goes on is not begun again").toBeLessThanOrEqual(limit);
}
