/** A server for the benchmarks, started as a process of its own: as `vice serve` wires it, or the same without its store. */
import "./small-heap.ts";
import pino from "pino";
import { allCommands } from "../src/app/commands.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { wire } from "../src/app/wire.ts";
import { createHttpDoor } from "../src/doors/http/index.ts";
import { createIntake } from "../src/parts/data/index.ts";
import type { AppendResult } from "../src/ports/event-log.ts";
import type { LogWriter } from "../src/ports/services.ts";

/** Questions that the measuring process asks. */
export type Question = "lag" | "memory";

const [home = "", kind = "store"] = process.argv.slice(2);
const env = { ...process.env, VICE_HOME: home };
const wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
const { services } = wired;
const { store, sources, config } = services;

/** Everything up to here is done as always (signature, parsing, normalising, hashes); only the store is not there. */
const nowhere: LogWriter = {
  append: async ({ delivery, events }): Promise<AppendResult> => ({
    delivery: delivery?.id ?? null,
    outcome: delivery?.outcome ?? "accepted",
    reason: null,
    activities: [...new Set(events.map(({ subject }) => subject ?? ""))],
    seq: 1,
  }),
  settled: async () => {},
  depth: 0,
};

const intake =
  kind === "storeless"
    ? createIntake({ store, log: nowhere, sources, config, now: Date.now })
    : services.intake;
const logger = pino({ level: "info" }, pino.destination({ dest: "/dev/null", sync: true }));
const door = await createHttpDoor({
  services: { ...services, intake },
  commands: allCommands,
  host: "127.0.0.1",
  port: 0,
  dashboardDir: null,
  logger,
});

process.on("message", (question: Question) => {
  process.send?.(question === "lag" ? store.maintenance.health().lag : process.memoryUsage.rss());
});
process.on("disconnect", () => {
  void door
    .close()
    .then(() => wired.close())
    .then(() => process.exit(0));
});
process.send?.(door.url);
