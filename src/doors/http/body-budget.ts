/** Memory for bodies: all that are held at one moment share it, whoever sends them, before anybody is asked for a proof. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ViceError } from "../../kit/errors.ts";

/** Raw bytes of bodies held at once, in sum. */
export const BODY_BUDGET_BYTES = 128 * 1024 * 1024;

declare module "fastify" {
  interface FastifyRequest {
    /** Bytes of its body that count against the budget until it is answered. */
    heldBytes: number;
  }
}

export interface BodyBudget {
  /** Counts bytes that have arrived. @throws ViceError `store.unavailable` when all bodies together are too large */
  take(request: FastifyRequest, bytes: number): void;
}

/** Bytes are given back when the answer is about to be sent, which every request comes to, also one that was cut. */
export function bodyBudgetOf(app: FastifyInstance, mostBytes: number): BodyBudget {
  let held = 0;
  app.decorateRequest("heldBytes", 0);
  app.addHook("onSend", (request, _reply, _payload, done) => {
    held -= request.heldBytes;
    request.heldBytes = 0;
    done();
  });
  return {
    take: (request, bytes) => {
      if (held + bytes > mostBytes) throw tooMuchAtOnce();
      held += bytes;
      request.heldBytes += bytes;
    },
  };
}

const tooMuchAtOnce = (): ViceError =>
  new ViceError("store.unavailable", {
    problem: "more bodies arrive at once than fit into memory",
    hint: "Send it again after as many seconds as Retry-After says.",
  });
