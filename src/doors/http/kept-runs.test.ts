/** Tests what the door remembers of runs: only those that were answered 202, and not more than memory can hold. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { startDoor } from "../../../test/http-door.ts";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { keptRuns, MOST_OPEN } from "./kept-runs.ts";
import type { Run } from "./run.ts";

const run = (id: string, result: unknown = null): Run => ({
  id,
  command: "test",
  principal: "local",
  state: "succeeded",
  progress: null,
  startedAt: "2026-11-20T10:00:00.000Z",
  finishedAt: null,
  result,
  error: null,
});
const known = (runs: ReturnType<typeof keptRuns>, ids: string[]): string[] =>
  ids.filter((id) => runs.get(id) !== null);

describe("kept runs", () => {
  test("together have so many bytes of results; the oldest go first, the newest stays", async () => {
    const runs = keptRuns(25);
    for (const id of ["a", "b", "c"]) runs.keep(run(id, "12345678"), Promise.resolve());
    await Promise.resolve();
    expect(known(runs, ["a", "b", "c"])).toEqual(["b", "c"]);
    runs.keep(run("huge", "x".repeat(100)), Promise.resolve());
    await Promise.resolve();
    expect(known(runs, ["a", "b", "c", "huge"])).toEqual(["huge"]);
  });

  test("are at most 500, and those that still run are not forgotten", async () => {
    const runs = keptRuns();
    runs.keep(run("running"), new Promise(() => undefined));
    for (let i = 0; i < 600; i++) {
      runs.keep(run(`r${i}`), Promise.resolve());
      await Promise.resolve();
    }
    const ids = ["running", ...Array.from({ length: 600 }, (_, i) => `r${i}`)];
    expect(known(runs, ids)).toHaveLength(500);
    expect(known(runs, ["running", "r0", "r599"])).toEqual(["running", "r599"]);
  });
});

const slow = (
  effect: "read" | "write",
): { command: Command<Services>; begun: AbortSignal[]; end: () => void } => {
  const begun: AbortSignal[] = [];
  const ends: Array<() => void> = [];
  const command: Command<Services> = {
    id: `test.${effect}`,
    words: null,
    part: "vice",
    summary: "For tests.",
    examples: [],
    effect,
    positional: [],
    input: z.object({}),
    output: z.unknown(),
    text: String,
    run: (_input, { signal }) => {
      begun.push(signal);
      return new Promise((resolve, reject) => {
        ends.push(() => resolve({}));
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    },
  };
  return { command, begun, end: () => ends.splice(0).forEach((one) => void one()) };
};

describe("runs that go on after their request", () => {
  test("are limited for each principal; when one has ended there is room again", async () => {
    const { command, begun, end } = slow("write");
    const door = await startDoor({ commands: [command], door: { commandPatienceMs: 20 } });
    const ask = () => door.post("/v1/commands/test.write", {});
    for (let at = 0; at < MOST_OPEN; at++) expect((await ask()).status).toBe(202);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBeDefined();
    expect(refused.json()).toMatchObject({ error: { code: "rate.limited" } });
    expect(begun, "the refused one did not begin").toHaveLength(MOST_OPEN);
    expect((await door.ask("/v1/status")).status, "what is quick and reads").toBe(200);
    end();
    await expect.poll(async () => (await ask()).status).toBe(202);
    end();
    await door.close();
  });

  test("that only read and began together end when they are too many", async () => {
    const { command, begun, end } = slow("read");
    const door = await startDoor({ commands: [command], door: { commandPatienceMs: 300 } });
    const asked = Array.from({ length: MOST_OPEN + 4 }, () => door.post("/v1/commands/test.read", {}));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    expect(
      begun.filter(({ aborted }) => aborted),
      "the others go on, though their clients hung up",
    ).toHaveLength(4);
    end();
    await door.close();
  });
});

test("a command that ends in time leaves nothing behind", async () => {
  const broken: Command<Services> = {
    id: "test.broken",
    words: null,
    part: "vice",
    summary: "For tests.",
    examples: [],
    effect: "read",
    positional: [],
    input: z.object({}),
    output: z.unknown(),
    text: String,
    run: () => {
      throw new Error("something fell over");
    },
  };
  const door = await startDoor({ commands: [broken] });
  expect((await door.post("/v1/commands/test.broken", {})).status).toBe(500);
  // The log names the run; the answer does not.
  const id = /"run":"([^"]+)"/.exec(door.log.join(""))?.[1];
  expect(id).toBeDefined();
  expect((await door.ask(`/v1/runs/${id}`)).status).toBe(404);
  await door.close();
});
