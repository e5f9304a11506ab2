// The crash matrix of deployments: vice killed, canceled and aborted in every state, at every target: it converges, and
// nothing is done twice. Whole at the level soak (VICE_TEST_LEVEL); below it a sample, always the same.
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cell, cellsOf } from "./deploy-crash/cells.ts";
import { buildEntry, carryOut } from "./deploy-crash/matrix.ts";
import type { World } from "./deploy-crash/world.ts";
import { commandWorld, jenkinsWorld, processWorld } from "./deploy-crash/worlds.ts";
import { amounts } from "./level.ts";

let entry = "";
beforeAll(async () => {
  entry = await buildEntry();
});
afterAll(() => rmSync(dirname(entry), { recursive: true, force: true }));

type Open = () => Promise<World>;
const WORLDS: ReadonlyArray<[string, Open]> = [
  ["a script that can say what it did", () => commandWorld("done")],
  ["a script that may be called again", () => commandWorld("idempotent")],
  ["a script that nobody can ask", () => commandWorld("none")],
  ["a process, a port for each release", () => processWorld("auto")],
  ["a process, one port for all", () => processWorld("fixed")],
  ["a job of a Jenkins", () => jenkinsWorld()],
];
/** Only a kill tells these from the first one. */
const LIKE_THE_FIRST: ReadonlySet<string> = new Set([
  "a script that may be called again",
  "a script that nobody can ask",
]);
const HAPPENS: ReadonlyArray<[string, ReadonlyArray<Cell["happens"]>]> = [
  ["killed", ["kill", "kill in the script"]],
  ["canceled", ["cancel", "cancel, then kill"]],
  ["aborted", ["abort"]],
];

async function cellsFor(
  open: Open,
  kinds: ReadonlyArray<Cell["happens"]>,
): Promise<Array<{ open: Open; cell: Cell }>> {
  const world = await open();
  // Without a crash all scripts are the same.
  const isLike = world.name.startsWith("command") && world.name !== "command, done";
  const cells = cellsOf(world).filter(
    ({ happens }) => kinds.includes(happens) && (!isLike || happens.includes("kill")),
  );
  await world.close();
  return cells.map((cell) => ({ open, cell }));
}

/** What the next vice needs until a run that was left has ended. */
const RECOVERED_MS = 15_000;

async function holds(cells: ReadonlyArray<{ open: Open; cell: Cell }>): Promise<void> {
  const { wrong, slowestMs } = await carryOut(cells, entry);
  expect(wrong).toEqual([]);
  expect(slowestMs).toBeLessThan(RECOVERED_MS);
}

/** Cells that once went wrong. */
const KNOWN: ReadonlyArray<[world: number, about: string]> = [
  [0, "fine: kill in the script ended switch"],
  [0, "unproved: cancel during rollback +5"],
  [0, "unproved: cancel, then kill intended verify, during rollback +5"],
  [3, "fine: abort during switch +40"],
];

async function sample(): Promise<Array<{ open: Open; cell: Cell }>> {
  const kinds = HAPPENS.flatMap(([, each]) => each);
  const picked = WORLDS.map(async ([, open], at) => {
    const all = await cellsFor(open, kinds);
    const known = KNOWN.flatMap(([world, about]) => (world === at ? [about] : []));
    const found = known.map((about) => all.find(({ cell }) => cell.about === about));
    const spread = Array.from(
      { length: amounts.crashCells ?? 0 },
      (_, turn) => all[((at + 1) * 37 + turn * 53) % all.length],
    );
    return [...found, ...spread].map((each) => {
      if (each === undefined) throw new Error("there is no such cell");
      return each;
    });
  });
  return (await Promise.all(picked)).flat();
}

function wholeMatrix(): void {
  for (const [name, open] of WORLDS)
    for (const [what, kinds] of HAPPENS)
      if (what !== "aborted" || !LIKE_THE_FIRST.has(name))
        test(
          `the crash matrix: ${name}, ${what}`,
          async () => holds(await cellsFor(open, kinds)),
          amounts.testTimeoutMs * 3,
        );
}

if (amounts.crashCells !== null)
  test(
    "a sample of the crash matrix converges, and nothing is done twice",
    async () => holds(await sample()),
    amounts.testTimeoutMs * 3,
  );
else wholeMatrix();
