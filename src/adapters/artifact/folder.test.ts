/** Artifacts from folders, and what is kept of artifacts in the home: the digest says what comes out. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ArtifactHouse, namesIn } from "../../../test/artifact-house.ts";
import type { ResolvedArtifact } from "../../ports/artifact.ts";
import { createArtifacts } from "./index.ts";

let house: ArtifactHouse;
beforeEach(() => {
  house = new ArtifactHouse();
});
afterEach(() => house.close());

const signal = new AbortController().signal;

describe("folder", () => {
  beforeEach(() => {
    house.put("app/server.js", "listen()");
    house.put("app/public/index.html", "<h1>shop</h1>");
    house.put("app/node_modules/lib/index.js", "1");
    house.put("app/.git/HEAD", "ref: refs/heads/main");
    house.put("app/bin/start", "#!/bin/sh");
    chmodSync(house.at("app/bin/start"), 0o755);
    symlinkSync("server.js", house.at("app/main.js"));
  });

  test("comes out as it is, with its modes and links, without its version control", async () => {
    const artifact = await house.resolve({ folder: "app" });
    expect(artifact).toMatchObject({ kind: "folder", name: "app", from: house.at("app") });
    expect(artifact.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const folder = await house.bring(artifact);
    expect(namesIn(folder)).toEqual([
      ...["bin", "bin/start", "main.js", "node_modules", "node_modules/lib", "node_modules/lib/index.js"],
      ...["public", "public/index.html", "server.js"],
    ]);
    expect(statSync(join(folder, "bin/start")).mode & 0o111).toBe(0o111);
    expect(readlinkSync(join(folder, "main.js"))).toBe("server.js");
  });

  test("its digest depends on names, contents, executable bits and links, and on nothing else", async () => {
    const digests = [(await house.resolve({ folder: "app" })).digest];
    utimesSync(house.at("app/server.js"), 1, 1);
    chmodSync(house.at("app/server.js"), 0o600);
    house.put("app/.git/HEAD", "ref: refs/heads/other");
    expect((await house.resolve({ folder: "app" })).digest).toBe(digests[0]);
    const changes: Array<() => void> = [
      () => house.put("app/server.js", "listen(1)"),
      () => house.put("app/more.js", ""),
      () => chmodSync(house.at("app/server.js"), 0o700),
      () => symlinkSync("public", house.at("app/static")),
      () => mkdirSync(house.at("app/empty")),
    ];
    for (const change of changes) {
      change();
      const { digest } = await house.resolve({ folder: "app" });
      expect(digests).not.toContain(digest);
      digests.push(digest);
    }
  });

  test("a home of vice within it is no part of it", async () => {
    const before = await house.resolve({ folder: "." });
    house.put("home/vice.db", "log");
    expect((await house.resolve({ folder: "." })).digest).toBe(before.digest);
  });

  test.each([
    ["an absolute link", "/etc/hostname"],
    ["a link upwards", "../../outside"],
  ])("%s out of it is refused, naming it", async (_what, target) => {
    symlinkSync(target, house.at("app/public/odd"));
    await expect(house.resolve({ folder: "app" })).rejects.toThrow(/"public\/odd".*leads out of it/);
  });

  test("a link that leads out through another link is refused too", async () => {
    mkdirSync(house.at("app/a/b"), { recursive: true });
    symlinkSync("a/b", house.at("app/in"));
    symlinkSync("in/../../../outside", house.at("app/x"));
    house.put("outside", "secret");
    await expect(house.resolve({ folder: "app" })).rejects.toThrow(/leads out of it/);
  });

  test("changed between resolving and fetching it is refused; once kept it is the same for every environment", async () => {
    const artifact = await house.resolve({ folder: "app" });
    const staging = await house.bring(artifact);
    house.put("app/server.js", "changed()");
    const production = await house.bring(artifact);
    expect(readFileSync(join(production, "server.js"), "utf8")).toBe("listen()");
    expect(namesIn(production)).toEqual(namesIn(staging));
    const other = await house.resolve({ folder: "app" });
    house.put("app/server.js", "changed(again)");
    await expect(house.bring(other)).rejects.toMatchObject({ code: "conflict" });
  });

  test("one that is not there says what to do", async () => {
    await expect(house.resolve({ folder: "dist" })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("what is kept", () => {
  test("damaged on the disk it is thrown away and brought again, never handed out", async () => {
    house.put("app/server.js", "listen()");
    const artifact = await house.resolve({ folder: "app" });
    await house.bring(artifact);
    const file = join(house.keptAt(artifact), "tree/server.js");
    writeFileSync(file, "listen(evil)");
    expect(readFileSync(join(await house.bring(artifact), "server.js"), "utf8")).toBe("listen()");
    writeFileSync(file, "listen(evil)");
    house.put("app/server.js", "moved on");
    await expect(house.bring(artifact)).rejects.toMatchObject({ code: "conflict" });
    expect(house.kept()).toEqual([]);
  });

  test("the longest unused go when there are too many or they are too large", async () => {
    house.artifacts = createArtifacts({ home: house.home, env: house.env, keep: 2 });
    const all: ResolvedArtifact[] = [];
    for (const version of ["1", "2"]) {
      house.put("app/version", version);
      all.push(await house.resolve({ folder: "app" }));
      await house.bring(all.at(-1) as ResolvedArtifact);
    }
    const [first, second] = all as [ResolvedArtifact, ResolvedArtifact];
    const about = join(house.keptAt(second), "about.json");
    utimesSync(about, 1, 1);
    await house.bring(first); // used again
    house.put("app/version", "3");
    await house.bring(await house.resolve({ folder: "app" }));
    expect(house.kept()).toHaveLength(2);
    expect(house.kept()).toContain(first.digest.replace(":", "-"));
    house.artifacts = createArtifacts({ home: house.home, env: house.env, keepBytes: 1 });
    house.put("app/version", "4");
    await house.bring(await house.resolve({ folder: "app" }));
    expect(house.kept()).toHaveLength(1);
  });

  test("is not readable for others, and a fetch into a folder with something in it is refused", async () => {
    house.put("app/server.js", "listen()");
    const artifact = await house.resolve({ folder: "app" });
    await house.bring(artifact);
    expect(statSync(house.keptAt(artifact)).mode & 0o077).toBe(0);
    await expect(house.artifacts.fetch(artifact, house.at("app"), signal)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("a fetch that is stopped leaves nothing behind", async () => {
    house.put("app/server.js", "listen()");
    const artifact = await house.resolve({ folder: "app" });
    const folder = house.at("stopped");
    mkdirSync(folder);
    await expect(house.artifacts.fetch(artifact, folder, AbortSignal.abort("cancel"))).rejects.toBeDefined();
    expect(house.kept()).toEqual([]);
  });
});

describe("what vice.yaml says", () => {
  test("with a digest exactly that is taken", async () => {
    house.put("app/server.js", "listen()");
    const { digest } = await house.resolve({ folder: "app" });
    expect(await house.resolve({ folder: "app", digest })).toMatchObject({ digest });
    const other = `sha256:${"0".repeat(64)}`;
    await expect(house.resolve({ folder: "app", digest: other })).rejects.toMatchObject({ code: "conflict" });
  });

  test.each([
    [{}],
    [null],
    [{ folder: 7 }],
    [{ npm: "UPPER CASE" }],
    [{ oci: "-x" }],
    [{ git: {} }],
  ])("%j is not right", async (spec) => {
    await expect(house.resolve(spec)).rejects.toMatchObject({ code: "input.invalid" });
  });
});
