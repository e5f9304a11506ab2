/** Tests `vice run` on real processes: exit codes, signals, terminal, facts, trouble with telemetry. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { onPath } from "./needs-table.ts";
import { type Bench, finished, until, wrapperBench } from "./wrapper-bundle.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await wrapperBench();
});
afterAll(() => bench.remove());
beforeEach(() => rmSync(bench.home, { recursive: true, force: true }));

const ends = () => bench.records().filter(({ op }) => op === "end");
const starts = () => bench.records().filter(({ op }) => op === "start");

describe("exit codes", () => {
  test.each([
    ["success", ["true"], 0, "succeeded"],
    ["failure", ["sh", "-c", "exit 42"], 42, "failed"],
    ["not found", ["no-such-command"], 127, "failed"],
    ["not executable", ["./plain-file"], 126, "failed"],
    ["a folder", ["./"], 126, "failed"],
    ["killed", ["sh", "-c", "kill -KILL $$"], 137, "failed"],
    ["hung up", ["sh", "-c", "kill -HUP $$"], 129, "failed"],
    ["terminated", ["sh", "-c", "kill -TERM $$"], 143, "canceled"],
    ["interrupted", ["sh", "-c", "kill -INT $$"], 130, "canceled"],
  ])("%s", async (_, command, code, status) => {
    writeFileSync(join(bench.folder, "plain-file"), "not a program", { mode: 0o644 });
    const ended = await bench.run(["run", "--", ...command]);
    expect([ended.code, ended.signal]).toEqual([code, null]);
    expect(ends()).toMatchObject([{ status, exitCode: code }]);
    expect(ended.stderr).toContain(`vice: action `);
    expect(ended.stderr).toContain(` ${status} in `);
  });

  test("usage mistakes are 64 and run nothing", async () => {
    const wrong = await bench.run(["run", "--servise", "api", "--", "touch", "made"]);
    expect([wrong.code, existsSync(join(bench.folder, "made"))]).toEqual([64, false]);
    expect(wrong.stderr).toContain("unknown option --servise; did you mean --service?");
    const kind = await bench.run(["run", "--kind", "deploymnt", "--", "touch", "made"]);
    expect([kind.code, existsSync(join(bench.folder, "made"))]).toEqual([64, false]);
    expect(kind.stderr).toContain('"deploymnt" is no kind; did you mean deployment?');
    expect((await bench.run(["run"])).code).toBe(64);
    expect((await bench.run(["run", "make", "--jobs", "2"])).stderr).toContain("goes behind --");
  });
});

describe("the command", () => {
  test("gets its arguments and stdin untouched, and stdout is its own", async () => {
    const words = ["a b", "", "$HOME", "*", "--env", "é\n", '"'];
    const program =
      "process.stdin.on('data', d => process.stdout.write(d)).on('end', () => console.log(JSON.stringify(process.argv.slice(1))))";
    const ended = await bench.run(["run", "--quiet", "--", process.execPath, "-e", program, "--", ...words], {
      input: "in|",
    });
    expect(ended).toEqual({ code: 0, signal: null, stdout: `in|${JSON.stringify(words)}\n`, stderr: "" });
  });

  test("is recorded with kind, service, environment, version, tags and who, and never with its secrets", async () => {
    const options = ["--service", "api", "--env", "prod-eu", "--version=v1", "--tag", "a=b|c", "-tag=d|e=f"];
    await bench.run([
      "run",
      ...options,
      "--",
      "echo",
      "--password",
      "hunter2",
      "https://me:hunter2@example.com",
    ]);
    expect(starts()).toMatchObject([
      {
        kind: "deployment",
        service: "api",
        environment: "prod-eu",
        version: "v1",
        name: "echo",
        actor: { login: "sidney" },
        tags: { a: "b|c", d: "e=f", command: "echo --password *** https://***@example.com" },
      },
    ]);
    expect(JSON.stringify(bench.records())).not.toContain("hunter2");
  });

  test("finds its trace in the environment, and nested runs hang under it", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const nested = `${process.execPath} ${bench.vice} run --name inner -- sh -c 'echo $TRACEPARENT $BAGGAGE'`;
    const ended = await bench.run(["run", "--name", "outer", "--", "sh", "-c", nested], {
      env: { ...bench.env, TRACEPARENT: `00-${trace}-00f067aa0ba902b7-01`, BAGGAGE: "a=b" },
    });
    const [outer, inner] = starts();
    expect(outer).toMatchObject({ name: "outer", parentId: null, traceId: trace });
    expect(inner).toMatchObject({ name: "inner", parentId: outer?.id, traceId: trace });
    expect(ended.stdout).toBe(`00-${trace}-${String(inner?.id).replaceAll("-", "").slice(16)}-01 a=b\n`);
  });

  test("starts a trace of its own without one, also when TRACEPARENT is not valid", async () => {
    for (const TRACEPARENT of ["", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "nonsense"])
      await bench.run(["run", "--", "true"], { env: { ...bench.env, TRACEPARENT } });
    for (const { id, traceId } of starts()) expect(traceId).toBe(id.replaceAll("-", ""));
  });
});

describe("the line at the end", () => {
  test("knows the usual duration and the server", async () => {
    mkdirSync(bench.home, { recursive: true });
    writeFileSync(join(bench.home, "usual.json"), JSON.stringify({ "deployment/api/prod/true": 61_000 }));
    const server = { url: "http://127.0.0.1:9/", pid: process.pid, home: bench.home };
    writeFileSync(join(bench.home, "server.json"), JSON.stringify(server));
    const ended = await bench.run(["run", "--service", "api", "--env", "prod", "--", "true"]);
    expect(ended.stderr).toMatch(
      /^vice: deployment api to prod succeeded in \d+ ms \(usually 1 min 1 s\), http:\/\/127\.0\.0\.1:9\/deployments\/[0-9a-f-]{36}\n$/,
    );
  });

  test("gives no link to a server that has not got the record", async () => {
    mkdirSync(bench.home, { recursive: true });
    const words = ["run", "--server", "http://127.0.0.1:9/v1/", "--", "true"];
    const waits = /, recorded, not handed over yet: vice flush\n$/;
    expect((await bench.run(words)).stderr).toMatch(waits);
    expect((await bench.run(words, { env: { ...bench.env, CI: "1" } })).stderr).toMatch(waits);
    const copied = { url: "http://127.0.0.1:9", pid: process.pid, home: "/somewhere/else" };
    writeFileSync(join(bench.home, "server.json"), JSON.stringify(copied));
    expect((await bench.run(["run", "--", "true"])).stderr).toMatch(/, [0-9a-f-]{36}\n$/);
  });

  test("says what a record lacks, as event does", async () => {
    const ended = await bench.run(["run", "--tag", "shop", "--", "true"]);
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining("write --tag shop=VALUE")]);
  });

  test("is JSON when asked for", async () => {
    const ended = await bench.run(["run", "--json", "--", "false"]);
    expect(JSON.parse(ended.stderr)).toMatchObject({
      status: "failed",
      exitCode: 1,
      recorded: true,
      url: null,
    });
  });
});

describe("a named server", () => {
  const named = { VICE_SERVER: "http://127.0.0.1:9/v1" };
  const folders = () => readdirSync(join(bench.home, "spool"));

  test.each([
    ["run by flag", "$VICE run --quiet --server http://127.0.0.1:9 -- true", {}],
    ["run", "$VICE run --quiet -- true", named],
    ["event", 'id=$($VICE event start) && $VICE event end --event-id "$id"', named],
    ["shellenv", 'eval "$($VICE shellenv)" && vice_step build true', named],
  ])("has a folder of its own for what %s records", async (_, script, env) => {
    const ended = await bench.sh("bash", script.replaceAll("$VICE", `${process.execPath} ${bench.vice}`), {
      env: { ...bench.env, ...env },
    });
    expect(ended.code).toBe(0);
    const [folder = "", ...others] = folders();
    expect([folder, others]).toEqual([expect.stringMatching(/^to-[0-9a-f]{16}$/), []]);
    const inFolder = (name: string) => readFileSync(join(bench.home, "spool", folder, name), "utf8");
    expect(inFolder("url")).toBe("http://127.0.0.1:9\n");
    const ops = inFolder("active.ndjson").trim().split("\n");
    expect(ops.at(0)).toContain('"op":"start"');
    expect(ops.at(-1)).toContain('"op":"end"');
  });

  test("that is the living one of this home takes in the spool itself", async () => {
    mkdirSync(bench.home, { recursive: true });
    const server = { url: "http://127.0.0.1:9", pid: process.pid, home: bench.home };
    writeFileSync(join(bench.home, "server.json"), JSON.stringify(server));
    await bench.run(["run", "--", "true"], { env: { ...bench.env, ...named } });
    expect(folders()).toEqual(["active.ndjson"]);
  });

  test("whose address is none leaves the record in the spool, and says so", async () => {
    const ended = await bench.run(["run", "--", "true"], {
      env: { ...bench.env, VICE_SERVER: "localhost:4400" },
    });
    expect(ended.stderr).toContain('"localhost:4400" is no address of a server');
    expect(folders()).toEqual(["active.ndjson"]);
  });
});

describe("signals", () => {
  const trapping =
    "trap 'echo got' USR1 USR2 HUP; echo ready; n=0; while [ $n -lt 3 ]; do sleep 0.05; n=$((n+1)); done & wait; wait; wait; wait";

  test.each(["SIGUSR1", "SIGUSR2", "SIGHUP"] as const)("%s is handed on", async (signal) => {
    const child = bench.start(process.execPath, [bench.vice, "run", "--quiet", "--", "sh", "-c", trapping]);
    child.stdout?.once("data", () => child.kill(signal));
    const ended = await finished(child);
    expect([ended.code, ended.stdout]).toEqual([0, "ready\ngot\n"]);
  });

  test.each([
    "SIGINT",
    "SIGTERM",
  ] as const)("%s ends the command as canceled, also when it leaves with its own code", async (signal) => {
    const script = "trap 'exit 3' INT TERM; echo ready; while :; do sleep 0.02; done";
    const child = bench.start(process.execPath, [bench.vice, "run", "--", "sh", "-c", script]);
    child.stdout?.once("data", () => child.kill(signal));
    const ended = await finished(child);
    expect(ended.code).toBe(3);
    expect(ends()).toMatchObject([{ status: "canceled", exitCode: 3 }]);
  });

  test("after kill -9 of the wrapper the start stays on disk, without an end", async () => {
    const child = bench.start(process.execPath, [
      bench.vice,
      "run",
      "--",
      "sh",
      "-c",
      "echo ready; sleep 0.2",
    ]);
    child.stdout?.once("data", () => child.kill("SIGKILL"));
    await finished(child);
    expect(starts()).toHaveLength(1);
    expect(ends()).toHaveLength(0);
  });

  test("the start is on disk before the command begins", async () => {
    const script = `cat "${bench.home}/spool/active.ndjson"`;
    const ended = await bench.run(["run", "--quiet", "--", "sh", "-c", script]);
    expect(ended.stdout).toContain('"op":"start"');
  });
});

describe("on a terminal", () => {
  const script = onPath("script");
  const terminal = (command: string) =>
    bench.start(script ?? "script", ["-qefc", command, "/dev/null"], { stdio: ["pipe", "pipe", "pipe"] });

  test("the command has the terminal", async ({ skip }) => {
    if (script === null) skip("needs script (apt-get install -y bsdutils)");
    const ended = await finished(
      terminal(
        `${process.execPath} ${bench.vice} run --quiet -- sh -c 'test -t 0 && test -t 1 && test -t 2 && echo all'`,
      ),
    );
    expect(ended.stdout.trim()).toBe("all");
  });

  test("Ctrl-C reaches the command once and stops the script around it", async ({ skip }) => {
    if (script === null) skip("needs script (apt-get install -y bsdutils)");
    const counting = `trap "echo one" INT; echo ready; sleep 0.4 & wait; wait; trap - INT; kill -INT $$`;
    writeFileSync(join(bench.folder, "counting.sh"), counting);
    writeFileSync(
      join(bench.folder, "deploy.sh"),
      `${process.execPath} ${bench.vice} run -- sh counting.sh\necho CONTINUED\n`,
    );
    const child = terminal("bash deploy.sh");
    let seen = "";
    child.stdout?.on("data", (text) => {
      if (!seen.includes("ready") && String(text).includes("ready")) child.stdin?.write("\x03");
      seen += String(text);
    });
    await new Promise((done) => child.on("close", done));
    expect(seen.match(/one/g)).toHaveLength(1);
    expect(seen).not.toContain("CONTINUED");
    expect(ends()).toMatchObject([{ status: "canceled", exitCode: 130 }]);
  });
});

describe("facts", () => {
  needs("git").test("commit, branch, remote and whether there are changes", async () => {
    const git = "git -c user.name=x -c user.email=x@example.com -c init.defaultBranch=main";
    const make = `${git} init -q repo && cd repo && echo 1 > a && ${git} add a && ${git} commit -qm one && ${git} checkout -q -b feature/x && ${git} remote add origin git@git.example.com:group/app.git && mkdir sub`;
    expect((await bench.sh("sh", make)).code).toBe(0);
    const cwd = join(bench.folder, "repo", "sub");
    const commitSha = (await bench.sh("sh", "git rev-parse HEAD", { cwd })).stdout.trim();
    await bench.run(["run", "--env", "prod", "--", "true"], { cwd });
    writeFileSync(join(bench.folder, "repo", "a"), "2");
    await bench.run(["run", "--", "sleep", "0.1"], { cwd });
    const facts = bench.records().filter(({ op }) => op === "facts");
    expect(facts).toMatchObject([
      {
        commitSha,
        ref: "feature/x",
        repository: "https://git.example.com/group/app",
        tags: { cwd, dirty: "false" },
      },
      { commitSha, tags: { dirty: "true" } },
    ]);
  });

  test("the CI system's variables", async () => {
    const ci = {
      GITHUB_ACTIONS: "true",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "group/app",
      GITHUB_RUN_ID: "7",
      GITHUB_SHA: "a".repeat(40),
      GITHUB_REF_NAME: "main",
      GITHUB_ACTOR: "octo",
    };
    await bench.run(["run", "--", "true"], { env: { ...bench.env, ...ci } });
    expect(bench.records()).toMatchObject([
      { op: "start", actor: { login: "octo" } },
      {
        op: "facts",
        commitSha: "a".repeat(40),
        ref: "main",
        repository: "https://github.com/group/app",
        url: "https://github.com/group/app/actions/runs/7",
        tags: { ci: "github", ciRun: "7" },
      },
      { op: "end" },
    ]);
  });
});

describe("telemetry never hurts", () => {
  test("no home to write to: one warning, same exit code", async () => {
    writeFileSync(join(bench.folder, "file"), "");
    const ended = await bench.run(["run", "--", "sh", "-c", "exit 5"], {
      env: { ...bench.env, VICE_HOME: join(bench.folder, "file", "home") },
    });
    expect(ended.code).toBe(5);
    expect(ended.stderr.match(/not recorded,/g)).toHaveLength(1);
    expect(ended.stderr).toContain("ENOTDIR");
  });

  test("neither HOME nor VICE_HOME, and a working folder that is gone", async () => {
    const gone = join(bench.folder, "gone");
    mkdirSync(gone);
    const ended = await bench.sh(
      "sh",
      `rmdir ${gone}; exec ${process.execPath} ${bench.vice} run --quiet -- echo fine`,
      {
        cwd: gone,
        env: { PATH: bench.env.PATH ?? "", VICE_HOME: bench.home },
      },
    );
    expect([ended.code, ended.stdout]).toEqual([0, "fine\n"]);
  });

  needs("mount").test("a full disk", async () => {
    const disk = join(bench.folder, "disk");
    mkdirSync(disk);
    expect((await bench.sh("sh", `mount -t tmpfs -o size=16k tmpfs ${disk}`)).code).toBe(0);
    try {
      await bench.sh("sh", `mkdir -p ${disk}/spool; head -c 20000 /dev/zero > ${disk}/fill`);
      const ended = await bench.run(["run", "--", "sh", "-c", "exit 9"], {
        env: { ...bench.env, VICE_HOME: disk },
      });
      expect(ended.code).toBe(9);
      expect(ended.stderr.match(/ENOSPC/g)).toHaveLength(1);
      rmSync(`${disk}/fill`);
      await bench.run(["run", "--", "true"], { env: { ...bench.env, VICE_HOME: disk } });
      expect(readFileSync(`${disk}/spool/active.ndjson`, "utf8")).toContain('"status":"succeeded"');
    } finally {
      await bench.sh("sh", `umount ${disk}`);
    }
  });

  test("a folder and a file that nobody else may read", async () => {
    await bench.run(["run", "--", "true"]);
    const modes = await bench.sh("sh", `stat -c %a ${bench.home}/spool ${bench.home}/spool/active.ndjson`);
    expect(modes.stdout).toBe("700\n600\n");
    chmodSync(join(bench.home, "spool"), 0o700);
  });
});

test("the wrapper waits for the record when a script kills its whole group", async () => {
  const child = bench.start("sh", ["-c", `exec ${process.execPath} ${bench.vice} run -- sleep 30`], {
    detached: true,
  });
  await until(() => existsSync(join(bench.home, "spool")) && bench.records().length >= 2);
  process.kill(-Number(child.pid), "SIGTERM");
  expect((await finished(child)).code).toBe(143);
  expect(ends()).toMatchObject([{ status: "canceled" }]);
});
