/**
 * Memory for bodies: all that are held at one moment share it, whoever sends them, before anybody is asked for a proof.
 * Bytes count when they have arrived, so what was only announced takes nothing; who sends slowly gives way to the others.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ViceError } from "../../kit/errors.ts";
import { isLoopbackAddress } from "./addresses.ts";

/** Raw bytes of bodies held at once, in sum. */
export const BODY_BUDGET_BYTES = 128 * 1024 * 1024;
/** How often senders are looked at. */
export const BODY_LOOK_MS = 1000;
/** Looks after which a body that is slow on the whole, or has stood still since, is cut. */
export const SLOW_LOOKS = 10;
/** Slow: fewer bytes a second than this on average. */
export const SLOWEST_BYTES_PER_SECOND = 4 * 1024;
/** When memory is short, a body that came slower than this in the last second gives way. */
const YIELDING_BYTES_PER_SECOND = 64 * 1024;
/** Above this share of the budget one address may hold no more than `ADDRESS_SHARE` of it. */
const TIGHT_SHARE = 1 / 2;
export const ADDRESS_SHARE = 1 / 4;

declare module "fastify" {
  interface FastifyRequest {
    /** Bytes of its body that count against the budget until it is answered. */
    heldBytes: number;
    /** The address that they count for. */
    heldFor: string | null;
  }
}

export interface BodyBudget {
  /** Counts bytes that have arrived. @throws ViceError `store.unavailable` when all bodies together are too large */
  take(request: FastifyRequest, bytes: number): void;
  /** Watches a body on its way; `cut` is called when it is too slow. @returns ends the watching */
  watch(request: FastifyRequest, cut: (error: ViceError) => void): () => void;
}

export interface BudgetOptions {
  bytes: number;
  lookMs: number;
  /** Of the client, behind a trusted proxy too. */
  addressOf: (request: FastifyRequest) => string;
}

/** A body on its way. */
interface Arriving {
  cut: (error: ViceError) => void;
  bytes: number;
  /** Since the last look. */
  fresh: number;
  looks: number;
  /** Looks in a row at which nothing had come. */
  still: number;
  /** Per second, at the last look; `null` = not looked at yet. */
  rate: number | null;
}

/** Bytes are given back when the answer is about to be sent, which every request comes to, also one that was cut. */
export function bodyBudgetOf(app: FastifyInstance, options: BudgetOptions): BodyBudget {
  const { bytes: most, lookMs, addressOf } = options;
  const arriving = new Map<FastifyRequest, Arriving>();
  const byAddress = new Map<string, number>();
  let held = 0;
  /** Asked once: the configuration of proxies may change while a body comes. */
  const senderOf = (request: FastifyRequest): string => {
    request.heldFor ??= addressOf(request);
    return request.heldFor;
  };
  const count = (request: FastifyRequest, bytes: number): void => {
    held += bytes;
    request.heldBytes += bytes;
    const address = senderOf(request);
    const sum = (byAddress.get(address) ?? 0) + bytes;
    if (sum === 0) byAddress.delete(address);
    else byAddress.set(address, sum);
  };
  const release = (request: FastifyRequest): void => {
    if (request.heldBytes > 0) count(request, -request.heldBytes);
  };
  app.decorateRequest("heldBytes", 0);
  app.decorateRequest("heldFor", null);
  app.addHook("onSend", (request, _reply, _payload, done) => {
    release(request);
    done();
  });

  const cut = (request: FastifyRequest, body: Arriving, error: ViceError): void => {
    arriving.delete(request);
    release(request);
    body.cut(error);
  };
  /** The largest of the slow ones gives way, until it fits. */
  const makeRoom = (bytes: number, asking: FastifyRequest): void => {
    const slow = [...arriving]
      .filter(([one, { rate }]) => one !== asking && rate !== null && rate < YIELDING_BYTES_PER_SECOND)
      .sort(([a], [b]) => b.heldBytes - a.heldBytes);
    for (const [request, body] of slow) {
      if (held + bytes <= most) return;
      cut(request, body, tooMuchAtOnce("this body came slowly while others waited"));
    }
  };
  const look = (): void => {
    for (const [request, body] of arriving) {
      body.looks += 1;
      body.still = body.fresh === 0 ? body.still + 1 : 0;
      body.rate = (body.fresh * 1000) / lookMs;
      body.fresh = 0;
      const average = (body.bytes * 1000) / (body.looks * lookMs);
      if (body.looks < SLOW_LOOKS) continue;
      if (average < SLOWEST_BYTES_PER_SECOND || body.still >= SLOW_LOOKS) cut(request, body, tooSlow());
    }
  };
  const timer = setInterval(look, lookMs).unref();
  app.addHook("onClose", (_app, done) => {
    clearInterval(timer);
    done();
  });

  return {
    take: (request, bytes) => {
      const address = senderOf(request);
      const own = (byAddress.get(address) ?? 0) + bytes;
      const tight = held + bytes > most * TIGHT_SHARE && own > most * ADDRESS_SHARE;
      if (tight && !isLoopbackAddress(address)) throw tooMuchAtOnce("too many bodies come from this address");
      if (held + bytes > most) makeRoom(bytes, request);
      if (held + bytes > most) throw tooMuchAtOnce("more bodies arrive at once than fit into memory");
      count(request, bytes);
      const body = arriving.get(request);
      if (body === undefined) return;
      body.bytes += bytes;
      body.fresh += bytes;
    },
    watch: (request, cutIt) => {
      arriving.set(request, { cut: cutIt, bytes: 0, fresh: 0, looks: 0, still: 0, rate: null });
      return () => void arriving.delete(request);
    },
  };
}

const tooMuchAtOnce = (problem: string): ViceError =>
  new ViceError("store.unavailable", {
    problem,
    hint: "Send it again after as many seconds as Retry-After says.",
  });

const tooSlow = (): ViceError =>
  new ViceError("input.invalid", {
    message: `The body came too slowly (below ${SLOWEST_BYTES_PER_SECOND / 1024} KiB a second, or it stood still) and was cut. Nothing was stored.`,
    hint: "Send it again on a faster connection, or smaller.",
  });
