/** Writes results of checks into the log: each is one activity of kind `check`, with its end. */
import type { NewEvent } from "../../domain/event.ts";
import type { Facts } from "../../domain/transition.ts";
import type { CheckResult } from "../../domain/verify/report.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { CheckContext } from "./check-context.ts";

export type About = Pick<
  CheckContext,
  "service" | "environment" | "version" | "commitSha" | "url" | "parentId" | "traceId" | "by"
>;

/** What was not tried says nothing. */
export const checkEvents = (
  results: readonly CheckResult[],
  about: About,
  now: () => number,
): Array<NewEvent<"vice.activity.observed.v1">> =>
  results
    .filter(({ status }) => status !== "skipped")
    .map((result) => {
      const id = uuidv7(now());
      const at = new Date(Date.parse(result.startedAt) + result.durationMs).toISOString();
      return {
        type: "vice.activity.observed.v1",
        ...{ source: "/verify", subject: id, time: at },
        data: {
          object: { identityKind: "check", source: "vice", instance: "", externalId: id, attempt: 1 },
          step: result.status === "passed" ? "succeeded" : "failed",
          at,
          reopens: false,
          facts: factsOf(result, about, at),
          verified: true,
          generation: 0,
        },
        actor: about.by?.id ?? null,
        ...{ traceparent: null, delivery: null },
      };
    });

const MOST_ERROR = 2000;

function factsOf(result: CheckResult, about: About, finishedAt: string): Facts {
  const { name, kind, severity, startedAt, durationMs, attempts, error } = result;
  const { service, environment, version, commitSha, url, parentId = null, traceId = null, by = null } = about;
  // Where nothing is known to run it says nothing of what is to come there, so it stops nobody.
  const isOfNothing = environment !== null && version === null && commitSha === null;
  const counts = isOfNothing ? "warn" : severity;
  const isWeb = url !== null && /^https?:\/\//.test(url);
  return {
    ...{ kind: "check", service, environment, version, commitSha, startedAt, finishedAt, durationMs },
    ...{ error: error?.slice(0, MOST_ERROR) ?? null, actor: by?.actor ?? null, url: isWeb ? url : null },
    ...(parentId === null ? {} : { parentId }),
    ...(traceId === null ? {} : { traceId }),
    tags: { name, check: kind, severity: counts, ...(attempts > 1 ? { attempts: String(attempts) } : {}) },
  };
}
