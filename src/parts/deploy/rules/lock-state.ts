/**
 * Locks: one writer for each service, environment and target. A lock has a holder, a reason, a lease that is renewed by
 * signs of life, and a fencing token (the number of its event), which only rises: whoever was paused, lost the lock and
 * wakes up late carries a smaller one and is refused.
 */
import { sayAgo } from "../../../domain/ago.ts";
import { sayUntil } from "../../../domain/rules/say-moment.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Stands } from "../../../ports/standing.ts";
import { recordEvents, saidEvent, saidNames } from "../../data/index.ts";
import { canonical } from "./meant.ts";
import type { RuleContext, SayingContext } from "./rule-context.ts";
import { zoneHere } from "./zone-here.ts";

type Services = RuleContext["services"];

export interface LockPlace {
  service: string;
  environment: string;
  /** `null` = the environment as a whole. */
  target: string | null;
}

export interface Lock extends LockPlace {
  id: string;
  holder: string;
  /** Who took it, as in the audit log. */
  by: string | null;
  reason: string;
  at: string;
  /** When it counts as given up, unless there is a sign of life before; `null` = never. */
  until: string | null;
  fencingToken: number;
  how: "free" | "stolen" | "expired";
}

export interface LockWish extends LockPlace {
  holder: string;
  /** Who the holder is, as in the audit log: a lock of another one of that name is not his. `null` = the name is enough. */
  holderId?: string | null;
  reason: string;
  leaseMs: number | null;
  /** Takes it from a living holder. */
  steal: boolean;
}

/** Signs of life are no facts worth keeping: they stand beside the log. */
const BEATS = "lock-beat";

function lockOf({ store }: Services, { key, seq, at, actor, data }: Stands<"lock">): Lock {
  const { service, environment, target, holder, reason, leaseMs, how } = data;
  const beatMs = store.state.get(BEATS, key)?.atMs ?? Date.parse(at);
  const leased = leaseMs === null ? null : new Date(Math.max(beatMs, Date.parse(at)) + leaseMs).toISOString();
  const until = endOfRun(store, holder) ?? leased;
  return {
    ...{ id: key, service, environment, target, holder, by: actor, reason, at, until },
    ...{ fencingToken: seq, how },
  };
}

/** The holder of a lock that a run takes. */
export const holderOfRun = (runId: string): string => `run ${runId}`;

/** A run that has ended holds nothing any more, also one that was aborted before it could free its lock. */
function endOfRun({ runs }: Services["store"], holder: string): string | null {
  const [, runId] = /^run (\S+)$/.exec(holder) ?? [];
  return runId === undefined ? null : (runs.get(runId)?.head.endedAt ?? null);
}

export const locks = (services: Services): Lock[] =>
  services.store.standing.list("lock").map((row) => lockOf(services, row));

export const isAlive = ({ until }: Pick<Lock, "until">, nowMs: number): boolean =>
  until === null || nowMs < Date.parse(until);

/** Whether somebody is the one who holds it. */
export const isHeldBy = (
  lock: Pick<Lock, "holder" | "by">,
  { holder, holderId = null }: Pick<LockWish, "holder" | "holderId">,
): boolean => lock.holder === holder && (holderId === null || lock.by === null || lock.by === holderId);

/**
 * Locks that stand in the way there, by whatever names they were taken, also those whose lease ran out: of one environment
 * there may be several targets. A lock of the whole environment and one of a target in it stand in each other's way.
 * @param place as it is called here
 */
function locksAt(services: Services, { service, environment, target }: LockPlace): Lock[] {
  const names = saidNames(services);
  return locks(services).filter(
    (lock) =>
      (lock.target === null || target === null || lock.target === target) &&
      names.isService(lock.service, service) &&
      names.isEnvironment(lock.environment, environment, service),
  );
}

/** A lock that is held and stands in the way there. */
export const heldAt = (services: Services, place: LockPlace, nowMs: number): Lock | null =>
  locksAt(services, place).find((lock) => isAlive(lock, nowMs)) ?? null;

/** The lock of exactly this place, also one whose lease ran out. */
export const lockOn = (services: Services, place: LockPlace): Lock | null =>
  locksAt(services, place).find(({ target }) => target === place.target) ?? null;

/** One home has one writer: what asks and takes in one go only has to wait for its turn in this process. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Takes a lock that is free, given up, or (with `steal`) held. The same holder gets his own lock again.
 * @throws ViceError `deploy.not-allowed` with who holds it, since when and why
 */
export function takeLock(ctx: SayingContext, wish: LockWish): Promise<Lock> {
  const taken = turn.then(() => take(ctx, { ...wish, ...canonical(ctx, placeOf(wish)) }));
  turn = taken.catch(() => {});
  return taken;
}

const placeOf = ({ service, environment }: LockPlace) => ({ service, environment });

async function take(ctx: SayingContext, wish: LockWish): Promise<Lock> {
  const { services, now } = ctx;
  const there = locksAt(services, wish);
  const held = there.filter((each) => isAlive(each, now()));
  const own = held.find((each) => each.target === wish.target && isHeldBy(each, wish));
  if (own !== undefined) {
    beat(ctx, own.id);
    return lockOn(services, wish) ?? own;
  }
  const [former = null, ...others] = [...held, ...there.filter((each) => !held.includes(each))];
  const isHeld = held.length > 0;
  if (former !== null && isHeld && !wish.steal) throw heldBy(former, now());
  const lockId = uuidv7(now());
  const { service, environment, target, holder, reason, leaseMs } = wish;
  const how = former === null ? "free" : isHeld ? "stolen" : "expired";
  const data = {
    ...{ lockId, service, environment, target, holder, reason, leaseMs },
    how,
    former: former?.id ?? null,
  } as const;
  // A lock of the whole environment takes the place of those of its targets.
  const freed = others.map(({ id }) =>
    saidEvent(ctx, "vice.lock.freed.v1", id, {
      lockId: id,
      reason: `taken over: ${reason}`,
      supersededBy: lockId,
    }),
  );
  await recordEvents(ctx, [...freed, saidEvent(ctx, "vice.lock.taken.v1", lockId, data)]);
  for (const { id } of there) services.store.state.delete(BEATS, id);
  const row = services.store.standing.list("lock").find(({ key }) => key === lockId);
  if (row === undefined) throw new ViceError("bug", { problem: "the lock was written and is not there" });
  return lockOf(services, row);
}

function heldBy({ id, service, environment, holder, at, reason, until }: Lock, nowMs: number): ViceError {
  const ends =
    until === null ? "" : ` Its lease ends ${sayUntil(until, nowMs, zoneHere())} without a sign of life.`;
  return new ViceError("deploy.not-allowed", {
    message: `${service} in ${environment} is locked by ${holder} (${sayAgo(at, nowMs)}): ${reason}. Nothing was changed.`,
    hint: `Wait (--wait 10m), or take it with a reason (--steal --reason "...").${ends}`,
    lock: id,
    holder,
    since: at,
    until,
  });
}

/** A sign of life of the holder: the lease begins anew. */
export function beat({ services, now }: Pick<SayingContext, "services" | "now">, lockId: string): void {
  services.store.state.set(BEATS, lockId, null, now());
}

/** Ends a lock. Freeing what is gone already does no harm. */
export async function freeLock(ctx: SayingContext, lockId: string, reason: string): Promise<void> {
  const { store } = ctx.services;
  if (!store.standing.list("lock").some(({ key }) => key === lockId)) return;
  await recordEvents(ctx, [saidEvent(ctx, "vice.lock.freed.v1", lockId, { lockId, reason })]);
  store.state.delete(BEATS, lockId);
}

/**
 * What a target asks before it acts for somebody: whether his is the newest token of this place.
 * @throws ViceError `deploy.not-allowed` for a token that is not
 */
export function assertFencing(services: Services, place: LockPlace, token: number): void {
  const { service, environment } = canonical({ services }, placeOf(place));
  const there = locksAt(services, { ...place, service, environment });
  if (there.some(({ fencingToken }) => fencingToken === token)) return;
  const lock = there.at(-1) ?? null;
  throw new ViceError("deploy.not-allowed", {
    message: `The lock with token ${token} on ${service} in ${environment} was lost${
      lock === null ? "" : `; ${lock.holder} holds it now with ${lock.fencingToken}`
    }. Nothing was changed.`,
    hint: "Start again: vice deploy",
  });
}
