/**
 * Target `trigger`: a job, pipeline, workflow, release, build or promotion of another system is started, followed to its
 * end with its log, and ended there when the deployment is canceled. One file for each vendor, one loop for all.
 */
import { z } from "zod";
import type { Outcome } from "../../../domain/pipeline/decide.ts";
import { toViceError } from "../../../kit/errors.ts";
import type { ServerConfig, Services } from "../../../ports/services.ts";
import type { TargetAdapter, TargetCall } from "../../../ports/target.ts";
import { passFence } from "../fence.ts";
import { canceled, carryOut, failed, mayBeStarted, type Parts, recover } from "./carry-out.ts";
import { type Credentials, triggerCredentials } from "./credentials.ts";
import { sayError, unknown } from "./follow.ts";
import { type Pace, usualPace } from "./pace.ts";
import { checkTemplates } from "./spec.ts";
import { lastLines, statusOf } from "./status.ts";
import { VENDORS } from "./table.ts";
import { type Work, workOf } from "./work.ts";

export interface TriggerTargetOptions {
  home: string;
  outbound: Services["outbound"];
  /** `sources` of vice.server.yaml, read at each use: a token for reading there is one for starting there. */
  sources: ServerConfig["sources"];
  env: Readonly<Record<string, string | undefined>>;
  /** Tests are in more of a hurry. */
  pace?: Partial<Pace>;
}

const NAMES = VENDORS.map(({ name }) => name);

const schema = z
  .strictObject(Object.fromEntries(VENDORS.map(({ name, schema: of }) => [name, of.optional()])))
  .superRefine((value, ctx) => {
    const given = Object.keys(value);
    if (given.length !== 1) {
      const got = given.length === 0 ? "none" : given.join(" and ");
      ctx.addIssue({
        code: "custom",
        message: `a trigger has exactly one of ${NAMES.join(", ")}; got ${got}`,
      });
    }
    checkTemplates(value, ctx);
  });
export type TriggerSpec = z.output<typeof schema>;
type Call = TargetCall<TriggerSpec>;

export function triggerTarget(options: TriggerTargetOptions): TargetAdapter<TriggerSpec> {
  const { home, outbound, env } = options;
  const pace = usualPace(options.pace);
  // A configuration may be read again.
  const credentials = (): Credentials => triggerCredentials(VENDORS, options.sources, env);
  const work: Parts["work"] = (verb, call, entry = null) =>
    workOf({ verb, call, entry, pace, outbound, credentials: credentials() });
  const parts: Parts = { home, pace, work };

  /** Refuses the late, and turns what is thrown into words. */
  const guarded =
    (act: (call: Call) => Promise<Outcome>) =>
    async (call: Call): Promise<Outcome> => {
      try {
        passFence(home, "trigger", call);
        return await act(call);
      } catch (error) {
        const { code, message, hint } = toViceError(error);
        const said = work("switch", call).mask(`${message} ${hint}`);
        // Who is refused for being late must not look at what others do there now.
        if (code === "deploy.not-allowed" || !mayBeStarted(home, call)) return failed(said);
        return unknown(`${said} Something may have been started there, and may go on.`);
      }
    };

  async function prepare(call: Call): Promise<Outcome> {
    if (call.signal.aborted) return canceled;
    const { problems } = await lookAt(work("switch", call));
    return problems.length === 0
      ? { outcome: "succeeded", outputs: {}, error: null }
      : failed(problems.join("; "));
  }

  async function lookAt({ ask, vendor, api, problem, token, mask }: Work): Promise<{ problems: string[] }> {
    if (problem !== null) return { problems: [mask(problem)] };
    const unused = token === null ? credentials().problems(vendor.name) : [];
    const found = await vendor.look(ask, api).catch((error: unknown) => [sayError(error)]);
    return { problems: [...unused, ...found].map(mask) };
  }

  return {
    kind: "trigger",
    about:
      "A job, pipeline, workflow, release, build or promotion of another system is started and followed to its end",
    schema,
    acts: {
      prepare: guarded(prepare),
      switch: guarded((call) => carryOut("switch", call, parts)),
      rollback: guarded((call) => carryOut("rollback", call, parts)),
    },
    recover: (_verb, call) => recover(call, parts),
    plan: async (call) => {
      const now = work("switch", call);
      const { vendor, ask } = now;
      const back = call.former === null ? null : work("rollback", call).ask.release;
      return {
        does: {
          prepare: `asks ${vendor.title} whether it may start ${vendor.says(ask.spec)}`,
          switch: `starts ${vendor.says(ask.spec)} at ${vendor.urlOf(ask.spec)} and follows it to its end`,
          ...(back === null
            ? {}
            : { rollback: `does the same with ${back.version ?? back.commitSha ?? "what ran before"}` }),
        },
        ...(await lookAt(now)),
      };
    },
    status: (call) => statusOf(call, parts),
    logs: (call, lines) => lastLines(call, lines, parts),
    lacks: {
      start: "the other system starts the new release itself, in one with the switch",
      health: "whether it works is told by the end of what is followed, and by checks under `verify`",
      stop: "what runs belongs to the other system; a deployment that is under way is ended there when it is canceled",
      cleanup: "the other system keeps and removes its own runs",
    },
  };
}
