// The completion scripts in the shells themselves: real bash, and zsh and fish where they are installed.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliDoor, cliDoor } from "../../../test/cli-door.ts";
import { deployment } from "../../../test/data-services.ts";
import { needs } from "../../../test/needs.ts";
import { onPath } from "../../../test/needs-table.ts";
import { appVerbs } from "../../app/app-verbs.ts";
import { allCommands } from "../../app/commands.ts";
import { describedVerbs } from "./all-verbs.ts";
import { bashScript } from "./completion/bash.ts";
import { fishScript } from "./completion/fish.ts";
import { completionTable } from "./completion/spots.ts";
import { zshScript } from "./completion/zsh.ts";

const table = completionTable(describedVerbs(allCommands, appVerbs));
let folder = "";

/** A `vice` that knows two services and an evil one, and says when it is asked. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-completion-"));
  const vice = join(folder, "vice");
  writeFileSync(vice, '#!/bin/sh\n[ "$1" = __complete ] && printf "%s\\n" "$2-one" "$2-two"\n');
  chmodSync(vice, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Shell {
  script: string;
  /** Prints the candidates for the words, one a line; the last word is the one being typed. */
  ask: (words: readonly string[]) => string;
  args: readonly string[];
}

const quote = (word: string): string => `'${word}'`;

const SHELLS: Readonly<Record<"bash" | "zsh" | "fish", Shell>> = {
  bash: {
    script: bashScript(table),
    ask: (words) =>
      `COMP_WORDS=(${words.map(quote).join(" ")}); COMP_CWORD=${words.length - 1}; _vice; printf '%s\\n' "\${COMPREPLY[@]}"`,
    args: ["--norc", "--noprofile", "-c"],
  },
  zsh: {
    script: zshScript(table),
    ask: (words) =>
      [
        `compadd() { shift; print -rl -- "\${(@M)@:#\${current}*}"; }`,
        `_files() { }; compset() { current="\${current#*=}"; }`,
        `words=(${words.map(quote).join(" ")}); CURRENT=${words.length}; _vice`,
      ].join("\n"),
    args: ["-f", "-c"],
  },
  fish: {
    script: fishScript(table),
    ask: (words) => `complete -C ${quote(words.join(" "))}`,
    args: ["--no-config", "-c"],
  },
};

function candidates(name: keyof typeof SHELLS, line: string): string[] {
  const { script, ask, args } = SHELLS[name];
  const env = {
    PATH: `${folder}:${process.env["PATH"]}`,
    HOME: folder,
    LD_LIBRARY_PATH: process.env["LD_LIBRARY_PATH"],
  };
  const ran = spawnSync(onPath(name) ?? name, [...args, `${script}\n${ask(line.split(" "))}`], {
    env,
    encoding: "utf8",
  });
  expect(ran.stderr).toBe("");
  return ran.stdout.split("\n").filter(Boolean).sort();
}

const CASES: ReadonlyArray<[line: string, expected: string[]]> = [
  ["vice sta", ["status"]],
  ["vice token ", ["create", "list", "revoke"]],
  ["vice gluttony rep", ["report"]],
  ["vice status --tier p", ["production"]],
  ["vice status --te", ["--team"]],
  ["vice viz deployments --status succ", ["succeeded"]],
  ["vice status --environment ", ["environments-one", "environments-two"]],
  ["vice query show ", ["queries-one", "queries-two"]],
  ["vice status --json services-t", ["services-two"]],
  ["vice report ", ["services-one", "services-two"]],
  ["vice completion ", ["bash", "fish", "zsh"]],
  ["vice nothing --jso", ["--json"]],
];

// What bash is asked below comes from the same table; these two are asked where they are installed.
for (const name of (["zsh", "fish"] as const).filter((shell) => onPath(shell) !== null)) {
  test.each(CASES)(`${name}: %s`, (line, expected) => {
    expect(candidates(name, line)).toEqual(expected);
  });
}

needs("bash").describe("bash", () => {
  test.each(CASES)("%s", (line, expected) => {
    expect(candidates("bash", line)).toEqual(expected);
  });

  test("a value behind =, which bash takes for a word of its own", () => {
    expect(candidates("bash", "vice status --tier = st")).toEqual(["staging"]);
    expect(candidates("bash", "vice status --tier =")).toContain("production");
  });

  test("nothing is offered where nothing fits", () => {
    expect(candidates("bash", "vice xyzzy")).toEqual([]);
  });

  test("nothing of a name is ever run", () => {
    const vice = join(folder, "vice");
    writeFileSync(vice, "#!/bin/sh\nprintf \"%s\\n\" '$(touch pwned)' '`touch pwned`' shop\n");
    const ran = candidates("bash", "vice status --service ");
    expect(ran).toContain("shop");
    expect(spawnSync("ls", [folder], { encoding: "utf8" }).stdout).not.toContain("pwned");
  });
});

describe("vice __complete", () => {
  let door: CliDoor;
  beforeAll(async () => {
    door = cliDoor();
    const names = ["shop", "pay", "$(touch pwned)", "with space", "-rf", "café/api"];
    await door.append(
      ...names.map((service, at) => deployment(String(at), { service, environment: `env-${at % 2}` })),
    );
  });
  afterAll(() => door.remove());

  test("names that no shell can misread", async () => {
    expect((await door.vice("__complete", "services")).out.split("\n")).toEqual([
      "café/api",
      "pay",
      "shop",
      "",
    ]);
    expect((await door.vice("__complete", "environments")).out).toBe("env-0\nenv-1\n");
    expect((await door.vice("__complete", "queries")).out).toMatch(/^local-actions\nperformance-by-action\n/);
  });

  test("is quiet when anything goes wrong", async () => {
    const env = { VICE_SERVER: "http://127.0.0.1:9" };
    expect(await door.viceWith({ env }, "__complete", "services")).toEqual({ code: 0, out: "", err: "" });
  });

  test("is not shown in help", async () => {
    expect((await door.vice()).out).not.toContain("__complete");
  });
});

test("vice completion prints the script", async () => {
  const door = cliDoor();
  for (const shell of ["bash", "zsh", "fish"]) {
    expect((await door.vice("completion", shell)).out).toMatch(new RegExp(`vice completion for ${shell}`));
  }
  expect(await door.vice("completion", "tcsh")).toMatchObject({
    code: 64,
    err: expect.stringContaining("bash, zsh, fish"),
  });
  door.remove();
});
