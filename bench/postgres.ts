/** A PostgreSQL for a peer: in a folder of its own, on the loopback address; its process and its files go away again. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { keptFolder } from "./scratch.ts";

const START_MS = 30_000;

export interface Postgres {
  url: string;
  version: string;
  stop: () => Promise<void>;
}

/**
 * @param database its name in the address; it is not made here
 * @param settings as `shared_buffers=1GB`
 * @throws Error when it is not there or does not start
 */
export async function startPostgres(database: string, settings: readonly string[] = []): Promise<Postgres> {
  const user = userOf();
  // Its user must be able to come there.
  const folder = keptFolder(`postgres-${process.pid}`);
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const own = user ?? {};
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "bench", "-A", "trust", "--no-instructions"];
  execFileSync("initdb", init, { ...own, cwd: folder, stdio: "ignore", timeout: START_MS });
  const port = await freePort();
  const words = [
    "-D",
    data,
    "-h",
    "127.0.0.1",
    "-p",
    String(port),
    "-k",
    folder,
    ...settings.flatMap((each) => ["-c", each]),
  ];
  const server = spawn("postgres", words, { ...own, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  await ready(server);
  const [, version = ""] =
    /(\d[\d.]*)/.exec(execFileSync("postgres", ["--version"], { encoding: "utf8" })) ?? [];
  return {
    url: `postgresql://bench@127.0.0.1:${port}/${database}`,
    version,
    stop: async () => {
      if (server.exitCode === null) {
        server.kill("SIGINT");
        await once(server, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; its package makes a user for it. */
function userOf(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const ask = (flag: string): number =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  return { uid: ask("-u"), gid: ask("-g") };
}

async function ready(server: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(() => fail(new Error("PostgreSQL did not start in time")), START_MS);
    server.once("error", fail);
    server.once("exit", () => fail(new Error(`PostgreSQL did not start: ${said.slice(-300)}`)));
    server.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
      if (!said.includes("ready to accept connections")) return;
      clearTimeout(timer);
      done();
    });
  });
  server.removeAllListeners("exit");
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
