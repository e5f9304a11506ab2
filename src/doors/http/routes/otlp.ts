/**
 * Takes traces of collectors and CI plugins at the place where OTLP expects them, and answers in the form that was sent
 * (opentelemetry-proto, `docs/specification.md`, "OTLP/HTTP Response").
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import {
  answerBytes,
  answerJson,
  type PartialSuccess,
  statusBytes,
} from "../../../domain/otlp/write-answer.ts";
import { toViceError, ViceError } from "../../../kit/errors.ts";
import type { HookResult } from "../../../ports/services.ts";
import { headersOf, rawBodyOf } from "../bodies.ts";
import type { BodyBudget } from "../body-budget.ts";
import type { Door } from "../door.ts";

const PROTOBUF = /^application\/(x-)?protobuf\b/i;
const SENT_AS = "application/x-protobuf";
const RETRY_AFTER_SECONDS = "5";

/** @param knownSender somebody whose token may write; else the secret of the source counts */
export async function takeTraces(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  { knownSender, budget }: { knownSender: boolean; budget: BodyBudget },
): Promise<FastifyReply> {
  const isProtobuf = PROTOBUF.test(request.sentContentType ?? "");
  const { cookie: _cookie, ...headers } = headersOf(request);
  const place = { source: "otlp", instance: null, key: null };
  try {
    const rawBody = rawBodyOf(request);
    // The empty protobuf message is a request without spans.
    const result: HookResult =
      isProtobuf && rawBody.length === 0
        ? { delivery: null, outcome: "ignored", reason: "there is no span in it", activities: [] }
        : await door.services.intake.receive({
            ...{ ...place, headers, rawBody, knownSender, allowUnsigned: knownSender },
            hold: (bytes) => budget.take(request, bytes),
          });
    request.deliveryId = result.delivery;
    const partial = partialOf(result);
    return isProtobuf
      ? reply
          .code(200)
          .type(SENT_AS)
          .send(Buffer.from(answerBytes(partial)))
      : reply.code(200).send(answerJson(partial));
  } catch (error) {
    if (!isProtobuf) throw error;
    const failure = toViceError(error);
    if (failure.http === 503 || failure.http === 429) reply.header("retry-after", RETRY_AFTER_SECONDS);
    return reply
      .code(failure.http)
      .type(SENT_AS)
      .send(Buffer.from(statusBytes(failure.message)));
  }
}

/** What is left out by intent is told as a warning: nothing of it was rejected. @throws ViceError `data.invalid` for what are no traces */
function partialOf({ outcome, reason, left }: HookResult): PartialSuccess | null {
  if (left !== undefined) return { rejectedSpans: left.rejected, errorMessage: left.reason };
  if (outcome === "unmapped")
    throw new ViceError("data.invalid", {
      message: `${reason ?? "These are no traces."} It is kept raw.`,
      hint: "Send the body of OTLP traces: {resourceSpans: [...]}.",
    });
  return outcome === "ignored" && reason !== null ? { rejectedSpans: 0, errorMessage: reason } : null;
}
