// Carries out cells of the matrix side by side, and says of all that went wrong what it was.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { carryOutCell } from "./carry-out-cell.ts";
import type { Cell } from "./cells.ts";
import type { World } from "./world.ts";

/** Most of a cell is waiting for other processes. */
const SIDE_BY_SIDE = 3;

/** The process that is killed, in one file: it starts several times as fast. */
export async function buildEntry(): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), "vice-crash-entry-")), "entry.mjs");
  const banner =
    'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  await build({
    ...{ entryPoints: [join(import.meta.dirname, "entry.ts")], outfile: file, banner: { js: banner } },
    ...{ bundle: true, platform: "node", format: "esm", target: "node24", logLevel: "error" },
    external: ["vitest", "esbuild"],
  });
  return file;
}

/** @returns what went wrong, by cell, and how long the longest recovery took */
export async function carryOut(
  cells: ReadonlyArray<{ open: () => Promise<World>; cell: Cell }>,
  entry: string,
): Promise<{ wrong: string[]; slowestMs: number }> {
  const left = [...cells];
  const wrong: string[] = [];
  let slowestMs = 0;
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { open, cell } = next;
      const world = await open();
      try {
        const { tookMs } = await carryOutCell(world, cell, entry);
        slowestMs = Math.max(slowestMs, tookMs);
      } catch (error) {
        wrong.push(`${world.name}: ${cell.about}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        await world.close();
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return { wrong, slowestMs };
}
