/** Tests that a server takes from others what they may do with its home, and leaves alone what is not its own. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startServer } from "./serve.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "vice-loose-"));
  chmodSync(home, 0o755);
  mkdirSync(join(home, "spool"));
  writeFileSync(join(home, "secrets.json"), "{}");
  chmodSync(join(home, "secrets.json"), 0o644);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const modeOf = (name: string): string => (statSync(join(home, name)).mode & 0o777).toString(8);

async function logOfServer(): Promise<string> {
  let log = "";
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      log += String(chunk);
      done();
    },
  });
  const server = await startServer({ env: { VICE_HOME: home }, port: 0, logger: pino(sink) });
  await server.close();
  return log;
}

test("a loose home is tightened, with the files in it", async () => {
  for (const folder of ["runs", "apps", "artifacts", "fences", "triggers"]) mkdirSync(join(home, folder));
  writeFileSync(join(home, "age-key.txt"), "");
  expect(await logOfServer()).not.toContain("chmod");
  expect([".", "secrets.json", "spool", "vice.db"].map(modeOf)).toEqual(["700", "600", "700", "600"]);
  expect(["runs", "apps", "artifacts", "fences", "triggers"].map(modeOf)).toEqual(Array(5).fill("700"));
});

test("a folder that others use too is left to them, with a warning; our files in it are not", async () => {
  writeFileSync(join(home, "notes.txt"), "not ours");
  chmodSync(join(home, "notes.txt"), 0o644);
  expect(await logOfServer()).toContain("chmod go-rwx");
  expect([".", "notes.txt", "secrets.json"].map(modeOf)).toEqual(["755", "644", "600"]);
});

test("what a link leads to is not ours to change: in a shared folder anybody may have made it", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "vice-elsewhere-"));
  const theirs = join(elsewhere, "theirs");
  writeFileSync(theirs, "");
  chmodSync(theirs, 0o644);
  symlinkSync(theirs, join(home, "vice.db.old"));
  try {
    expect(await logOfServer()).toContain("vice.db.old");
    expect((statSync(theirs).mode & 0o777).toString(8)).toBe("644");
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});
