/**
 * Target `command`: the user's own script. It is told what to do as JSON on standard input and in variables, gets the
 * values of the application in its environment, and says what it made as lines of `key=value` in the file $VICE_OUTPUTS.
 */
import { resolve } from "node:path";
import { z } from "zod";
import type { Outcome } from "../../domain/pipeline/decide.ts";
import { splitWords } from "../../domain/pipeline/words.ts";
import { toViceError } from "../../kit/errors.ts";
import type { ProcessEnd, ProcessRunner } from "../../ports/process-runner.ts";
import type { ActingVerb, TargetAdapter, TargetCall, TargetStatus } from "../../ports/target.ts";
import { passFence } from "./fence.ts";

const command = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((given, ctx): readonly string[] => {
    const split = typeof given === "string" ? splitWords(given) : { words: given };
    if ("words" in split) return split.words;
    ctx.addIssue({ code: "custom", message: `${split.problem}: write a list of words` });
    return z.NEVER;
  });

const full = z.strictObject({
  deploy: command.describe("Brings the release there; the only one that must be given"),
  prepare: command.optional().describe("Before anything changes: fetch, build"),
  start: command.optional().describe("Starts the new release beside the old one"),
  health: command.optional().describe("Ends with 0 when the new release is well"),
  stop: command.optional().describe("Stops a release"),
  rollback: command
    .optional()
    .describe("Goes back to $VICE_FORMER_VERSION; without it `deploy` is called again with that version"),
  cleanup: command.optional().describe("Removes what nobody needs any more"),
  status: command.optional().describe("Writes version=... (and healthy=yes|no, url=...) to $VICE_OUTPUTS"),
  logs: command.optional().describe("Prints the newest lines of what runs there"),
  done: command
    .optional()
    .describe("After a crash: ends with 0 when what $VICE_VERB names was done, else it is done again"),
  idempotent: z
    .boolean()
    .default(false)
    .describe("May be called again when nobody knows whether it was done"),
  cwd: z.string().min(1).default("."),
});
const schema = z.union([command.transform((deploy) => full.parse({ deploy: [...deploy] })), full]);
export type CommandSpec = z.output<typeof schema>;
type Call = TargetCall<CommandSpec>;

export interface CommandTargetOptions {
  home: string;
  processes: ProcessRunner;
}

const MOST_OF_ERROR = 500;

const failure = (error: string): Outcome => ({ outcome: "failed", outputs: {}, error });

/** What was told to stop did not fail by itself; what took too long did. */
const stopped = (signal: AbortSignal, outcome: Outcome): Outcome =>
  signal.aborted && signal.reason !== "timeout" && outcome.outcome === "failed"
    ? { ...outcome, outcome: "canceled" }
    : outcome;

export function commandTarget({ home, processes }: CommandTargetOptions): TargetAdapter<CommandSpec> {
  /** @param of what it is about, when it only asks about an action: its process is another one, its key for people is not */
  const run = (argv: readonly string[], verb: string, call: Call, of = ""): Promise<ProcessEnd> =>
    processes.run({
      ...{ run: call.run, step: `${call.step}${of}`, attempt: call.attempt, key: `${call.key}${of}`, argv },
      cwd: resolve(call.cwd, call.spec.cwd),
      env: { ...call.env, ...told(verb, call) },
      input: `${JSON.stringify(toldInFull(verb, call))}\n`,
      ...{ secrets: call.secrets, signal: call.signal },
    });
  const act =
    (verb: ActingVerb) =>
    async (call: Call): Promise<Outcome> => {
      const { signal, spec, former } = call;
      const argv = argvOf(verb, spec);
      if (signal.aborted) return stopped(signal, failure("it was stopped before it began"));
      if (argv === null) return failure(`there is no command for "${verb}"`);
      if (verb === "rollback" && former === null) return failure("there is nothing to go back to");
      try {
        passFence(home, "command", call);
      } catch (error) {
        return failure(toViceError(error).message);
      }
      // The same action asked again is the same action: how it ended is known.
      const before = await processes.recall(call);
      return stopped(signal, outcomeOf(before ?? (await run(argv, verb, call))));
    };
  return {
    kind: "command",
    about: "A script of yours: what it is to do comes as JSON and variables, what it made goes into a file",
    schema,
    acts: {
      ...{ prepare: act("prepare"), start: act("start"), health: act("health"), switch: act("switch") },
      ...{ stop: act("stop"), rollback: act("rollback"), cleanup: act("cleanup") },
    },
    recover: async (verb, call) => {
      const end = await processes.recall(call);
      if (end !== null) return { what: "ended", outcome: outcomeOf(end) };
      const { done, idempotent } = call.spec;
      if (idempotent || verb === "health") return { what: "not-done" };
      if (done === undefined) return { what: "unknown", reason: "vice ended while the command ran" };
      const { exitCode, signal, problem, outputs } = await run(done, verb, call, ".done");
      if (exitCode === 0) return { what: "ended", outcome: { outcome: "succeeded", outputs, error: null } };
      if (exitCode !== null) return { what: "not-done" };
      return { what: "unknown", reason: problem ?? `the command that knows was ended by ${signal}` };
    },
    plan: async ({ spec, former }) => {
      const does = Object.fromEntries(
        ACTING.flatMap((verb) => {
          const argv = argvOf(verb, spec);
          if (argv === null || (verb === "rollback" && former === null)) return [];
          const back = verb === "rollback" && spec.rollback === undefined;
          return [[verb, `${argv.join(" ")}${back ? " with the version before" : ""}`]];
        }),
      );
      return { does, problems: [] };
    },
    status: async (call): Promise<TargetStatus> => {
      if (call.spec.status === undefined)
        return { running: null, releases: [], detail: "it has no `status` command, so nobody can ask it" };
      const { exitCode, outputs } = await run(call.spec.status, "status", call);
      if (exitCode !== 0)
        return { running: null, releases: [], detail: `its status command ended with ${exitCode}` };
      const { version = null, commit = null, url = null, healthy } = outputs;
      const known = { yes: true, no: false }[healthy ?? ""] ?? null;
      const since = outputs["since"] ?? null;
      const running = { releaseId: null, version, commitSha: commit, since, healthy: known, url };
      return {
        running: version === null ? null : running,
        releases: [],
        detail: "as its status command says",
      };
    },
    logs: async (call, lines) => {
      if (call.spec.logs === undefined) return "";
      await run(call.spec.logs, "logs", call);
      let text = "";
      for (let from = -1, next = 0; next !== from; ) {
        from = next;
        const part = await processes.log(call.run, call.step, from);
        text += part?.text ?? "";
        next = part?.next ?? from;
      }
      return text
        .split("\n")
        .slice(-lines - 1)
        .join("\n");
    },
    lacks: {},
  };
}

const ACTING = ["prepare", "start", "health", "switch", "stop", "rollback", "cleanup"] as const;

/** The script that exists today is the whole switch, and goes back by bringing the former version. */
function argvOf(verb: ActingVerb, spec: CommandSpec): readonly string[] | null {
  if (verb === "switch") return spec.deploy;
  if (verb === "rollback") return spec.rollback ?? spec.deploy;
  return spec[verb] ?? null;
}

/** Going back with the script that deploys: for it the version before is the version. */
function releaseFor(verb: string, { release, former, spec }: Call) {
  return verb === "rollback" && spec.rollback === undefined ? (former ?? release) : release;
}

function told(verb: string, call: Call): Record<string, string> {
  const { place, former, fencingToken, key, run } = call;
  const release = releaseFor(verb, call);
  const variables = {
    VICE_VERB: verb === "switch" ? "deploy" : verb,
    ...{ VICE_PROJECT: place.project, VICE_SERVICE: place.service, VICE_ENVIRONMENT: place.environment },
    ...{ VICE_RELEASE: release.id, VICE_VERSION: release.version, VICE_COMMIT: release.commitSha },
    ...{ VICE_ARTIFACT: release.artifact?.name, VICE_DIGEST: release.artifact?.digest },
    VICE_FORMER_VERSION: former?.version,
    ...{ VICE_FENCING_TOKEN: String(fencingToken), VICE_KEY: key, VICE_RUN_ID: run },
  };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? ""]));
}

function toldInFull(verb: string, call: Call): object {
  const { place, former, fencingToken, key, run } = call;
  const release = releaseFor(verb, call);
  return { verb: verb === "switch" ? "deploy" : verb, ...place, release, former, fencingToken, key, run };
}

function outcomeOf({ exitCode, signal, problem, outputs }: ProcessEnd): Outcome {
  if (exitCode === 0) return { outcome: "succeeded", outputs, error: null };
  const how = signal === null ? `it ended with exit code ${exitCode}` : `it was ended by ${signal}`;
  return { outcome: "failed", outputs, error: (problem ?? how).slice(0, MOST_OF_ERROR) };
}
