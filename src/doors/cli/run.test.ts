// Commands from the terminal on a real store: outputs, exit codes, the spool, files, dangerous ones.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { commands, spool, step } from "../../../test/cli-commands.ts";
import { type CliDoor, cliDoor } from "../../../test/cli-door.ts";
import { deployment } from "../../../test/data-services.ts";
import type { Command } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { Services } from "../../ports/services.ts";
import { harmlessText } from "./output/json-text.ts";

let door: CliDoor;

beforeAll(async () => {
  door = cliDoor();
  await door.append(deployment("1"), deployment("2", { version: "=1+1" }, "failed"));
});
afterAll(() => door.remove());

describe("on the local store", () => {
  test("text, JSON and CSV", async () => {
    const text = await door.vice("deployments", "shop");
    expect(text).toMatchObject({ code: 0, err: "" });
    expect(text.out).toMatch(/^WHEN +SERVICE +ENVIRONMENT +VERSION/);
    const json = await door.vice("deployments", "--json");
    expect(json.out.trimEnd()).not.toContain("\n");
    expect(
      JSON.parse(json.out)
        .items.map(({ version }: { version: string }) => version)
        .sort(),
    ).toEqual(["=1+1", "v1"]);
    const csv = (await door.vice("viz", "deployments", "--csv")).out.split("\r\n");
    expect(csv[0]).toMatch(/^id,kind,.*artifact\.name/);
    expect(csv.filter((line) => line.includes(",'=1+1,"))).toHaveLength(1);
  });

  test("nothing that a tool sent is a command to the terminal, in no form", async () => {
    const evil = cliDoor();
    const version = "v1\u001b[2J\u007f\u009b2J";
    await evil.append(deployment("1", { version }));
    const json = (await evil.vice("deployments", "--json")).out;
    expect(JSON.parse(json).items[0].version).toBe(version);
    const screen = { isTTY: true, env: { PAGER: "cat", NO_COLOR: "1" } };
    const shown = await Promise.all(
      [["--json"], ["--csv"], []].map((form) => evil.viceWith(screen, "deployments", ...form)),
    );
    const refused = await evil.viceWith(screen, "deployments", "show", version, "--json");
    for (const text of [json, ...shown.map(({ out }) => out), refused.err])
      expect(text).not.toMatch(/[^\P{Cc}\r\n]/u);
    expect((await evil.vice("deployments", "--csv")).out).toContain(version);
    evil.remove();
  });

  test("what a command says in sentences is no command to the terminal either, and keeps our own colours", async () => {
    const evil = cliDoor();
    const opened = ["incident", "open", "shop\u001b]0;x\u0007\u009b2J", "--reason", "x", "--new"];
    const { out } = await evil.viceWith({ isTTY: true, env: { PAGER: "cat" } }, ...opened);
    expect(out).toContain("Open: an incident of shop");
    expect(out).not.toMatch(/[^\P{Cc}\n]/u);
    evil.remove();
    expect(harmlessText("\u001b[31mred\u001b[39m \u001b[2J\u001b]0;title\u0007\r\n\tx")).toBe(
      "\u001b[31mred\u001b[39m \ufffd[2J\ufffd]0;title\ufffd\ufffd\n\tx",
    );
  });

  test("an empty list has the same columns", async () => {
    const all = (await door.vice("deployments", "--csv")).out.split("\r\n")[0];
    expect((await door.vice("deployments", "--status", "canceled", "--csv")).out).toBe(`${all}\r\n`);
  });

  test("a new home reads as empty", async () => {
    const fresh = cliDoor();
    expect(await fresh.vice("status", "--json")).toEqual({
      code: 0,
      out: '{"items":[],"environments":[]}\n',
      err: "",
    });
    fresh.remove();
  });

  test("local steps are seen by the next reader", async () => {
    const activity = uuidv7();
    spool(door.home, step(activity));
    expect((await door.vice("activities", "show", activity, "--json")).out).toContain('"name":"compile"');
  });

  test.each<[words: string, code: number, err: RegExp]>([
    [
      "gluttony report shopp",
      66,
      /^error: There is no project, service or dashboard "shopp"\.\n {2}Did you mean "shop"\?/,
    ],
    ["deployments show 0000", 66, /^error: "0000" is too short for the start of an id: .* at least 6/],
    ["deployments --since yesteryear", 64, /^error: "yesteryear" is no moment/],
    [
      "deployments --limt 3",
      64,
      /^error: vice deployments has no flag --limt\.\n {2}Did you mean --limit\?\n {2}Usage: vice deployments \[service\] \[flags\]\n$/,
    ],
    ["report", 64, /^error: vice report needs <project>\./],
    ["viz facets --csv", 64, /^error: "vice viz facets" gives no list/],
    ["status --csv --json", 64, /"code":"usage"/],
    ["--nonsense", 64, /^error: There is no flag --nonsense without a verb/],
    ["status --server nowhere", 64, /^error: "nowhere" is no address/],
    [
      "status --server http://127.0.0.1:9",
      69,
      /^error: The vice server http:\/\/127\.0\.0\.1:9 does not answer/,
    ],
    ["run --env x", 64, /^error: "vice run" takes its flags behind the verb/],
  ])("vice %s", async (words, code, err) => {
    const said = await door.vice(...words.split(" "));
    expect(said).toMatchObject({ code, out: "" });
    expect(said.err).toMatch(err);
  });

  test("with --json an error is JSON too, on stderr", async () => {
    const { code, out, err } = await door.vice("--json", "versions", "nothing-like-it");
    expect({ code, out }).toEqual({ code: 66, out: "" });
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "not-found", message: 'There is no service "nothing-like-it".' },
    });
  });

  test("a writer that holds the home does not stop readers, and stops writers with 75", async () => {
    const busy = async (mode: "read" | "write" | "none"): Promise<never> => {
      throw new ViceError(mode === "write" ? "store.busy" : "bug", { home: "x", pid: 7, problem: "read" });
    };
    spool(door.home, step(uuidv7()));
    const said = await door.viceWith({ openLocal: busy }, "status");
    expect(said.err).toContain("A bug in vice: read");
    const writer = await door.viceWith({ openLocal: busy, commands }, "data", "slow", "x");
    expect(writer).toMatchObject({ code: 75 });
    expect(writer.err).toContain("(pid 7) holds the store");
    await door.vice("status");
  });

  test("--home goes before VICE_HOME", async () => {
    const other = cliDoor();
    expect((await door.vice("status", "--home", other.home, "--json")).out).toBe(
      '{"items":[],"environments":[]}\n',
    );
    other.remove();
  });

  test("--version and -V", async () => {
    for (const flag of ["--version", "-V"])
      expect(await door.vice(flag)).toEqual({ code: 0, out: "9.9.9\n", err: "" });
  });

  test.each(["", "help", "--help", "-h --json"])("help: vice %s", async (words) => {
    const said = await door.vice(...words.split(" ").filter(Boolean));
    expect(said).toMatchObject({ code: 0, err: "" });
    expect(said.out).toMatch(/^vice 9\.9\.9: deploy it/);
  });

  test("vice VERB --help is vice help VERB", async () => {
    const one = await door.vice("gluttony", "report", "--help");
    expect(one).toEqual(await door.vice("help", "report"));
    expect(one.out).toContain("Usage: vice report <project> [subject] [flags]");
  });

  test("help for words that lead nowhere names the nearest", async () => {
    expect(await door.vice("help", "deploymnets")).toMatchObject({
      code: 64,
      out: "",
      err: expect.stringContaining("vice deployments"),
    });
  });
});

describe("files and standard input", () => {
  const reader = {
    ...{
      id: "data.read",
      words: null,
      part: "data",
      summary: "Read.",
      examples: [],
      effect: "read",
      positional: ["sql"],
    },
    input: z.object({
      sql: z.string().optional(),
      sample: z.string().optional().meta({ file: "content" }),
      to: z.string().optional().meta({ file: "path" }),
    }),
    output: z.unknown(),
    run: (input: unknown) => input,
    text: String,
  } satisfies Partial<Command<Services>>;
  const read = async (input: string, ...words: string[]) => {
    const said = await door.viceWith(
      { commands: [reader as Command<Services>], input },
      "data",
      "read",
      "--json",
      ...words,
    );
    return said.code === 0 ? JSON.parse(said.out) : said;
  };

  test.each<[name: string, input: string, words: string[], expected: object]>([
    ["- is standard input", "SELECT 1\n", ["-"], { sql: "SELECT 1\n" }],
    ["also for a file", "{}", ["--sample", "-"], { sample: "{}" }],
    [
      "a path is made absolute, for a server in another folder",
      "",
      ["--to", "x/y"],
      { to: join(process.cwd(), "x/y") },
    ],
    ["a URL stays", "", ["--to", "s3://bucket/x"], { to: "s3://bucket/x" }],
    ["a file that is not there", "", ["--sample", "/no/such/file"], { code: 66 }],
  ])("%s", async (_name, input, words, expected) => {
    expect(await read(input, ...words)).toMatchObject(expected);
  });

  test("the content of a file goes with the command", async () => {
    writeFileSync(join(door.home, "sample.json"), '{"a":1}');
    expect(await read("", "--sample", join(door.home, "sample.json"))).toEqual({ sample: '{"a":1}' });
  });
});

describe("dangerous commands", () => {
  const words = ["data", "slow", "x"];
  const there = expect.stringContaining("It said x.");

  test.each<[name: string, changes: { isTTY?: boolean; input?: string }, flags: string[], expected: object]>([
    ["goes on where nobody can be asked", {}, [], { code: 0, out: there }],
    ["refuses with --no-input", {}, ["--no-input"], { code: 64, err: expect.stringContaining("--yes") }],
    ["goes on with --no-input and --yes", {}, ["--no-input", "--yes"], { code: 0, out: there }],
    ["goes on with -y on a terminal", { isTTY: true }, ["-y"], { code: 0, out: there }],
    [
      "goes on after y",
      { isTTY: true, input: "y\n" },
      [],
      { code: 0, out: there, err: expect.stringContaining("Go on? [y/N]") },
    ],
    [
      "stops after n",
      { isTTY: true, input: "n\n" },
      [],
      { code: 64, out: "", err: expect.stringContaining("Nothing was done") },
    ],
    [
      "stops when the input ends",
      { isTTY: true },
      [],
      { code: 64, out: "", err: expect.stringContaining("Nothing was done") },
    ],
  ])("%s", async (_name, changes, flags, expected) => {
    expect(
      await door.viceWith({ ...changes, commands, env: { NO_COLOR: "1" } }, ...words, ...flags),
    ).toMatchObject(expected);
  });

  test("--quiet says nothing when it went well", async () => {
    expect(await door.viceWith({ commands }, ...words, "-q")).toEqual({ code: 0, out: "", err: "" });
  });
});
