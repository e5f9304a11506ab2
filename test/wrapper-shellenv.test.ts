/** Tests the shell functions of `vice shellenv` in real shells, and the examples that use them. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { POWERSHELL_STEP } from "../src/doors/cli/wrapper/shellenv-powershell.ts";
import { onPath } from "./needs-table.ts";
import { type Bench, wrapperBench } from "./wrapper-bundle.ts";

let bench: Bench;
let env: Record<string, string>;
beforeAll(async () => {
  bench = await wrapperBench();
  symlinkSync(bench.vice, join(bench.folder, "vice"));
  env = { ...bench.env, PATH: `${bench.folder}:${bench.env.PATH}` };
});
afterAll(() => bench.remove());
beforeEach(() => rmSync(bench.home, { recursive: true, force: true }));

const of = (op: string) => bench.records().filter((record) => record.op === op);
const SHELLS = ["sh", "dash", "bash", "bash --posix", "busybox sh", "zsh"];

describe.each(SHELLS)("in %s", (shell) => {
  const missing = onPath(shell.split(" ")[0] ?? "") === null;
  const inShell = (name: string, body: () => Promise<void>) =>
    test(name, async ({ skip }) => {
      if (missing) skip(`needs ${shell}: apt-get install -y ${shell.split(" ")[0]}`);
      await body();
    });
  const sh = (script: string, more: Record<string, string> = {}) =>
    bench.sh(shell, `eval "$(vice shellenv)"\n${script}`, { env: { ...env, ...more } });

  inShell("a step is a start and an end, and the exit code is the command's", async () => {
    const ended = await sh(`vice_step build sh -c 'echo out; echo err >&2; exit 7'\necho "$?"`);
    expect([ended.stdout, ended.stderr]).toEqual(["out\n7\n", "err\n"]);
    const [start, end] = bench.records();
    expect(start).toMatchObject({
      v: 1,
      op: "start",
      kind: "stage",
      name: "build",
      parentId: null,
      actor: { login: "sidney" },
    });
    expect(start?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(start?.traceId).toBe(start?.id.replaceAll("-", ""));
    expect(end).toMatchObject({
      op: "end",
      id: start?.id,
      status: "failed",
      exitCode: 7,
      error: "exit code 7",
    });
    const madeAt = Number.parseInt(String(start?.traceId).slice(0, 12), 16);
    expect(Math.abs(Date.now() - madeAt)).toBeLessThan(20_000);
    expect(new Date(String(start?.at)).toISOString()).toBe(start?.at);
    expect(Date.parse(String(start?.at))).toBe(madeAt);
  });

  inShell("names may hold anything", async () => {
    const names = ["q\"u\\o'te", "tab\tnl\nbell\u0007esc\u001b", "é 日本 $HOME `x` *", " ", "\\n", "-n"];
    await sh(names.map((name) => `vice_step '${name.replaceAll("'", "'\\''")}' true`).join("\n"));
    expect(of("start").map(({ name }) => name)).toEqual(names);
  });

  inShell("long names are cut", async () => {
    await sh(`vice_step '${'"'.repeat(5000)}' true`);
    expect(of("start")).toMatchObject([{ name: '"'.repeat(200) }]);
  });

  inShell("set -e and set -u: a failing program ends the script, a handled one does not", async () => {
    const ended = await sh(
      "set -eu\nvice_step a true\nvice_step b false || echo handled\nif vice_step c false; then echo no; fi\nvice_step d false\necho NOT HERE",
    );
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([1, "handled\n", ""]);
    expect(of("end").map(({ status }) => status)).toEqual(["succeeded", "failed", "failed", "failed"]);
  });

  inShell("set -e holds inside a function that is a step, and its variables stay", async () => {
    const ended = await sh(
      'set -eu\nset_it() { MADE=yes; }\nbreaks() { false; echo NOT HERE; }\nvice_step a set_it\necho "$MADE"\nvice_step b breaks\necho NOT HERE',
    );
    expect([ended.code, ended.stdout]).toEqual([1, "yes\n"]);
    expect(of("end")).toMatchObject([{ status: "succeeded" }, { status: "failed", exitCode: 1 }]);
  });

  inShell("an EXIT trap of the script is left alone", async () => {
    const ended = await sh(
      "set -eu\ntrap 'echo mine' EXIT\nfine() { :; }\nbreaks() { false; }\nvice_step a fine\nvice_step b breaks",
    );
    const native = await sh("set -eu\ntrap 'echo mine' EXIT\nbreaks() { false; }\nbreaks");
    expect([ended.code, ended.stdout]).toEqual([native.code, native.stdout]);
    if (shell !== "zsh") expect(ended.stdout).toBe("mine\n");
  });

  inShell("steps within steps, and within vice run, hang together; the environment comes back", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const inner = "inner() { vice_step in1 true; vice run --quiet --name in2 -- true; }";
    const ended = await sh(`${inner}\nvice_step out inner\necho "$VICE_RUN_ID $TRACEPARENT"`, {
      VICE_RUN_ID: "01a1fc25-3e64-7d26-9b6c-33e1bb6ee7a1",
      TRACEPARENT: `00-${trace}-00f067aa0ba902b7-01`,
    });
    expect(ended.stdout).toBe(`01a1fc25-3e64-7d26-9b6c-33e1bb6ee7a1 00-${trace}-00f067aa0ba902b7-01\n`);
    const [out, in1, in2] = of("start");
    expect(out).toMatchObject({
      name: "out",
      parentId: "01a1fc25-3e64-7d26-9b6c-33e1bb6ee7a1",
      traceId: trace,
    });
    for (const child of [in1, in2]) expect(child).toMatchObject({ parentId: out?.id, traceId: trace });
  });

  inShell("without anything to write to: one warning, everything else as ever", async () => {
    writeFileSync(join(bench.folder, "file"), "");
    const ended = await sh("set -eu\nvice_step a echo one\nvice_step b sh -c 'exit 3'", {
      VICE_HOME: join(bench.folder, "file"),
    });
    expect([ended.code, ended.stdout]).toEqual([3, "one\n"]);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
    expect(ended.stderr).toContain("vice: not recorded");
  });

  inShell("the file it makes is nobody else's to read", async () => {
    const ended = await sh(
      'umask 022\nrm -rf "$VICE_HOME"\nvice_step a true\nstat -c %a "$VICE_HOME/spool" "$VICE_HOME/spool/active.ndjson"',
    );
    expect(ended.stdout).toBe("700\n600\n");
  });
});

describe("printing", () => {
  test("a home with quotes in it survives", async () => {
    const home = join(bench.folder, 'it\'s a "home"');
    await bench.sh("sh", 'eval "$(vice shellenv)"\nvice_step a true', { env: { ...env, VICE_HOME: home } });
    expect(bench.records(home)).toHaveLength(2);
  });

  test("unknown shells are a usage error", async () => {
    const ended = await bench.run(["shellenv", "--shell", "tcsh"]);
    expect([ended.code, ended.stdout]).toEqual([64, ""]);
    expect(ended.stderr).toContain("powershell");
  });

  test("the PowerShell form closes what it opens and quotes its folder", async () => {
    const ended = await bench.run(["shellenv", "--shell", "pwsh"], {
      env: { ...bench.env, VICE_HOME: join(bench.folder, "it's") },
    });
    expect(ended.stdout).toContain(`it''s`);
    const text = POWERSHELL_STEP.replace(/'[^'\n]*'|"[^"\n]*"/g, "''");
    for (const [open, close] of ["{}", "()", "[]"].map((pair) => [...pair]))
      expect(text.split(open ?? "").length).toBe(text.split(close ?? "").length);
    expect(text).not.toMatch(/[`"]/);
  });
});

describe("examples", () => {
  const examples = resolve(import.meta.dirname, "../examples");
  const deploy = (more: Record<string, string> = {}) => {
    const PATH = `${join(examples, "local-deploy", "bin")}:${env.PATH}`;
    return bench.sh("sh", join(examples, "local-deploy", "deploy-api.sh"), {
      env: { ...env, PATH, ...more },
    });
  };

  test("the script of the ValueStream text is one pipeline with its stages and a deployment", async () => {
    const ended = await deploy();
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain(
      "docker push us.gcr.io/value-stream/valuestream-api\ngcloud app deploy --image-url",
    );
    const [pipeline, ...parts] = of("start");
    expect(pipeline).toMatchObject({ kind: "pipeline", service: "api", tags: { source: "gcloud" } });
    expect(parts.map(({ kind, name }) => [kind, name])).toEqual([
      ["stage", "build"],
      ["stage", "tag"],
      ["stage", "push"],
      ["deployment", "gcloud"],
    ]);
    for (const part of parts) expect(part.parentId).toBe(pipeline?.id);
    expect(parts.at(-1)).toMatchObject({ service: "api", environment: "production", version: "v1" });
    expect(of("end").map(({ id, status }) => [id, status])).toEqual(
      [...parts, pipeline].map((part) => [part?.id, "succeeded"]),
    );
  });

  test("and failed, when a step fails", async () => {
    expect((await deploy({ FAIL: "push" })).code).toBe(1);
    expect(of("end").map(({ status }) => status)).toEqual(["succeeded", "succeeded", "failed", "failed"]);
  });

  test("the snippets for CI are well formed and never call the npm package named vice", () => {
    for (const file of ["github-actions.yml", "gitlab-ci.yml", "Jenkinsfile", "plain.sh"]) {
      const text = readFileSync(join(examples, "ci", file), "utf8");
      if (file.endsWith(".yml")) expect(parse(text)).toBeTypeOf("object");
      expect(text).not.toMatch(/npx (--yes )?vice(?!-deploy)/);
      expect(text).toContain("vice-deploy");
    }
  });

  test("the plain one runs, with npx standing in for the registry", async () => {
    const folder = join(bench.folder, "plain");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "npx"),
      `#!/bin/sh\nshift 2\n[ "$1" = flush ] && exit 69\n[ "$1" = can-deploy ] && exit 0\nexec vice "$@"\n`,
      {
        mode: 0o755,
      },
    );
    for (const step of ["build", "test", "deploy"])
      writeFileSync(join(folder, `${step}.sh`), "#!/bin/sh\n", { mode: 0o755 });
    const ended = await bench.sh("sh", join(examples, "ci", "plain.sh"), {
      cwd: folder,
      env: { ...env, PATH: `${folder}:${env.PATH}` },
    });
    expect(ended.code).toBe(0);
    expect(of("end").map(({ status }) => status)).toEqual([
      "succeeded",
      "succeeded",
      "succeeded",
      "succeeded",
    ]);
  });
});
