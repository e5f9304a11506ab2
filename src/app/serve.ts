/** Starts the server: configuration, store, workers, HTTP door, server record; and stops them in the other order. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, watch } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { drainInto } from "../doors/cli/place/drain.ts";
import { createHttpDoor } from "../doors/http/index.ts";
import type { Services } from "../ports/services.ts";
import { allCommands } from "./commands.ts";
import { type ConfigFlags, type Env, loadServerConfig } from "./config/server-config.ts";
import { ensureHome, removeServerRecord, spoolFolder, tightenHome, writeServerRecord } from "./home.ts";
import { listenProblem } from "./listen-problem.ts";
import { type LogForm, serverLog } from "./server-log.ts";
import { followUsual } from "./usual.ts";
import { type Wired, wire } from "./wire.ts";
import { startWorkers } from "./workers.ts";

export interface RunningServer {
  url: string;
  home: string;
  services: Services;
  /** Reads configuration and secrets again. */
  reload: () => Promise<void>;
  /** Stops accepting, finishes, flushes. */
  close: () => Promise<void>;
}

export interface ServeOptions extends ConfigFlags {
  env: Env;
  demo?: boolean;
  logger?: Logger;
  /** Form of the log on stderr; text on a terminal, else JSON. */
  log?: LogForm | undefined;
  /** How long to wait for another writer on this home. */
  waitMs?: number;
}

const SPOOL_EVERY_MS = 2000;
/** Two servers on one home: the second need not wait long to know. */
const LOCK_WAIT_MS = 1500;

/** @throws ViceError `store.busy`, `store.*`, `config.invalid`, and `server.no-address` for a port in use */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { env, demo = false, waitMs = LOCK_WAIT_MS } = options;
  const logger = options.logger ?? serverLog(env, process.stderr, options.log);
  const config = loadServerConfig(env, options);
  ensureHome(config.home);
  const wired = await wire({
    config,
    env,
    mode: "write",
    waitMs,
    demo,
    onError: (error) => logger.error({ err: error }, "background work failed"),
    say: (text) => logger.info({ notice: text }, "a notice"),
  });
  for (const { path, mode } of tightenHome(config.home))
    logger.warn({ path, mode: mode.toString(8) }, "others can read this; take it from them: chmod go-rwx");
  try {
    return await open(wired, logger, options);
  } catch (error) {
    await wired.close();
    throw error;
  }
}

async function open(wired: Wired, logger: Logger, options: ServeOptions): Promise<RunningServer> {
  const { services } = wired;
  const { home, host, port } = services.config;
  const folder = fileURLToPath(new URL("./dashboard/", import.meta.url));
  const built = fileURLToPath(new URL("../../dist/dashboard/", import.meta.url));
  const dashboardDir = [folder, built].find((each) => existsSync(`${each}index.html`)) ?? null;
  const localToken = `vice_local_${randomBytes(32).toString("base64url")}`;
  const door = await createHttpDoor({
    services,
    localToken,
    commands: allCommands,
    host,
    port,
    dashboardDir,
    logger,
  }).catch((error: unknown) => {
    throw listenProblem(error, host, port);
  });
  services.baseUrl = door.url;
  const stopSpool = followSpool(services, logger);
  const stopUsual = followUsual(services, (error) =>
    logger.warn({ err: error }, "usual durations could not be written"),
  );
  let workers = startWorkers(wired, logger);
  services.auto
    .takeUp()
    .catch((error: unknown) => logger.error({ err: error }, "open runs were not taken up"));
  writeServerRecord(home, {
    url: door.url,
    pid: process.pid,
    startedAt: new Date().toISOString(),
    homeId: services.homeId,
    publicUrl: services.config.publicUrl,
    token: localToken,
  });
  logger.info({ url: door.url, home, config: services.config.file }, "vice is ready");
  const reload = async (): Promise<void> => {
    if (isClosing) return;
    await wired.reload(loadServerConfig(options.env, options));
    await workers.stop();
    workers = startWorkers(wired, logger);
    logger.info({ config: services.config.file }, "the configuration was read again");
  };
  // One after the other: two at once would each start workers, and only one set would be stopped again.
  let reloaded = Promise.resolve();
  let isClosing = false;
  return {
    url: door.url,
    home,
    services,
    reload: () => {
      const done = reloaded.then(reload);
      reloaded = done.catch(() => {}); // whoever asked hears of it
      return done;
    },
    close: async () => {
      isClosing = true;
      await reloaded;
      removeServerRecord(home);
      await door.close();
      stopUsual();
      await stopSpool();
      await workers.stop();
      await wired.close();
      logger.info("vice has stopped");
    },
  };
}

/** Local records are taken in when they appear; a look now and then finds what the watcher missed. */
function followSpool(services: Services, logger: Logger): () => Promise<void> {
  const folder = spoolFolder(services.config.home);
  mkdirSync(folder, { recursive: true, mode: 0o700 }); // so that there is something to watch
  let running: Promise<void> | null = null;
  let again = false;
  const drain = (): void => {
    if (running !== null) {
      again = true;
      return;
    }
    running = drainInto(services.config.home, { services })
      .then(
        () => {},
        (error: unknown) => {
          again = false; // putting the files back is a change of the folder too: the timer tries again
          logger.warn({ err: error }, "the spool could not be taken in; it stays and is tried again");
        },
      )
      .finally(() => {
        running = null;
        if (again) {
          again = false;
          drain();
        }
      });
  };
  drain();
  const timer = setInterval(drain, SPOOL_EVERY_MS).unref();
  const watcher = watch(folder, { persistent: false }, drain);
  watcher.on("error", () => watcher.close());
  return async () => {
    clearInterval(timer);
    watcher.close();
    again = false;
    await running;
  };
}
