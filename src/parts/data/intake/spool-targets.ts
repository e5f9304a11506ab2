/** What waits in the spool for servers that were named: each has a folder of its own (src/doors/cli/wrapper/home.ts). */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const FOLDER = /^to-[0-9a-f]{16}$/;
const DAMAGED = "damaged.ndjson";

export interface WaitingFor {
  /** Address of the server. */
  server: string;
  records: number;
}

/** Whole lines of all files of one folder but the one with what is no record. */
export async function recordsIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".ndjson") && name !== DAMAGED);
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  return texts.flatMap((text) => text.split("\n")).filter((line) => line.trim() !== "").length;
}

/** @param folder `$VICE_HOME/spool`. Servers that nothing waits for are left out. */
export async function waitingFor(folder: string): Promise<WaitingFor[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => FOLDER.test(name));
  const all = await Promise.all(
    names.map(async (name) => ({
      server: await serverOf(join(folder, name)),
      records: await recordsIn(join(folder, name)),
    })),
  );
  return all.filter(({ records }) => records > 0).sort((a, b) => a.server.localeCompare(b.server));
}

async function serverOf(folder: string): Promise<string> {
  const url = (await readFile(join(folder, "url"), "utf8").catch(() => "")).trim();
  if (!URL.canParse(url)) return "a server that is not known any more";
  const shown = new URL(url);
  if (shown.username === "" && shown.password === "") return url;
  [shown.username, shown.password] = ["", ""]; // secrets are never shown
  return shown.href.replace(/\/+$/, "");
}
