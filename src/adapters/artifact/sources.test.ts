/** Artifacts from real repositories and archives, and from registries on this machine. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ArtifactHouse, namesIn } from "../../../test/artifact-house.ts";
import { type FakeRegistry, fakeRegistry } from "../../../test/fake-registry.ts";
import { needs } from "../../../test/needs.ts";
import { createArtifacts } from "./index.ts";

let house: ArtifactHouse;
beforeEach(() => {
  house = new ArtifactHouse();
});
afterEach(() => house.close());

const gitIn = (folder: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=Sidney", "-c", "user.email=sidney@example.com", ...args], {
    cwd: folder,
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" },
    encoding: "utf8",
  }).trim();

describe("git", () => {
  const commits: string[] = [];
  beforeEach(() => {
    commits.length = 0;
    house.put("shop/server.js", "v1");
    house.put("shop/run.sh", "#!/bin/sh");
    chmodSync(house.at("shop/run.sh"), 0o755);
    gitIn(house.at("shop"), "init", "--quiet", "--initial-branch=main");
    for (const version of ["v1", "v2"]) {
      house.put("shop/server.js", version);
      gitIn(house.at("shop"), "add", ".");
      gitIn(house.at("shop"), "commit", "--quiet", "-m", version);
      commits.push(gitIn(house.at("shop"), "rev-parse", "HEAD"));
      if (version === "v1") gitIn(house.at("shop"), "tag", "-a", "v1.0.0", "-m", "first");
    }
    house.put("shop/server.js", "not committed");
  });

  for (const [about, version, at, tag] of [
    ["nothing said: what is newest", null, 1, null],
    ["a tag with a message of its own", "v1.0.0", 0, "v1.0.0"],
    ["a branch", "main", 1, null],
    ["what only git reads", "main~1", 0, "v1.0.0"],
  ] as const)
    needs("git").test(about, async () => {
      const commit = commits[at] ?? "";
      const artifact = await house.resolve({ git: "shop" }, version);
      expect(artifact).toMatchObject({
        ...{ kind: "git", name: "shop", commitSha: commit, digest: `git:${commit}` },
        version: tag ?? commit.slice(0, 12),
      });
      const folder = await house.bring(artifact);
      expect(readFileSync(join(folder, "server.js"), "utf8")).toBe(`v${at + 1}`);
      expect(statSync(join(folder, "run.sh")).mode & 0o100).toBe(0o100);
      expect(namesIn(folder)).toEqual(["run.sh", "server.js"]);
    });

  needs("git").test("from an address, also a commit that no name leads to directly", async () => {
    const url = `file://${house.at("shop")}`;
    const [first = ""] = commits;
    const artifact = await house.resolve({ git: { url, ref: "main" } }, first);
    expect(artifact).toMatchObject({ version: "v1.0.0", from: url });
    expect(readFileSync(join(await house.bring(artifact), "server.js"), "utf8")).toBe("v1");
    expect(await house.resolve({ git: { url, ref: "main" } })).toMatchObject({ commitSha: commits[1] });
  });

  needs("git").test("kept, it is there when the repository is gone", async () => {
    const artifact = await house.resolve({ git: "shop" }, "v1.0.0");
    await house.bring(artifact);
    rmSync(house.at("shop"), { recursive: true });
    expect(readFileSync(join(await house.bring(artifact), "server.js"), "utf8")).toBe("v1");
  });

  needs("git").test("what is not there is told, and no word is an option of git", async () => {
    await expect(house.resolve({ git: "shop" }, "v9")).rejects.toMatchObject({ code: "not-found" });
    await expect(house.resolve({ git: "nowhere" })).rejects.toMatchObject({ code: "outside.unreachable" });
    for (const odd of ["--upload-pack=touch pwned", "-h", "--all"])
      await expect(house.resolve({ git: "shop" }, odd)).rejects.toMatchObject({ code: "not-found" });
    for (const url of ["--upload-pack=x", "ext::sh -c id"])
      await expect(house.resolve({ git: url })).rejects.toMatchObject({
        code: expect.stringMatching(/input.invalid|outside/),
      });
  });

  test.each([
    "https://sidney:secret@git.example.com/shop",
    "https://glpat-secret@git.example.com/shop",
  ])("an address with a credential is refused before it stands anywhere: %s", async (url) => {
    const refused = await house.resolve({ git: url }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "input.invalid", message: expect.not.stringContaining("secret") });
  });

  needs("git").test("a folder without changes carries its commit", async () => {
    expect((await house.resolve({ folder: "shop" })).commitSha).toBeNull();
    gitIn(house.at("shop"), "checkout", "--quiet", ".");
    expect((await house.resolve({ folder: "shop" })).commitSha).toBe(commits[1]);
  });
});

describe("tarball", () => {
  const BY_VERSION = `shop-\${{ version }}.tgz`;
  const pack = (name: string, ...args: string[]): string => {
    execFileSync("tar", ["-C", house.root, "-cf", house.at(name), ...args]);
    return `sha256:${createHash("sha256")
      .update(readFileSync(house.at(name)))
      .digest("hex")}`;
  };
  beforeEach(() => {
    house.put("package/server.js", "listen()");
    house.put("package/lib/a.js", "a");
    house.put("beside", "x");
  });

  test("its digest is that of the file; one folder around everything is taken away", async () => {
    const digest = pack("shop-1.4.2.tgz", "-z", "package");
    const artifact = await house.resolve({ tarball: BY_VERSION }, "1.4.2");
    expect(artifact).toMatchObject({ digest, name: "shop-1.4.2", version: "1.4.2" });
    expect(namesIn(await house.bring(artifact))).toEqual(["lib", "lib/a.js", "server.js"]);
    await expect(house.resolve({ tarball: BY_VERSION })).rejects.toThrow(/asks for a version/);
  });

  test("without compression, with several things at its top", async () => {
    pack("shop.tar", "package", "beside");
    const artifact = await house.resolve({ tarball: "shop.tar" });
    expect(namesIn(await house.bring(artifact))).toEqual([
      ...["beside", "package", "package/lib", "package/lib/a.js", "package/server.js"],
    ]);
  });

  test("exchanged between resolving and fetching it is refused", async () => {
    pack("shop.tar", "package");
    const artifact = await house.resolve({ tarball: "shop.tar" });
    pack("shop.tar", "package", "beside");
    await expect(house.bring(artifact)).rejects.toMatchObject({ code: "conflict" });
  });

  test.each<[string, string[]]>([
    ["a path upwards", ["-P", "--transform=s,beside,../../escaped,", "beside"]],
    ["an absolute path", ["-P", "--transform=s,beside,/tmp/vice-escaped,", "beside"]],
    ["a link that leads out", ["evil"]],
    ["a file behind a link that leads out", ["evil", "--transform=s,beside,evil/escaped,", "beside"]],
  ])("%s is refused, and nothing is kept", async (_what, args) => {
    symlinkSync("../../..", house.at("evil"));
    pack("evil.tar", ...args, "package");
    const artifact = await house.resolve({ tarball: "evil.tar" });
    await expect(house.bring(artifact)).rejects.toMatchObject({ code: "data.invalid" });
    expect(house.kept()).toEqual([]);
    const escaped = [house.at("../escaped"), "/tmp/vice-escaped", "/escaped", house.at("../../escaped")];
    expect(escaped.filter((path) => existsSync(path))).toEqual([]);
  });

  test("what is no archive is told", async () => {
    house.put("shop.tgz", "no archive at all, only a few words that are longer than nothing");
    await expect(house.bring(await house.resolve({ tarball: "shop.tgz" }))).rejects.toMatchObject({
      code: "data.invalid",
    });
    await expect(house.resolve({ tarball: "missing.tgz" })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("registries", () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    house.put("package/package.json", '{"name":"@example/shop","version":"1.4.2"}');
    house.put("package/server.js", "listen()");
    execFileSync("tar", ["-C", house.root, "-czf", house.at("shop.tgz"), "package"]);
    registry = await fakeRegistry(readFileSync(house.at("shop.tgz")));
  });
  afterEach(() => registry.close());

  test("npm: a version, a tag or nothing; the integrity is the digest", async () => {
    const spec = { npm: { name: "@example/shop", registry: registry.url } };
    const artifact = await house.resolve(spec, "1.4.2");
    expect(artifact).toMatchObject({ version: "1.4.2", name: "@example/shop", commitSha: "a".repeat(40) });
    expect(artifact.digest).toBe(`sha512:${registry.sha512}`);
    expect(await house.resolve(spec)).toEqual(artifact);
    expect(await house.resolve(spec, "latest")).toEqual(artifact);
    expect(await house.resolve(spec, "v1.4.2")).toEqual(artifact);
    expect(namesIn(await house.bring(artifact))).toEqual(["package.json", "server.js"]);
    await expect(house.resolve(spec, "1.4.3")).rejects.toMatchObject({ code: "not-found" });
    await expect(house.resolve(spec, "constructor")).rejects.toMatchObject({ code: "not-found" });
  });

  test("npm: an old package without integrity is what its bytes are; other bytes than told are refused", async () => {
    const old = await house.resolve({ npm: { name: "old", registry: registry.url } });
    expect(old.digest).toBe(`sha512:${registry.sha512}`);
    const bad = await house.resolve({ npm: { name: "exchanged", registry: registry.url } });
    await expect(house.bring(bad)).rejects.toMatchObject({ code: "conflict" });
  });

  test("npm: the registry and its token come from npm's own files, and the token goes to no other host", async () => {
    const other = await fakeRegistry(readFileSync(house.at("shop.tgz")));
    const address = new URL(registry.url).host;
    house.put("user/.npmrc", `@example:registry=${registry.url}\n//${address}/:_authToken=\${NPM_TOKEN}\n`);
    house.put(".npmrc", `registry=${other.url}\n`);
    house.artifacts = createArtifacts({
      home: house.home,
      env: { ...house.env, HOME: house.at("user"), NPM_TOKEN: "t0ken" },
    });
    await house.bring(await house.resolve({ npm: "@example/shop" }));
    await house.resolve({ npm: "old" });
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual([
      "Bearer t0ken",
      "Bearer t0ken",
    ]);
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    await other.close();
  });

  test("oci: a tag becomes its digest, also where a token is asked for; there is nothing to unpack", async () => {
    const host = new URL(registry.url).host;
    const artifact = await house.resolve({ oci: `${host}/group/shop` }, "1.4.2");
    expect(artifact).toMatchObject({ digest: registry.image, name: `${host}/group/shop`, version: "1.4.2" });
    expect(await house.resolve({ oci: `${host}/group/shop:1.4.2` })).toEqual(artifact);
    expect((await house.resolve({ oci: `${host}/silent/shop` }, "1.4.2")).digest).toBe(registry.image);
    await expect(house.resolve({ oci: `${host}/group/shop` }, "9")).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(house.bring(artifact)).rejects.toMatchObject({ code: "not-supported" });
  });

  test("an archive from an address", async () => {
    const artifact = await house.resolve({ tarball: `${registry.url}tarballs/shop.tgz` });
    expect(artifact.name).toBe("shop");
    expect(namesIn(await house.bring(artifact))).toEqual(["package.json", "server.js"]);
    await registry.close();
    await expect(house.resolve({ tarball: `${registry.url}tarballs/shop.tgz?token=s3cret` })).rejects.toThrow(
      /^(?!.*s3cret).*cannot be reached/,
    );
  });
});
