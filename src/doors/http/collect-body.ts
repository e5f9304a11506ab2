/** Collects the bytes of one body within its limit and the budget of all; beyond either nothing of it is kept. */
import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { ViceError } from "../../kit/errors.ts";
import type { BodyBudget } from "./body-budget.ts";

export interface BodyLimits {
  /** Of this one. */
  bytes: number;
  budget: BodyBudget;
}

/** @throws ViceError `body.too-large`, `store.unavailable`; `input.invalid` when the sender goes away in the middle */
export function collectBody(request: FastifyRequest, body: Readable, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let unwatch = (): void => {};
    const stop = (): void => {
      unwatch();
      body.off("data", onData).off("end", onEnd).off("close", onCut).off("error", onCut);
    };
    const fail = (error: unknown): void => {
      stop();
      chunks.length = 0;
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      try {
        length += chunk.length;
        requireFits(length, limits.bytes);
        limits.budget.take(request, chunk.length);
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks, length));
    };
    const onCut = (): void => fail(new ViceError("input.invalid", { message: "The body was cut off." }));
    const declared = Number(request.headers["content-length"] ?? 0);
    requireFits(declared, limits.bytes);
    unwatch = limits.budget.watch(request, fail);
    body.on("data", onData).on("end", onEnd).on("close", onCut).on("error", onCut).resume();
  });
}

function requireFits(bytes: number, limit: number): void {
  if (bytes > limit) throw new ViceError("body.too-large", { limit: `${limit / 1024 / 1024} MiB` });
}
