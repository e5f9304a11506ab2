/** One application on this machine in the hands of one call: what runs of it, starting it, proving it, ending it. */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { ViceError } from "../../../kit/errors.ts";
import type { Artifacts } from "../../../ports/artifact.ts";
import type { ProcessRunner } from "../../../ports/process-runner.ts";
import type { TargetCall } from "../../../ports/target.ts";
import { type Mask, maskOf } from "../../process/mask-stream.ts";
import { plainOf } from "../../process/process-runner.ts";
import { endAll, findMarked, isAlive } from "./alive.ts";
import { untilHealthy } from "./ask-health.ts";
import { freePort, isFree, launch } from "./launch.ts";
import { tail } from "./log-file.ts";
import { type AppPlace, appPlace, currentOf, linkCurrent, noteRoot, rootOf } from "./place.ts";
import { msOf, type ProcessSpec } from "./spec.ts";
import { type AppProcess, type AppRelease, changeRelease, changeState, readState } from "./state.ts";
import { writeWhole } from "./write-whole.ts";

export interface ProcessTargetDeps {
  home: string;
  /** Of vice itself; only the plain variables are handed on. */
  env: Readonly<Record<string, string | undefined>>;
  artifacts: Artifacts;
  /** Builds. */
  processes: ProcessRunner;
}

export type Call = TargetCall<ProcessSpec>;

export const urlOf = (port: number): string => `http://localhost:${port}`;

const TOLD_LINES = 8;
const LOGGED_LINES = 50;
const MOST_OF_ERROR = 1000;

export class App {
  readonly place: AppPlace;
  readonly call: Call;
  readonly deps: ProcessTargetDeps;
  readonly mask: Mask;

  constructor(deps: ProcessTargetDeps, call: Call) {
    this.deps = deps;
    this.call = call;
    this.place = appPlace(rootOf(deps.home, call.place, call.spec.root, call.cwd));
    this.mask = maskOf(call.secrets);
  }

  get fixedPort(): number | null {
    return this.call.spec.port === "auto" ? null : this.call.spec.port;
  }

  get current(): string | null {
    return currentOf(this.place);
  }

  record(id: string): AppRelease | null {
    return readState(this.place).releases[id] ?? null;
  }

  /** Proves the fencing token; a later holder of the lock refuses us from now on. */
  enter(): void {
    changeState(this.place, this.call, () => ({}));
    noteRoot(this.deps.home, this.place.root);
  }

  /** Also one that was started and not written down because vice ended in that moment. */
  running(id: string): AppProcess | null {
    const known = this.record(id);
    if (known === null) return null;
    if (isAlive(known.process)) return known.process;
    const found = known.port === null ? null : findMarked(this.place.marker(id));
    if (found === null || known.port === null) return null;
    const adopted = { ...found, port: known.port, startedAt: new Date().toISOString() };
    this.change(id, { process: adopted });
    return adopted;
  }

  /** Ids of the others that run. */
  others(id: string): string[] {
    const ids = Object.keys(readState(this.place).releases);
    return ids.filter((each) => each !== id && this.running(each) !== null);
  }

  change(id: string, change: Partial<AppRelease>): void {
    changeRelease(this.place, this.call, id, change);
  }

  async start(id: string, env: Readonly<Record<string, string>>): Promise<AppProcess> {
    const { place, call } = this;
    const port = this.fixedPort ?? (await freePort(this.#ports()));
    if (this.fixedPort !== null && !(await isFree(port)))
      throw new ViceError("conflict", {
        message: `port ${port} is taken by another program`,
        hint: "End it, or say `port: auto`.",
      });
    this.go();
    const argv = [...call.spec.start];
    mkdirSync(dirname(place.environment(id)), { recursive: true, mode: 0o700 });
    writeWhole(place.environment(id), JSON.stringify(env));
    // The intent: with the port and the marker it is found, whatever happens between here and the end.
    this.change(id, { port, argv, graceMs: msOf(call.spec.grace), process: null });
    const started = await launch(place, { id, argv, env, port });
    try {
      this.change(id, { process: started });
    } catch (error) {
      // Somebody took over while it was started.
      await this.#end(started, id);
      throw error;
    }
    call.log(`started ${words(argv)} as process ${started.pid}, on port ${port}`);
    return started;
  }

  #ports(): ReadonlySet<number> {
    const releases = Object.values(readState(this.place).releases);
    return new Set(releases.flatMap(({ port }) => (port === null ? [] : [port])));
  }

  /** @throws ViceError when it is not well in time, with the last lines of its log */
  async prove(id: string, { port }: AppProcess): Promise<void> {
    const { call, place } = this;
    const isUp = (): boolean => this.running(id) !== null;
    const problem = await untilHealthy(port, call.spec.health, isUp, call.signal);
    this.go();
    if (problem !== null)
      throw new ViceError("data.invalid", { message: this.withLog(id, problem), hint: "" });
    if (this.record(id)?.healthyAt === null) this.change(id, { healthyAt: new Date().toISOString() });
    call.log(`it answers on ${urlOf(port)}${call.spec.health.path}; its log: ${place.log(id)}`);
  }

  /** All of its end goes into the log of the step; the error has what says why, without the frames of a stack. */
  withLog(id: string, problem: string): string {
    const lines = this.mask.text(tail(this.place.log(id), LOGGED_LINES)).split("\n");
    for (const line of lines) this.call.log(line);
    const telling = lines.filter((line) => line.trim() !== "" && !/^\s+at /.test(line)).slice(-TOLD_LINES);
    const told = telling.length === 0 ? "it wrote nothing" : `its last lines:\n${telling.join("\n")}`;
    return `${problem}; ${told}`.slice(0, MOST_OF_ERROR);
  }

  /** From now on the release is the one that is there. */
  makeCurrent(id: string, { port }: AppProcess): void {
    const { place, call } = this;
    linkCurrent(place, id);
    writeWhole(place.port, `${port}\n`);
    this.change(id, { currentAt: new Date().toISOString() });
    this.watch(call.spec.restart === "always");
  }

  /** Whether somebody starts it again when it has ended by itself. */
  watch(watched: boolean): void {
    changeState(this.place, this.call, () => ({ watched, fixedPort: this.fixedPort }));
  }

  async end(id: string): Promise<void> {
    const known = this.record(id);
    if (known === null) return;
    const isOver = await this.#end(this.running(id), id);
    this.go(!isOver);
    if (!isOver)
      throw new ViceError("conflict", { message: `process ${known.process?.pid} does not end`, hint: "" });
    if (known.process !== null) this.call.log(`ended process ${known.process.pid} (${known.version ?? id})`);
    this.change(id, { process: null });
  }

  #end(known: AppProcess | null, id: string): Promise<boolean> {
    const { graceMs = msOf(this.call.spec.grace) } = this.record(id) ?? {};
    return endAll(known, this.place.marker(id), { graceMs, signal: this.call.signal });
  }

  /** @throws the reason of the signal, when it is to stop here */
  go(asked: boolean = true): void {
    if (asked && this.call.signal.aborted) throw new Halted(String(this.call.signal.reason));
  }

  /** Values as they are now. */
  environment(): Record<string, string> {
    const { call, deps } = this;
    const { release, place } = call;
    const about = {
      ...{ VICE_SERVICE: place.service, VICE_ENVIRONMENT: place.environment, VICE_RELEASE: release.id },
      ...(release.version === null ? {} : { VICE_VERSION: release.version }),
    };
    return { ...plainOf(deps.env), ...call.spec.env, ...call.env, ...about };
  }

  /** As it was started when it was well: a value that broke the new release must not break the old one too. */
  formerEnvironment(id: string): Record<string, string> {
    return readEnvironment(this.place, id) ?? this.environment();
  }
}

export function readEnvironment(place: AppPlace, id: string): Record<string, string> | null {
  try {
    return JSON.parse(readFileSync(place.environment(id), "utf8")) as Record<string, string>;
  } catch {
    return null; // it was never started
  }
}

/** What the signal of the call asked for. */
export class Halted extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason === "timeout" ? "it took too long" : `stopped: ${reason}`);
    this.reason = reason;
  }
}

const words = (argv: readonly string[]): string => argv.join(" ").slice(0, 200);
