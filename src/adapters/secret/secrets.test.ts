// Secrets are opened where they are, on a real disk and by real programs; what cannot be opened says why and nothing else.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { needs } from "../../../test/needs.ts";
import { referenceOf } from "../../domain/values/reference.ts";
import type { Opened, Secrets } from "../../ports/secrets.ts";
import { createSecrets } from "./secrets.ts";

let folder: string;
let identity: string;
let recipient: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-secrets-"));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  env = {
    VICE_AGE_KEY: identity,
    TOKEN: "from the environment",
    VICE_TOKEN: "of vice",
    PATH: process.env["PATH"] ?? "",
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secrets = (): Secrets => createSecrets({ home: folder, env });

function open(said: Parameters<typeof referenceOf>[0], key = "KEY"): Promise<Opened> {
  const reference = referenceOf(said);
  if (reference === null) throw new Error("no reference");
  return secrets().open(key, reference, { cwd: folder, env, environment: "prod" });
}

const put = (name: string, text: string | Buffer, mode = 0o600): string => {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

test("variables, but none of vice itself", async () => {
  expect(await open("env:TOKEN")).toEqual({ text: "from the environment", problem: null });
  expect((await open("env:NONE")).problem).toBe("the variable NONE is not set here");
  expect((await open("env:VICE_TOKEN")).problem).toContain("of vice itself");
});

test("files, from the folder of the project, without the line's end", async () => {
  put("run/token", "a\nb\n");
  expect((await open("file:run/token")).text).toBe("a\nb");
  expect((await open(`file:${join(folder, "run/token")}`)).text).toBe("a\nb");
  expect((await open("file:none")).problem).toContain("is not there");
  expect((await open("file:run")).problem).toContain("is no file");
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect((await open("file:pipe")).problem).toContain("is no file");
});

test("commands: what they write, never what they complain", async () => {
  const node = (code: string) => open({ command: [process.execPath, "-e", code] });
  expect((await node("console.log(process.env.TOKEN)")).text).toBe("from the environment");
  expect((await node("console.log(String(process.env.VICE_AGE_KEY))")).text).toBe("undefined");
  expect(await node("console.log('half'); console.error('hunter2'); process.exit(3)")).toEqual({
    text: null,
    problem: `the command ${process.execPath} ended with 3`,
  });
  expect((await open({ command: ["vice-no-such-program"] })).problem).toContain("cannot be started");
});

describe("age", () => {
  const store = async (entries: Record<string, string>): Promise<void> => {
    const sealed = Object.entries(entries).map(async ([key, text]) => [
      key,
      await secrets().seal(text, [recipient]),
    ]);
    put("secrets/prod.age.yaml", stringify(Object.fromEntries(await Promise.all(sealed))));
  };

  test("by the name of the secret or by another one", async () => {
    await store({ KEY: "s3cret ü", OTHER: "x\ny" });
    expect((await open("age")).text).toBe("s3cret ü");
    expect((await open("age:OTHER")).text).toBe("x\ny");
    expect((await open("age", "OTHR")).problem).toBe(
      "secrets/prod.age.yaml has no OTHR; did you mean OTHER?",
    );
  });

  test("the key of the home must be its owner's alone; somebody else's key opens nothing", async () => {
    await store({ KEY: "s3cret" });
    delete env["VICE_AGE_KEY"];
    expect((await open("age")).problem).toContain("age-keygen -o");
    const file = put("age-key.txt", `# a comment\n${identity}\n`, 0o640);
    expect((await open("age")).problem).toBe(`others may read the key ${file}; type: chmod 600 ${file}`);
    chmodSync(file, 0o600);
    expect((await open("age")).text).toBe("s3cret");
    env["VICE_AGE_KEY_FILE"] = put("other.txt", await generateX25519Identity());
    expect((await open("age")).problem).toContain("no key here opens it");
  });

  test("damaged text is no secret", async () => {
    await store({ KEY: "s3cret" });
    put("secrets/prod.age.yaml", "KEY: hello\n");
    expect((await open("age")).text).toBeNull();
    put("secrets/prod.age.yaml", "KEY: [\n");
    expect((await open("age")).problem).toBe("secrets/prod.age.yaml is no YAML");
  });

  test("a stamp changes with what is stored, and needs no key", async () => {
    const stamp = () => {
      delete env["VICE_AGE_KEY"];
      return secrets().stamp("KEY", { kind: "age", name: null }, { cwd: folder, env, environment: "prod" });
    };
    await store({ KEY: "a" });
    const first = await stamp();
    expect(await stamp()).toBe(first);
    await store({ KEY: "b" });
    expect(await stamp()).not.toBe(first);
    rmSync(join(folder, "secrets"), { recursive: true });
    expect(await stamp()).toBeNull();
  });

  test("what is no recipient is refused", async () => {
    await expect(secrets().seal("x", ["age1nobody"])).rejects.toThrow("no public key of age");
  });

  const debian = needs("age");
  debian.test("Debian's age reads what we write, and we read what it writes", async () => {
    const key = put("key.txt", identity);
    const sealed = put("ours.age", await secrets().seal("s3cret ü\nof two lines", [recipient]));
    const age = debian.path("age");
    expect(execFileSync(age, ["-d", "-i", key, sealed], { encoding: "utf8" })).toBe("s3cret ü\nof two lines");
    for (const form of [["-a"], []]) {
      const theirs = execFileSync(age, ["-r", recipient, ...form], { input: "theirs ü\n" });
      put("theirs.age", theirs);
      expect((await open("age:theirs.age")).text).toBe("theirs ü");
    }
    const armored = execFileSync(age, ["-r", recipient, "-a"], { input: "by hand", encoding: "utf8" });
    put("secrets/prod.age.yaml", stringify({ KEY: armored }));
    expect((await open("age")).text).toBe("by hand");
  });
});
