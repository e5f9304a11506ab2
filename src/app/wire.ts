/** Wires the parts: configuration, store, sources, log writer, intake. The only place that sees everything. */
import { readFileSync } from "node:fs";
import { createArtifacts } from "../adapters/artifact/index.ts";
import { openBlobStore } from "../adapters/blob/open.ts";
import { createCheckers } from "../adapters/check/table.ts";
import { createCommitSources, noCommitSources } from "../adapters/commits/index.ts";
import { createExporters } from "../adapters/exporter/create.ts";
import { createRestrictedHttp } from "../adapters/http-client/restricted.ts";
import { createNotifiers } from "../adapters/notifier/create.ts";
import { createProcessRunner } from "../adapters/process/process-runner.ts";
import { createSqliteQuery } from "../adapters/query/sqlite-query.ts";
import { createSecrets } from "../adapters/secret/secrets.ts";
import { openSqliteStore } from "../adapters/store/sqlite/sqlite-store.ts";
import { createTargets } from "../adapters/target/table.ts";
import type { Transition } from "../domain/transition.ts";
import { ViceError } from "../kit/errors.ts";
import { uuidv7 } from "../kit/ids.ts";
import { createRunEngine } from "../parts/auto/index.ts";
import { createIntake, createLogWriter } from "../parts/data/index.ts";
import { deploySteps } from "../parts/deploy/index.ts";
import type { ProjectionSettings } from "../ports/read-models.ts";
import type { Intake, ServerConfig, Services } from "../ports/services.ts";
import type { Reading, Source } from "../ports/source.ts";
import type { Env } from "./config/server-config.ts";
import { ensureHome, lockHome, storeFile } from "./home.ts";
import { inspect } from "./inspect.ts";
import { createSources } from "./sources.ts";

export interface Wired {
  services: Services & { intake: Intake };
  /** Set before deliveries arrive: called when one was accepted and is durable. */
  onAccepted: (
    listener: (source: Source, reading: Reading, transitions: readonly Transition[]) => void,
  ) => void;
  /** Takes a configuration that was read again: rules, secrets, sources. Address and home stay. */
  reload: (config: ServerConfig) => Promise<void>;
  close: () => Promise<void>;
}

export interface WireOptions {
  config: ServerConfig;
  env: Env;
  mode: "write" | "read";
  /** How long to wait for another writer, in milliseconds. */
  waitMs?: number;
  demo?: boolean;
  now?: () => number;
  onError?: (error: unknown) => void;
  /** Where notices for the terminal go; without it stderr. */
  say?: (text: string) => void;
}

/** @throws ViceError `store.*`, `config.invalid` */
export async function wire(options: WireOptions): Promise<Wired> {
  const { config, env, mode, waitMs = 5000, demo = false, now = Date.now, onError = () => {} } = options;
  const unlock = mode === "write" ? await lockHome(config.home, waitMs) : () => {};
  let closeStore = (): void => {};
  const release = (): void => {
    try {
      closeStore();
    } finally {
      unlock();
    }
  };
  try {
    if (mode === "write") ensureHome(config.home);
    const settings = settingsOf(config);
    const sources = await createSources(config, env);
    const program = packageVersion();
    const store = openSqliteStore({ file: storeFile(config.home), mode, settings, now, program, onError });
    closeStore = () => store.close();
    const homeId = homeIdOf(store.state, mode, now);
    const log = createLogWriter(store, onError);
    let listener: (source: Source, reading: Reading, transitions: readonly Transition[]) => void = () => {};
    const intake = createIntake({
      store,
      log,
      sources,
      config,
      now,
      onError,
      onAccepted: (...args) => listener(...args),
    });
    const beside = outside(config, env, now, options.say);
    const auto = createRunEngine({
      ...{ ...beside, store, log, env, now, onError },
      others: (engine, ended) => deploySteps({ services: () => services, env, now }, engine, ended),
    });
    const services: Services = {
      ...beside,
      ...(mode === "read" ? { commitSources: noCommitSources } : {}),
      auto,
      store,
      log,
      intake,
      sources,
      demo,
      homeId,
      baseUrl: null,
    };
    return {
      services,
      onAccepted: (heard) => {
        listener = heard;
      },
      reload: async (fresh) => {
        const renewed = await createSources(fresh, env);
        store.maintenance.configure(settingsOf(fresh));
        Object.assign(sources, renewed);
        Object.assign(config, { ...fresh, home: config.home, host: config.host, port: config.port });
        await log.settled();
      },
      close: async () => {
        try {
          await auto.stop();
          await log.stop();
          if (mode === "write") store.maintenance.catchUp();
        } finally {
          release();
        }
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

const settingsOf = ({
  rules,
  sourceOrder,
  environmentOrder,
  abandonAfterMs,
  timeZone,
}: ServerConfig): ProjectionSettings => ({
  ...{ configRules: rules, sourceOrder, environmentOrder, abandonAfterMs, timeZone },
});

type Outside = Omit<
  Services,
  "store" | "log" | "intake" | "sources" | "auto" | "demo" | "homeId" | "baseUrl"
>;

/** What does not depend on the store of this home. */
function outside(
  config: ServerConfig,
  env: Env,
  now: () => number,
  say: (text: string) => void = (text) => void process.stderr.write(`${text}\n`),
): Outside {
  const outbound: Services["outbound"] = (ownHost) =>
    createRestrictedHttp({ allowPrivateHosts: config.allowPrivateHosts, ownHost });
  const { home } = config;
  const processes = createProcessRunner({ home, env });
  const artifacts = createArtifacts({ home, env });
  const version = packageVersion();
  return {
    version,
    config,
    env,
    query: createSqliteQuery(),
    processes,
    checks: createCheckers({ processes }, env),
    targets: createTargets({
      ...{ home, env, processes, artifacts, outbound },
      get sources() {
        return config.sources;
      },
    }),
    artifacts,
    secrets: createSecrets({ home: config.home, env }),
    openBlobs: (url) => openBlobStore(url, env),
    openStore: (file, mode) => openSqliteStore({ file, mode, settings: settingsOf(config), now }),
    lockHome: (home) => lockHome(home, 0),
    inspect: () => inspect(config, env),
    outbound,
    commitSources: createCommitSources({ sources: () => config.sources, outbound, env, now }),
    notifiers: createNotifiers(() => config.channels, {
      ...{ outbound, env, say, now },
      sources: () => config.sources,
    }),
    exporters: createExporters(() => config.otlpExporter, { outbound, env, now, version }),
  };
}

/** For a command that puts a store in its place: works on an empty home and beside a damaged store. */
export async function wireWithoutStore(
  config: ServerConfig,
  env: Env,
): Promise<Pick<Wired, "close"> & { services: Services }> {
  const absent = (what: string): never => {
    throw new ViceError("bug", { problem: `a command that works without a store asked for ${what}` });
  };
  const services: Services = {
    ...outside(config, env, Date.now),
    sources: await createSources(config, env),
    demo: false,
    homeId: "",
    baseUrl: null,
    get store() {
      return absent("the store");
    },
    get log() {
      return absent("the log");
    },
    get intake() {
      return absent("the intake");
    },
    get auto() {
      return absent("the engine");
    },
  };
  return { services, close: async () => {} };
}

function homeIdOf(state: Services["store"]["state"], mode: "write" | "read", now: () => number): string {
  const known = state.get("home", "id")?.value;
  if (typeof known === "string") return known;
  const made = uuidv7(now());
  if (mode === "write") state.set("home", "id", made, now());
  return made;
}

/** Version of the package, from the nearest package.json. */
export function packageVersion(): string {
  const file = [
    new URL("../package.json", import.meta.url),
    new URL("../../package.json", import.meta.url),
  ].find((url) => {
    try {
      return readFileSync(url, "utf8").includes('"vice-deploy"');
    } catch {
      return false; // not there: the other one is
    }
  });
  return file === undefined
    ? "0.0.0"
    : (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
