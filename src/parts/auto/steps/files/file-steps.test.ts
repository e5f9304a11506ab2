// Steps on files: the same archive whenever it is made, copies that are whole, templates that say what they lack.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Value } from "../../../../domain/pipeline/expression.ts";
import { copyForm, packageForm, templateForm } from "../../../../domain/pipeline/file-forms.ts";
import type { Outcome, StepContext, StepExecutor } from "../../executor.ts";
import { secretsFrom } from "../../secrets.ts";
import { copyStep } from "./copy-step.ts";
import { packageStep } from "./package-step.ts";
import { templateStep } from "./template-step.ts";

let folder: string;
let cwd: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-files-"));
  cwd = join(folder, "shop");
  put("dist/app.js", "app");
  put("dist/deep/run.sh", "#!/bin/sh\n", 0o755);
  put("dist/.htaccess", "deny");
  put("dist/app.js.map", "map");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string, mode = 0o644): string {
  const file = join(cwd, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** What the engine hands in, as far as these steps look at it. */
function carryOut<K extends "package" | "copy" | "template">(
  executor: StepExecutor<K>,
  spec: object,
  names: Readonly<Record<string, Value>> = {},
): Promise<Outcome> {
  const { signal } = new AbortController();
  const meaning = (path: readonly string[]): Value => names[path.join(".")] ?? null;
  const context: Pick<StepContext, "cwd" | "signal" | "kill" | "meaning"> = {
    cwd,
    signal,
    kill: signal,
    meaning,
  };
  return executor.run({ ...context, step: { spec } } as StepContext<K>);
}
const pack = (spec: object) => carryOut(packageStep(), packageForm.parse(spec));
const copy = (spec: object) => carryOut(copyStep(), copyForm.parse(spec));
const render = (spec: object, names: Readonly<Record<string, Value>> = {}) =>
  carryOut(templateStep(secretsFrom({ TOKEN: "hunter2" })), templateForm.parse(spec), names);
const hole = (name: string): string => `\${{ ${name} }}`;
const refusal = (error: string) => ({ outcome: "failed", error: expect.stringContaining(error) });
const below = (path: string) => readdirSync(join(cwd, path), { recursive: true }).map(String).sort();

describe("package", () => {
  test("makes the same bytes of the same files, whatever their times and rights, which tar takes out again", async () => {
    put(`dist/${"long/".repeat(40)}ü.txt`, "long");
    symlinkSync("app.js", join(cwd, "dist/link"));
    const first = await pack({ paths: "dist", to: "out/shop.tgz", exclude: "dist/*.map".split(",") });
    expect(first).toMatchObject({ outcome: "succeeded", outputs: { files: "5" } });
    const bytes = readFileSync(join(cwd, "out/shop.tgz"));
    utimesSync(join(cwd, "dist/app.js"), 1, 1);
    chmodSync(join(cwd, "dist/app.js"), 0o600);
    const again = await pack({ paths: ["dist/deep", "dist"], to: "out/shop.tgz", exclude: ["**/*.map"] });
    expect(again.outputs).toEqual(first.outputs);
    expect(readFileSync(join(cwd, "out/shop.tgz")).equals(bytes)).toBe(true);
    const digest = execFileSync("sha256sum", [join(cwd, "out/shop.tgz")], { encoding: "utf8" }).slice(0, 64);
    expect(first.outputs["digest"]).toBe(`sha256:${digest}`);
    mkdirSync(join(folder, "there"));
    execFileSync("tar", ["-xzf", join(cwd, "out/shop.tgz"), "-C", join(folder, "there")]);
    expect(readFileSync(join(folder, `there/dist/${"long/".repeat(40)}ü.txt`), "utf8")).toBe("long");
    expect(readFileSync(join(folder, "there/dist/link"), "utf8")).toBe("app");
    expect(existsSync(join(folder, "there/dist/.htaccess"))).toBe(true);
    expect(statSync(join(folder, "there/dist/deep/run.sh")).mode & 0o111).not.toBe(0);
  });

  test("in a folder that it packs leaves itself out, and keeps places below the base", async () => {
    const spec = { paths: ["*"], base: "dist", to: "dist/all.tar" };
    const first = await pack(spec);
    expect((await pack(spec)).outputs).toEqual(first.outputs);
    const list = execFileSync("tar", ["-tf", join(cwd, "dist/all.tar")], { encoding: "utf8" });
    expect(list).toBe("app.js\napp.js.map\ndeep/run.sh\n");
  });

  test.each([
    [{ paths: "nothing/**", to: "a.tgz" }, "nothing/** is nothing that is there"],
    [{ paths: "dist/*.map", exclude: ["**"], to: "a.tgz" }, "no file is left"],
    [{ paths: "../other", to: "a.tgz" }, "../other is nothing that is there"],
    [{ paths: "/etc/hosts", to: "a.tgz" }, "is outside the folder of the pipeline"],
    [{ paths: "dist", to: "../a.tgz" }, "../a.tgz is outside the folder of the pipeline"],
  ])("%j is refused, and leaves nothing", async (spec, error) => {
    expect(await pack(spec)).toMatchObject(refusal(error));
    expect(readdirSync(cwd)).toEqual(["dist"]);
  });
});

describe("copy", () => {
  test("puts files into a folder, each in its place, and leaves what is there besides", async () => {
    put("public/old.txt", "old");
    put("public/app.js", "former");
    symlinkSync("app.js", join(cwd, "dist/link"));
    const spec = { from: ".", base: "dist", exclude: ["*.map"], to: "public" };
    expect(await copy(spec)).toMatchObject({ outcome: "succeeded", outputs: { files: "4" } });
    await copy(spec);
    expect(below("public")).toEqual([".htaccess", "app.js", "deep", "deep/run.sh", "link", "old.txt"]);
    expect(readFileSync(join(cwd, "public/link"), "utf8")).toBe("app");
    expect(statSync(join(cwd, "public/deep/run.sh")).mode & 0o777).toBe(0o755);
  });

  test("replaces nothing when one of them cannot be written", async () => {
    put("public/app.js", "former");
    put("public/deep", "a file where a folder is needed");
    expect(await copy({ from: ".", base: "dist", to: "public" })).toMatchObject({ outcome: "failed" });
    expect(below("public")).toEqual(["app.js", "deep"]);
    expect(readFileSync(join(cwd, "public/app.js"), "utf8")).toBe("former");
  });

  test("does not go out by a link or an absolute path, unless the pipeline says so", async () => {
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(cwd, "public"));
    expect(await copy({ from: "dist", to: "public" })).toMatchObject(refusal("outside"));
    expect(await copy({ from: "dist", to: join(folder, "elsewhere") })).toMatchObject(refusal("outside"));
    expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
    expect(await copy({ from: "dist", to: join(folder, "elsewhere"), outside: true })).toMatchObject({
      outcome: "succeeded",
    });
    cwd = "/";
    expect(await copy({ from: "etc/hosts", to: "tmp" })).toMatchObject(refusal("there is no folder"));
  });
});

describe("template", () => {
  test("fills in what is known and keeps the rights", async () => {
    put("app.tmpl", `version=${hole("inputs.version")}\ntries=${hole("steps.build.attempts")}\n`, 0o755);
    const names = { "inputs.version": "v1", "steps.build.attempts": 0 };
    const made = await render({ from: "app.tmpl", to: "etc/app.conf" }, names);
    expect(made.outputs["digest"]).toMatch(/^sha256:/);
    expect(readFileSync(join(cwd, "etc/app.conf"), "utf8")).toBe("version=v1\ntries=0\n");
    expect(statSync(join(cwd, "etc/app.conf")).mode & 0o777).toBe(0o755);
  });

  test("with a secret is for its owner only, and gives no digest", async () => {
    put("app.tmpl", `token=${hole("env.TOKEN")}`);
    put("app.conf", "open for all");
    const made = await render({ from: "app.tmpl", to: "app.conf", secrets: ["TOKEN"] });
    expect(made).toEqual({ outcome: "succeeded", error: null, outputs: { file: join(cwd, "app.conf") } });
    expect(readFileSync(join(cwd, "app.conf"), "utf8")).toBe("token=hunter2");
    expect(statSync(join(cwd, "app.conf")).mode & 0o777).toBe(0o600);
  });

  test("tells every place without a value, and writes nothing", async () => {
    put("app.tmpl", `a\n${hole("inputs.nope")} ${hole("env.TOKEN")}\n${hole("what.is")}`);
    const { outcome, error } = await render({ from: "app.tmpl", to: "app.conf" });
    expect([outcome, existsSync(join(cwd, "app.conf"))]).toEqual(["failed", false]);
    expect(error).toContain("app.tmpl:2: inputs.nope has no value; app.tmpl:2: env.TOKEN has no value");
    expect(error).toContain('app.tmpl:3: "what.is" is no name');
  });

  test("needs its secrets and its file", async () => {
    expect(await render({ from: "no", to: "b", secrets: ["NOT_THERE"] })).toMatchObject(
      refusal("NOT_THERE is not set"),
    );
    expect(await render({ from: "no", to: "b" })).toMatchObject(refusal("no such file"));
  });
});
