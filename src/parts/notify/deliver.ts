/** Hands over what waits in the outbox, one after the other for each channel. */
import { z } from "zod";
import { GIVE_UP_MS, nextTry } from "../../domain/notify/next-try.ts";
import { type Handed, notHanded, type Outgoing } from "../../ports/notifier.ts";
import type { OutboxRow } from "../../ports/outbox.ts";
import type { Services } from "../../ports/services.ts";

export interface DeliverParts {
  services: Pick<Services, "store" | "notifiers">;
  now: () => number;
  /** Breaks off what is on its way: it is tried again as if nothing had been. */
  signal: AbortSignal;
  /** Whether nothing more is to be begun. */
  isStopping?: () => boolean;
  /** 0..1 */
  chance?: () => number;
  /** Hears of what nobody will be told any more. */
  onGivenUp?: (row: OutboxRow, problem: string) => void;
}

const HAND_MS = 30_000;
const text = z.string().nullable();
const letter = z.object({
  ...{ title: z.string(), markdown: z.string(), html: z.string(), mail: z.string() },
  pictures: z.array(z.object({ name: z.string(), title: z.string(), svg: z.string() })),
});
const payloadSchema = z.object({
  kind: z.string(),
  text: z.string(),
  link: text,
  at: z.string(),
  since: z.string().exactOptional(),
  place: z.object({ service: text, team: text, environment: text, tier: text, reach: z.string() }),
  letter: letter.exactOptional(),
  environments: z.array(z.string()).exactOptional(),
});

/** Two at once would hand over twice: a command and the worker of a server wait for each other. */
const busyOf = new WeakMap<object, Map<string, Promise<void>>>();

/** Resolves when nothing of the channel is due any more. */
export function deliverChannel(parts: DeliverParts, channel: string): Promise<void> {
  const busy = busyOf.get(parts.services.store) ?? new Map<string, Promise<void>>();
  busyOf.set(parts.services.store, busy);
  const turn = (busy.get(channel) ?? Promise.resolve()).catch(() => {}).then(() => handOver(parts, channel));
  busy.set(channel, turn);
  const done = (): void => {
    if (busy.get(channel) === turn) busy.delete(channel);
  };
  turn.then(done, done);
  return turn;
}

async function handOver(parts: DeliverParts, channel: string): Promise<void> {
  const { outbox } = parts.services.store;
  while (!parts.signal.aborted && parts.isStopping?.() !== true) {
    const row = outbox.head(channel);
    if (row === null || row.dueMs > parts.now()) return;
    const handed = await tryOnce(parts, row);
    if (parts.signal.aborted && !handed.delivered) return; // broken off by us: as if it had not been tried
    settle(parts, row, handed);
    if (!handed.delivered && handed.retry) return;
  }
}

async function tryOnce({ services, signal }: DeliverParts, row: OutboxRow): Promise<Handed> {
  const notifier = services.notifiers.get(row.channel);
  if (notifier === null) return notHanded("there is no such channel any more", { retry: false });
  const read = payloadSchema.safeParse(row.payload);
  if (!read.success) return notHanded("this vice cannot read it", { retry: false });
  const notice = { id: row.id, ...read.data } as Outgoing;
  const late = AbortSignal.timeout(HAND_MS);
  try {
    return await notifier.hand(notice, AbortSignal.any([signal, late]));
  } catch (error) {
    return notHanded(error instanceof Error ? `a fault in vice: ${error.name}` : "a fault in vice");
  }
}

function settle(
  { services, now, chance = Math.random, onGivenUp }: DeliverParts,
  row: OutboxRow,
  handed: Handed,
): void {
  const { outbox } = services.store;
  const nowMs = now();
  if (handed.delivered) {
    outbox.settle(row, { state: "delivered", dueMs: nowMs, error: null }, nowMs);
    return;
  }
  const dueMs = nextTry({ attempts: row.attempts + 1, sinceMs: row.sinceMs }, handed, nowMs, chance());
  const state = dueMs === null ? ("given-up" as const) : ("waiting" as const);
  outbox.settle(row, { state, dueMs: dueMs ?? nowMs, error: handed.problem }, nowMs);
  if (dueMs === null) onGivenUp?.(row, handed.problem);
}

/** Delivered ones are known for a while, so that nothing is told twice; of given up ones people may want to know longer. */
export const forgetOld = ({ services, now }: Pick<DeliverParts, "services" | "now">): void =>
  services.store.outbox.forget(now() - 7 * GIVE_UP_MS, now() - 30 * GIVE_UP_MS);
