/** Plays the demonstration: two weeks of history at once, then live for ever. */
import { setTimeout as sleep } from "node:timers/promises";
import { HISTORY_DAYS, history } from "./history.ts";
import { nextMove } from "./live.ts";
import { localHistory } from "./local-scenes.ts";
import { orders } from "./numbers.ts";
import { oddities } from "./oddities.ts";
import { createSender, post, type Sender, type SenderOptions } from "./send.ts";
import { isCommits, isHook, isLocal, type Scene } from "./story.ts";
import { today } from "./today.ts";
import { createWorld, type World } from "./world.ts";

export interface PlayOptions extends SenderOptions {
  /** 1 = a move every few seconds; 10 = ten times as often. */
  speed?: number;
  seed?: number;
  /** What is done when the past is told, before it goes on live. */
  afterPast?: () => Promise<void>;
  /** The past is told and it goes on live. @param deliveries how many it took */
  onCaughtUp?: (deliveries: number) => void;
  /** A live delivery was not taken; the story goes on. */
  onTrouble?: (error: unknown) => void;
}

const SEED = 20_261_120;
/** Deliveries under way at the same time while history is told. */
const AT_ONCE = 48;
/** How long ago payments went out to prod-eu, see `paymentsGoesOut`. */
const PAID_BETTER_MS = 134 * 60_000;
const PAUSE_MS = { low: 2500, high: 5500 };

/** The past as it is told at this moment; scenes after `nowMs` are still to come. */
export function tellPast(world: World, nowMs: number): Scene[] {
  const scenes = [
    ...history(world, nowMs),
    ...today(world, nowMs),
    ...localHistory(world, nowMs, HISTORY_DAYS),
  ];
  return scenes.sort((a, b) => a.atMs - b.atMs);
}

/** Resolves when the signal says stop. @throws Error when the history cannot be told */
export async function playDemo(options: PlayOptions): Promise<void> {
  const { signal, now, seed = SEED, onCaughtUp = () => {}, afterPast = async () => {} } = options;
  const world = createWorld(seed);
  const sender = createSender(options);
  const scenes = tellPast(world, now());
  const past = scenes.filter((scene) => scene.atMs <= now());
  try {
    await tellAtOnce(sender, past);
    for (const odd of oddities(past, now())) await sender.send(odd);
    await tellNumbers(options);
    await afterPast();
    onCaughtUp(past.length);
    await goOn(world, sender, scenes.slice(past.length), options);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A number that the deployment of payments moved. */
async function tellNumbers({ url, now, signal }: PlayOptions): Promise<void> {
  await post(new URL("/v1/series", url), { points: [orders(now(), now() - PAID_BETTER_MS)] }, signal);
}

async function tellAtOnce(sender: Sender, scenes: readonly Scene[]): Promise<void> {
  sender.record(scenes.filter(isLocal));
  await sender.tell(scenes.filter(isCommits));
  const hooks = scenes.filter(isHook);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let hook = hooks[next++]; hook !== undefined; hook = hooks[next++]) await sender.send(hook);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Sends each scene when its time has come, and plans a move every few seconds. */
async function goOn(
  world: World,
  sender: Sender,
  planned: readonly Scene[],
  options: PlayOptions,
): Promise<void> {
  const { signal, now, speed = 1, onTrouble = () => {} } = options;
  let queue = [...planned];
  let moveAt = now();
  while (!signal.aborted) {
    if (moveAt <= now()) {
      queue = [...queue, ...nextMove(world, now(), speed)].sort((a, b) => a.atMs - b.atMs);
      moveAt = now() + world.random.between(PAUSE_MS.low, PAUSE_MS.high) / speed;
    }
    const due = queue.filter((scene) => scene.atMs <= now());
    queue = queue.slice(due.length);
    for (const scene of due) await sender.send(scene).catch(onTrouble);
    const wakeAt = Math.min(moveAt, queue[0]?.atMs ?? moveAt);
    await sleep(Math.max(5, wakeAt - now()), undefined, { signal });
  }
}
