/** Tests the spool on both sides: lines that always fit, many writers, drains that crash or meet late writers. */
import { spawn } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SPOOL_LINE_BYTES, type SpoolStart } from "../src/domain/spool.ts";
import { fitLine, LINE_BYTES } from "../src/doors/cli/wrapper/fit-line.ts";
import { uuidv7 } from "../src/doors/cli/wrapper/ids.ts";
import { appendLines, appendRecord } from "../src/doors/cli/wrapper/spool.ts";
import { drainSpool, spoolBytes } from "../src/parts/data/intake/spool-files.ts";
import { type Bench, wrapperBench } from "./wrapper-bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-spool-"));
const active = join(folder, "active.ndjson");
let bench: Bench;
beforeAll(async () => {
  bench = await wrapperBench();
});
afterAll(() => {
  bench.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const record = (name = "a"): SpoolStart => {
  const now = Date.now();
  return { v: 1, op: "start", id: uuidv7(now), at: new Date(now).toISOString(), kind: "action", name };
};
const files = () => readdirSync(folder).sort();

async function drained(): Promise<string[]> {
  const all: string[] = [];
  await drainSpool(folder, async (lines) => void all.push(...lines));
  return all.map((line) => JSON.parse(line).name);
}

describe("lines", () => {
  test("are at most as long as the domain says", () => expect(LINE_BYTES).toBe(SPOOL_LINE_BYTES));

  test("fit and stay valid whatever is in them", () => {
    const text = fc.string({ unit: "binary", maxLength: 9000 });
    fc.assert(
      fc.property(text, fc.dictionary(text, text, { maxKeys: 30 }), text, (name, tags, version) => {
        const start = { ...record(name), tags, version };
        const line = fitLine(start);
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES);
        expect(JSON.parse(line)).toMatchObject({
          v: 1,
          op: "start",
          id: start.id,
          at: start.at,
          kind: "action",
        });
      }),
      { numRuns: 60 },
    );
  });

  test("tags give way before anything else, the longest first", () => {
    const tags = { short: "kept", one: "x".repeat(999), two: "\u0007".repeat(700), three: "z".repeat(999) };
    const line = fitLine({ ...record("n".repeat(900)), tags });
    const read = JSON.parse(line);
    expect(read.name).toHaveLength(900);
    expect(read.tags).toMatchObject({ short: "kept", one: tags.one, three: tags.three });
    expect(read.tags.two.replaceAll("\u0007", "")).toBe("...");
  });

  test("no text is longer than a reader takes", () => {
    const line = fitLine({ ...record(), name: "n".repeat(3000) });
    expect(JSON.parse(line).name).toBe(`${"n".repeat(997)}...`);
  });
});

describe("writers", () => {
  test("200 at once tear no line", async () => {
    const long = "y".repeat(3500);
    const one = `${process.execPath} ${bench.vice} event start --tag 'long|${long}' >/dev/null &`;
    await bench.sh("sh", `for i in 1 2 3 4 5 6 7 8; do ${one} done; wait`);
    const script = `eval "$(${process.execPath} ${bench.vice} shellenv)"; for i in $(seq 12); do ( for j in $(seq 8); do vice_step "$i-$j ${"z".repeat(150)}" :; done ) & done; wait`;
    await Promise.all([bench.sh("sh", script), bench.sh("bash", script)]);
    const lines = readFileSync(join(bench.home, "spool", "active.ndjson"), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(8 * 2 + 2 * 12 * 8 * 2);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  test("half a line that somebody left does not swallow the next", async () => {
    writeFileSync(active, '{"v":1,"op":"sta');
    appendRecord(folder, record("next"));
    expect(readFileSync(active, "utf8")).toMatch(/^\{"v":1,"op":"sta\n\{"v":1,"op":"start",.*\}\n$/);
  });

  test("a file that is unlinked under a writer's hands costs no line", async () => {
    const wanted = 4000;
    const script = `
      import { appendLines } from ${JSON.stringify(import.meta.resolve("../src/doors/cli/wrapper/spool.ts"))};
      for (let i = 0; i < ${wanted}; i += 1) appendLines(${JSON.stringify(folder)}, i + "\\n");`;
    const writer = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
    const seen = new Set<string>();
    const takeAway = () => {
      if (!existsSync(active)) return;
      const file = openSync(active, "r");
      unlinkSync(active);
      for (const line of readFileSync(file, "utf8").split("\n")) if (line !== "") seen.add(line);
      closeSync(file);
    };
    while (writer.exitCode === null && writer.signalCode === null) {
      takeAway();
      // A drain comes once in 20 ms; taking the file without a pause can starve a writer that the system lets wait.
      await new Promise((done) => setTimeout(done, 2));
    }
    takeAway();
    expect(writer.exitCode).toBe(0);
    expect(seen.size).toBe(wanted);
  });

  test("says so when the file is taken away at every attempt", () => {
    const nameless = openSync(active, "a+");
    unlinkSync(active);
    symlinkSync(`/proc/self/fd/${nameless}`, active);
    expect(() => appendLines(folder, "x\n")).toThrow("at every attempt");
    closeSync(nameless);
  });

  test("ids are UUIDv7 and differ", () => {
    const ids = Array.from({ length: 1000 }, () => uuidv7(1_700_000_000_000));
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe("a drain", () => {
  test("delivers everything once and leaves nothing", async () => {
    for (let i = 0; i < 1200; i += 1) appendRecord(folder, record(String(i)));
    const sizes: number[] = [];
    const result = await drainSpool(folder, async (lines) => void sizes.push(lines.length));
    expect([result, sizes, files()]).toEqual([{ delivered: 1200, damaged: 0 }, [500, 500, 200], []]);
  });

  test("of nothing is nothing", async () => {
    expect(await drainSpool(join(folder, "none"), () => Promise.reject(new Error()))).toEqual({
      delivered: 0,
      damaged: 0,
    });
  });

  test("that is not acknowledged keeps it for the next one, also in the same process", async () => {
    appendRecord(folder, record("kept"));
    await expect(drainSpool(folder, () => Promise.reject(new Error("disk full")))).rejects.toThrow(
      "disk full",
    );
    expect(await spoolBytes(folder)).toBeGreaterThan(50);
    appendRecord(folder, record("new"));
    expect(await drained()).toEqual(["kept", "new"]);
    expect(files()).toEqual([]);
  });

  test("takes over what a crashed one left, but not what a living one has in hand", async () => {
    const now = uuidv7(Date.now());
    const lines = `${JSON.stringify(record("left"))}\n`;
    writeFileSync(join(folder, `draining-${2 ** 30}-${now}.ndjson`), lines);
    writeFileSync(join(folder, `draining-${process.ppid}-${now}.ndjson`), lines.replace("left", "in hand"));
    writeFileSync(
      join(folder, `draining-${process.ppid}-${uuidv7(Date.now() - 61_000)}.ndjson`),
      lines.replace("left", "stale"),
    );
    expect((await drained()).sort()).toEqual(["left", "stale"]);
    expect(files()).toEqual([`draining-${process.ppid}-${now}.ndjson`]);
  });

  test("keeps damaged lines safe, and saves the record behind half of one", async () => {
    const whole = JSON.stringify(record("glued"));
    writeFileSync(active, `not json\n\n[1]\n${whole.slice(0, 20)}${whole}\n${whole.slice(0, 30)}`);
    expect(await drained()).toEqual(["glued"]);
    expect(readFileSync(join(folder, "damaged.ndjson"), "utf8")).toBe(
      `not json\n[1]\n${whole.slice(0, 20)}\n${whole.slice(0, 30)}\n`,
    );
    expect(await drained()).toEqual([]);
  });

  test("gives back what a writer added while it delivered", async () => {
    appendRecord(folder, record("early"));
    await drainSpool(folder, async () => {
      const claimed = files().find((name) => name.startsWith("draining-")) ?? "";
      appendFileSync(join(folder, claimed), `${JSON.stringify(record("late"))}\n`);
    });
    expect(await drained()).toEqual(["late"]);
  });

  test("several at once, with writers going on, lose nothing", async () => {
    const seen = new Set<string>();
    const drainer = async () => {
      for (let i = 0; i < 15; i += 1)
        await drainSpool(folder, async (lines) => {
          for (const line of lines) seen.add(JSON.parse(line).name);
        });
    };
    const writer = async () => {
      for (let i = 0; i < 400; i += 1) {
        appendLines(folder, `${JSON.stringify(record(String(i)))}\n`);
        if (i % 10 === 0) await new Promise((done) => setTimeout(done, 5));
      }
    };
    await Promise.all([writer(), drainer(), drainer()]);
    for (const name of await drained()) seen.add(name);
    expect(seen.size).toBe(400);
    expect(existsSync(active)).toBe(false);
  });
});
