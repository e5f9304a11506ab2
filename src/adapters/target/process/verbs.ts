/** The verbs of the process target; each may be broken off anywhere and asked again, and goes on from what is there. */
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Outcome } from "../../../domain/pipeline/decide.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { ActingVerb } from "../../../ports/target.ts";
import { App, type Call, Halted, type ProcessTargetDeps, urlOf } from "./app.ts";
import { leftMakings } from "./place.ts";
import { type AppRelease, changeState, readState } from "./state.ts";

type Outputs = Record<string, string>;
type Work = (app: App) => Promise<Outputs>;

const problem = (message: string, hint = ""): ViceError => new ViceError("data.invalid", { message, hint });

const WORK: Readonly<Record<ActingVerb, Work>> = {
  prepare,
  start,
  health,
  switch: switchTo,
  stop,
  rollback,
  cleanup,
};

export const verbsOf = (deps: ProcessTargetDeps) =>
  Object.fromEntries(
    Object.entries(WORK).map(([verb, work]) => [verb, (call: Call) => carryOut(new App(deps, call), work)]),
  ) as Record<ActingVerb, (call: Call) => Promise<Outcome>>;

async function carryOut(app: App, work: Work): Promise<Outcome> {
  try {
    app.go();
    app.enter();
    return { outcome: "succeeded", outputs: await work(app), error: null };
  } catch (error) {
    const isHalted = error instanceof Halted || app.call.signal.aborted;
    const reason = String(app.call.signal.reason);
    const outcome = isHalted && reason !== "timeout" ? "canceled" : "failed";
    return { outcome, outputs: {}, error: app.mask.text(wordsOf(error)) };
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof ViceError) return `${error.message} ${error.details["hint"] ?? ""}`.trim();
  return error instanceof Error ? error.message : String(error);
}

async function prepare(app: App): Promise<Outputs> {
  const { call, place, deps } = app;
  const { release } = call;
  const { id, version, commitSha, artifact } = release;
  if (app.record(id) !== null && existsSync(place.release(id))) return {};
  if (artifact === null)
    throw problem("vice.yaml does not say what is deployed.", "Give the service an artifact: { folder: . }");
  const job = { run: call.run, step: call.step, attempt: call.attempt, key: `${call.key}/build` };
  await deps.processes.recall(job); // ends what an earlier vice left of it
  const making = place.making(id);
  for (const left of [making, place.release(id)])
    await rm(left, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(making, { recursive: true, mode: 0o700 });
  call.log(`fetching ${artifact.name} ${artifact.version ?? ""} (${artifact.digest})`);
  await deps.artifacts.fetch(artifact, making, call.signal);
  const { build } = call.spec;
  if (build !== undefined) {
    const env = app.environment();
    const { secrets, signal } = call;
    const end = await deps.processes.run({ ...job, argv: build, cwd: making, env, secrets, signal });
    app.go();
    const how = end.problem ?? (end.signal === null ? `exit code ${end.exitCode}` : end.signal);
    if (end.exitCode !== 0)
      throw problem(`the build failed: ${how}`, "Its output is in the log of this step.");
  }
  app.go();
  renameSync(making, place.release(id));
  const preparedAt = new Date().toISOString();
  const made = { id, version, commitSha, digest: artifact.digest, preparedAt };
  const rest = { healthyAt: null, currentAt: null, port: null, process: null, argv: [], graceMs: 10_000 };
  changeState(place, call, ({ releases }) => ({ releases: { ...releases, [id]: { ...made, ...rest } } }));
  call.log(`${place.release(id)} is ready`);
  return {};
}

/** With a port of its own it waits for the switch: what runs there has the port. */
const waitsForSwitch = (app: App, id: string): boolean =>
  app.fixedPort !== null && app.running(id) === null && app.others(id).length > 0;

function prepared(app: App, id: string): AppRelease {
  const record = app.record(id);
  if (record !== null && existsSync(app.place.release(id))) return record;
  throw problem("Its files are not here any more.", "Deploy that version again.");
}

async function start(app: App): Promise<Outputs> {
  const { id } = app.call.release;
  prepared(app, id);
  if (waitsForSwitch(app, id)) {
    app.call.log(`port ${app.fixedPort} is in use by what runs now; it is started when that was stopped`);
    return {};
  }
  const running = app.running(id) ?? (await app.start(id, app.environment()));
  if (app.current === id) app.makeCurrent(id, running);
  return { url: urlOf(running.port) };
}

async function health(app: App): Promise<Outputs> {
  const { id } = app.call.release;
  if (waitsForSwitch(app, id)) return {};
  const running = app.running(id);
  if (running === null) throw problem(app.withLog(id, "it does not run"));
  await app.prove(id, running);
  return { url: urlOf(running.port) };
}

async function switchTo(app: App): Promise<Outputs> {
  const { id } = app.call.release;
  prepared(app, id);
  if (waitsForSwitch(app, id)) {
    app.watch(false);
    for (const other of app.others(id)) await app.end(other);
  }
  const hadPort = app.fixedPort !== null;
  const running = app.running(id) ?? (hadPort ? await app.start(id, app.environment()) : null);
  if (running === null) throw problem(app.withLog(id, "it does not run"));
  if (app.record(id)?.healthyAt === null) {
    if (!hadPort) throw problem("it was never seen healthy, so what runs stays");
    await app.prove(id, running);
  }
  app.go();
  if (app.current !== id) app.call.log(`${app.place.current} leads to ${app.call.release.version ?? id} now`);
  app.makeCurrent(id, running);
  return { url: urlOf(running.port) };
}

async function stop(app: App): Promise<Outputs> {
  const { id } = app.call.release;
  if (app.current === id) app.watch(false);
  await app.end(id);
  return {};
}

async function rollback(app: App): Promise<Outputs> {
  const { release, former } = app.call;
  if (former === null)
    throw problem("nothing is known that ran here before, so there is nothing to go back to");
  const { id } = former;
  if (app.record(id)?.healthyAt == null)
    throw problem(`${former.version ?? id} was never seen healthy here, so nobody goes back to it`);
  prepared(app, id);
  app.watch(false);
  if (app.fixedPort !== null) for (const other of app.others(id)) await app.end(other);
  const running = app.running(id) ?? (await app.start(id, app.formerEnvironment(id)));
  await app.prove(id, running);
  app.makeCurrent(id, running);
  app.call.log(`back to ${former.version ?? id}`);
  // Also what another deployment left there that was stopped on its way.
  for (const other of new Set([release.id, ...app.others(id)])) if (other !== id) await app.end(other);
  return { url: urlOf(running.port) };
}

async function cleanup(app: App): Promise<Outputs> {
  const { place, call, current } = app;
  for (const id of app.others(current ?? call.release.id)) await app.end(id);
  const { releases } = readState(place);
  const order = Object.values(releases).sort((a, b) => ageOf(b).localeCompare(ageOf(a)));
  const proved = order.filter(({ healthyAt }) => healthyAt !== null).map(({ id }) => id);
  const [last] = proved.filter((id) => id !== current);
  const kept = new Set([...proved.slice(0, call.spec.keep), current, last, call.release.id]);
  for (const { id } of order.filter((each) => !kept.has(each.id))) {
    app.go();
    changeState(place, call, (state) => {
      const { [id]: _gone, ...rest } = state.releases;
      return { releases: rest };
    });
    call.log(`removed ${releases[id]?.version ?? id}`);
  }
  await removeUnknown(app);
  return {};
}

const ageOf = ({ currentAt, preparedAt }: AppRelease): string => currentAt ?? preparedAt;

/** Files that belong to no release that is known, also from an earlier time that broke off. */
async function removeUnknown({ place }: App): Promise<void> {
  const ids = Object.keys(readState(place).releases);
  const known = new Set(
    ids.flatMap((id) => [place.release(id), place.environment(id), place.log(id), `${place.log(id)}.1`]),
  );
  const folders = [place.releases, `${place.root}/env`, `${place.root}/logs`];
  const found = folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [],
  );
  for (const path of new Set([...found.filter((each) => !known.has(each)), ...leftMakings(place)]))
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
}
