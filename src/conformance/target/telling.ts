/** Checks of what a target says: what it can and lacks, its plan, its status and logs, and that no secret is in them. */
import { expect } from "vitest";
import { VERBS } from "../../ports/target.ts";
import { type Check, check, SECRET, type Session, type TargetConformance } from "./world.ts";

export const tellingChecks = (settings: TargetConformance): Check[] => [
  check(settings, "every verb is there or is said to lack, with the reason, and none is both", allNamed),
  check(settings, "what vice.yaml says is read strictly", readStrictly),
  check(settings, "a plan changes nothing and names only what it can", planning),
  check(settings, "status tells the truth, from nothing to the second release and after it ended", status),
  check(settings, "logs have what runs there, and never more lines than asked for", (session) =>
    logs(session, settings),
  ),
  check(settings, "no secret stands in outputs, errors, plan, status or logs", secrets),
];

async function allNamed({ adapter }: Session): Promise<void> {
  const { acts, lacks } = adapter;
  const has = ["plan", ...Object.keys(acts), ...(adapter.status ? ["status"] : [])];
  const all = [...has, ...(adapter.logs ? ["logs"] : []), ...Object.keys(lacks)];
  expect([...all].sort()).toEqual([...VERBS].sort());
  for (const reason of [adapter.about, ...Object.values(lacks)]) expect(reason).toMatch(/^\S[^\n]{9,}$/);
  expect(adapter.kind).toMatch(/^[a-z][a-z0-9-]*$/);
}

async function readStrictly({ adapter, world }: Session): Promise<void> {
  expect(adapter.schema.safeParse(world.spec).success).toBe(true);
  const { spec } = world;
  const keys = typeof spec === "object" && spec !== null && !Array.isArray(spec) ? spec : {};
  const odd = { ...keys, "no-such-key": 1 };
  for (const wrong of [odd, null, 7, {}]) expect(adapter.schema.safeParse(wrong).success).toBe(false);
}

async function planning(session: Session): Promise<void> {
  const { world } = session;
  const [first, second] = world.releases;
  await session.deploy(first);
  const before = [await world.truth(), await world.effects()];
  for (const release of [first, second]) {
    const { does, problems } = await session.adapter.plan(session.call("plan", release, { former: first }));
    expect(Object.keys(does).filter((verb) => !(verb in session.adapter.acts))).toEqual([]);
    for (const words of [...Object.values(does), ...problems]) expect(words.trim()).not.toBe("");
    expect(Object.keys(does).length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  }
  expect([await world.truth(), await world.effects()]).toEqual(before);
}

async function status(session: Session): Promise<void> {
  const { world } = session;
  const [first, second] = world.releases;
  if (session.adapter.status === undefined) return;
  expect((await ask(session, first)).running).toBeNull();
  await session.deploy(first);
  expect(await world.truth()).toBe(first.version);
  expect((await ask(session, first)).running).toMatchObject({ version: first.version });
  await session.deploy(second, first);
  expect(await world.truth()).toBe(second.version);
  session.restart();
  const { running, detail, releases } = await ask(session, second);
  expect(running).toMatchObject({ version: second.version });
  expect(running?.healthy).not.toBe(false);
  expect([second.id, null]).toContain(running?.releaseId);
  expect(detail.trim()).not.toBe("");
  expect(releases.filter(({ state }) => state === "running").length).toBeLessThanOrEqual(1);
  if (world.strike === undefined) return;
  await world.strike();
  const after = await ask(session, second);
  expect(after.running === null || after.running.healthy === false).toBe(true);
}

async function ask(session: Session, release: Parameters<Session["call"]>[1]) {
  const { adapter } = session;
  if (adapter.status === undefined) throw new Error("the target has no status");
  const found = await adapter.status(session.call("status", release));
  session.told.push(JSON.stringify(found));
  return found;
}

async function logs(session: Session, { says }: TargetConformance): Promise<void> {
  const { adapter, world } = session;
  expect(adapter.logs === undefined).toBe(says === null);
  if (adapter.logs === undefined || says === null) return;
  const [first] = world.releases;
  expect(await adapter.logs(session.call("logs", first), 10)).toBe("");
  await session.deploy(first);
  const call = session.call("logs", first);
  await until(async () => (await session.adapter.logs?.(call, 100))?.includes(says) === true);
  const one = (await session.adapter.logs?.(call, 1)) ?? "";
  expect(one.trimEnd().split("\n")).toHaveLength(1);
}

async function secrets(session: Session): Promise<void> {
  const { world, adapter } = session;
  const [first, second] = world.releases;
  await session.deploy(first);
  await session.deploy(second, first);
  if (session.has("rollback")) await session.act("rollback", second, { former: first });
  if (world.broken !== null) {
    const { release, verb } = world.broken;
    await session.upTo(verb, release, first);
    await session.act(verb, release, { former: first });
  }
  session.told.push(JSON.stringify(await adapter.plan(session.call("plan", second, { former: first }))));
  if (adapter.status !== undefined) await ask(session, first);
  session.told.push((await adapter.logs?.(session.call("logs", first), 1000)) ?? "");
  for (const form of [SECRET, Buffer.from(SECRET).toString("base64"), encodeURIComponent(SECRET)])
    expect(session.told.filter((text) => text.includes(form))).toEqual([]);
}

/** @throws when it is not so in 5 s */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it did not become so within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
