// A restore that is killed leaves a whole store in the home: the old one or the new one, never a mixture.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BundledChild, bundledChild } from "../../../../test/bundled-child.ts";
import { deployment, openHouse, openStore } from "../../../../test/data-services.ts";
import { amounts } from "../../../../test/level.ts";
import { invoke } from "../../../kit/command.ts";
import { backupCommand } from "./backup-command.ts";

const KILLS = Math.ceil(amounts.kills / 5);
const SPREAD_MS = 120;
/** For one start and one kill: it ends a test that hangs, and a busy machine is no fault. */
const PATIENCE_MS = 30_000;
let script: BundledChild;
beforeAll(async () => {
  script = await bundledChild("restore-child.ts");
});
afterAll(() => script.remove());

async function restoreAndKill(url: string, home: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script.file, url, home], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: join(url, "..") },
  });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill("SIGKILL");
  await ended;
}

it(`holds for ${KILLS} kills`, { timeout: KILLS * PATIENCE_MS }, async () => {
  const place = mkdtempSync(join(tmpdir(), "vice-kill-"));
  const house = openHouse();
  const home = join(place, "home");
  try {
    house.store.log.append(Array.from({ length: 400 }, (_, at) => deployment(String(at))));
    const backup = house.store.log.head();
    await invoke(backupCommand, { url: join(place, "backups") }, house.context());
    const whole: number[] = [];
    for (let at = 0; at < KILLS; at++) {
      const before = openStore(join(home, "vice.db"), "write");
      before.log.append([deployment(`old ${at}`)]);
      const old = before.log.head();
      before.close();
      await restoreAndKill(join(place, "backups"), home, (at / KILLS) * SPREAD_MS);
      const after = openStore(join(home, "vice.db"), "write");
      const result = await after.log.verify(null, () => {});
      expect(result).toMatchObject({ ok: true });
      expect([old, backup]).toContainEqual(after.log.head());
      whole.push(after.log.head().seq);
      after.close();
    }
    expect(whole).toHaveLength(KILLS);
  } finally {
    house.close();
    rmSync(place, { recursive: true, force: true });
  }
});
