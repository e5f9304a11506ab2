// Commits come in from a real clone and from forges that answer as GitHub and GitLab document it, over real HTTP.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { bringCommits, bringLines } from "./index.ts";

let folder: string;
let house: WiredHouse;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-clone-"));
});
afterEach(async () => {
  await house?.close();
  server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

const git = (...args: string[]): string =>
  execFileSync(
    "git",
    ["-C", folder, "-c", "user.name=Kim Lee", "-c", "user.email=kim@example.com", ...args],
    {
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    },
  ).trim();

/** A line of commits with a branch that begins before the deployed one and is merged after it. */
function history(count: number): { base: string; head: string } {
  git("init", "-q", "-b", "main");
  const commit = (message: string): void => void git("commit", "-q", "--allow-empty", "-m", message);
  commit("First");
  git("checkout", "-q", "-b", "side");
  commit("SHOP-12 beside it");
  git("checkout", "-q", "main");
  commit("Deployed");
  const base = git("rev-parse", "HEAD");
  const tree = git("rev-parse", "HEAD^{tree}");
  let head = base;
  const lines = Array.from(
    { length: count },
    (_, at) =>
      `commit refs/heads/main\ncommitter Kim Lee <kim@example.com> ${2_000_000_000 + at} +0000\ndata ${`Change ${at}`.length}\nChange ${at}\n${at === 0 ? `from ${base}\n` : ""}\n`,
  );
  execFileSync("git", ["-C", folder, "fast-import", "--quiet", "--force"], { input: lines.join("") });
  git("reset", "-q", "--hard", "main");
  expect(git("rev-parse", "HEAD^{tree}")).toBe(tree);
  git("merge", "-q", "--no-ff", "-m", "Merge pull request #15 from example/side", "side");
  head = git("rev-parse", "HEAD");
  return { base, head };
}

const expected = (base: string, head: string): string[] =>
  git("rev-list", `${base}..${head}`).split("\n").filter(Boolean).sort();

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const made = createServer(answer);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

async function open(source?: string, url?: string): Promise<void> {
  const poll = { url: url ?? "", token: "t0ken", only: [], everySeconds: 300, backfillDays: 1 };
  const sources =
    source === undefined ? [] : [{ source, instance: null, secrets: [], options: undefined, poll }];
  house = await openWired({ sources });
}

const bring = (base: string, head: string, repository: string | null, folders: string[] = []) => {
  const { services, clock } = house;
  const ctx = { services, now: () => clock.nowMs, signal: new AbortController().signal };
  return bringCommits(ctx, { base, head, repository, folders });
};

const lines = (base: string, head: string, repository: string | null, folders: string[] = []) => {
  const { services, clock } = house;
  const ctx = { services, now: () => clock.nowMs, signal: new AbortController().signal };
  return bringLines(ctx, { base, head, repository, folders });
};

/** Two lines of three changed, one file without lines, and a commit beside that changed ten more. */
function changes(): { base: string; head: string } {
  git("init", "-q", "-b", "main");
  const write = (name: string, content: string | Buffer): void => {
    writeFileSync(join(folder, name), content);
    git("add", name);
  };
  write("a file.txt", "one\ntwo\nthree\n");
  git("commit", "-q", "-m", "First");
  git("checkout", "-q", "-b", "side");
  write("side.txt", "0123456789".split("").join("\n"));
  git("commit", "-q", "-m", "Beside it");
  const base = git("rev-parse", "HEAD");
  git("checkout", "-q", "main");
  write("a file.txt", "one\n2\n3\nfour\n");
  write("picture.png", Buffer.from([0x89, 0x50, 0, 1, 2, 3]));
  git("commit", "-q", "-m", "Change");
  return { base, head: git("rev-parse", "HEAD") };
}

describe("lines", () => {
  it("are counted by a clone from what both have in common, kept, and its configuration names no command", async () => {
    const { base, head } = changes();
    const evil = join(folder, "evil");
    git("config", "diff.external", `touch ${evil}`);
    git("config", "diff.evil.textconv", `touch ${evil};`);
    writeFileSync(join(folder, ".gitattributes"), "*.txt diff=evil\n");
    await open();
    expect(await lines(base, head, null, ["/nowhere", folder])).toEqual({ added: 3, deleted: 2, files: 2 });
    expect(house.services.store.commits.lines(base, head)).toEqual({ added: 3, deleted: 2, files: 2 });
    expect(existsSync(evil)).toBe(false);
    expect(await lines(base, head, null, [])).toEqual({ added: 3, deleted: 2, files: 2 });
    expect(await lines(head, base, null, [])).toBeNull();
  });

  it.each([
    [
      "github",
      [
        { additions: 3, deletions: 2 },
        { additions: 0, deletions: 0 },
      ],
      { added: 3, deleted: 2, files: 2 },
    ],
    ["github", Array(300).fill({ additions: 1, deletions: 0 }), null],
    [
      "gitlab",
      [{ diff: "@@ -1,3 +1,4 @@ one\n one\n-two\n-three\n+2\n+3\n+four\n" }, { diff: "" }],
      { added: 3, deleted: 2, files: 2 },
    ],
    ["gitlab", [{ diff: "@@ -1 +1 @@\n-a\n+b\n" }, { diff: "", too_large: true }], null],
    ["github", undefined, null],
    ["gitlab", undefined, null],
  ])("are read from %s: %#", async (source, files, counted) => {
    const [base, head] = ["a".repeat(40), "b".repeat(40)];
    const asked: string[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url ?? "");
      response.end(JSON.stringify(source === "github" ? { total_commits: 1, files } : { diffs: files }));
    });
    await open(source, url);
    expect(await lines(base, head, `${url}/example/app`)).toEqual(counted);
    expect(asked[0]).toMatch(
      source === "github" ? `compare/${base}...${head}` : `compare?from=${base}&to=${head}`,
    );
  });
});

function found(base: string, head: string): string[] | null {
  const range = house.services.store.commits.range(base, head);
  return range.known ? range.commits.map(({ sha }) => sha).sort() : null;
}

/** As "Commit" of GitHub's API looks. */
function githubRow(sha: string): object {
  const [parents = "", at, name, email, ...message] = git(
    "show",
    "-s",
    "--format=%P%n%cI%n%an%n%ae%n%B",
    sha,
  ).split("\n");
  const person = { name, email, date: at };
  return {
    sha,
    html_url: `https://github.example.com/commit/${sha}`,
    commit: { author: person, committer: person, message: message.join("\n") },
    author: { login: "kim" },
    parents: parents
      .split(" ")
      .filter(Boolean)
      .map((parent) => ({ sha: parent })),
  };
}

describe("from a clone", () => {
  it("brings what git lists, in pieces, once; persons stay out of the log", async () => {
    const { base, head } = history(1200);
    await open();
    expect(await bring(base, head, null, ["/nowhere", folder])).toMatchObject({
      isKnown: true,
      added: 1204,
      problems: [],
    });
    expect(found(base, head)).toEqual(expected(base, head));
    const { store } = house.services;
    const seen = store.log.events(0, 1000).filter(({ type }) => type === "vice.commits.seen.v1");
    expect(seen).toHaveLength(3);
    expect(JSON.stringify(seen)).not.toMatch(/kim/i);
    expect(store.commits.get(head)).toMatchObject({
      author: { name: "Kim Lee", login: "kim@example.com" },
      mentions: { changes: ["15"] },
    });
    expect(await bring(base, head, null, [folder])).toMatchObject({ isKnown: true, added: 0 });
  }, 30_000);

  it("runs no command that the configuration of a clone names", async () => {
    const { base } = history(1);
    const evil = join(folder, "evil");
    for (const [key, value] of [
      ["core.repositoryformatversion", "1"],
      ["extensions.partialClone", "origin"],
      ["remote.origin.promisor", "true"],
      ["remote.origin.url", `ext::sh -c touch% ${evil}`],
      ["protocol.ext.allow", "always"],
    ] as const)
      git("config", key, value);
    await open();
    expect(await bring(base, "a".repeat(40), null, [folder])).toMatchObject({ isKnown: false });
    expect(existsSync(evil)).toBe(false);
  });

  it("takes no commit from what somebody wrote into a message", async () => {
    const { base } = history(1);
    const forged = "a".repeat(40);
    const fields = [forged, "", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "N", "E", "SHOP-1"];
    git("commit", "-q", "--allow-empty", "-m", `Mend it\n\n\x1e${fields.join("\x1f")}`);
    await open();
    const wanted = { base, head: git("rev-parse", "HEAD"), repository: null, folders: [folder] };
    const { services, clock } = house;
    const ctx = { services, now: () => clock.nowMs, signal: new AbortController().signal };
    expect(await bringCommits(ctx, wanted)).toMatchObject({ isKnown: true, problems: [] });
    expect(services.store.commits.unknown([forged])).toEqual([forged]);
  });

  it("never takes the end of a shallow clone for the first commit", async () => {
    const { base, head } = history(3);
    const shallow = mkdtempSync(join(tmpdir(), "vice-shallow-"));
    execFileSync("git", ["clone", "-q", "--depth=2", `file://${folder}`, shallow], { stdio: "ignore" });
    await open();
    const { signal } = new AbortController();
    const clone = await house.services.commitSources.clone(shallow);
    const cut = await clone?.read(await clone.shas(null, signal), signal);
    expect(cut?.commits.map(({ parents }) => parents?.length ?? null).sort()).not.toContain(0);
    expect(cut?.commits.some(({ parents }) => parents === null)).toBe(true);
    const brought = await bring(base, head, null, [shallow]);
    rmSync(shallow, { recursive: true, force: true });
    expect(brought.isKnown).toBe(false);
    expect(brought.problems[0]).toContain("the clone in");
    expect(await bring(base, head, null, [folder])).toMatchObject({ isKnown: true });
    expect(found(base, head)).toEqual(expected(base, head));
  });
});

describe("from GitHub", () => {
  it("reads all pages of a comparison, waits for the rate limit, and knows what lies on both sides", async () => {
    const { base, head } = history(210);
    let asked = 0;
    const url = await listen((request, response) => {
      asked += 1;
      expect(request.headers.authorization).toBe("Bearer t0ken");
      if (asked === 2) {
        response.writeHead(429, { "retry-after": "1" }).end("{}");
        return;
      }
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      const [, from = "", to = ""] =
        /^\/api\/v3\/repos\/example\/app\/compare\/(\w+)\.\.\.(\w+)$/.exec(pathname) ?? [];
      const all = git("rev-list", "--reverse", "--topo-order", `${from}..${to}`).split("\n");
      const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("per_page"))];
      const commits = all.slice((page - 1) * size, page * size).map(githubRow);
      const behind = git("rev-list", `${to}..${from}`).split("\n").filter(Boolean).length;
      response.end(
        JSON.stringify({ status: "ahead", total_commits: all.length, behind_by: behind, commits }),
      );
    });
    await open("github", url);
    const brought = await bring(base, head, `${url}/example/app`);
    expect(brought).toMatchObject({ isKnown: true, problems: [] });
    expect(found(base, head)).toEqual(expected(base, head));
    expect(found(base, head)).toHaveLength(212);
    expect(house.services.store.commits.isIn(head, base)).toEqual({ known: true, reaches: true });
    expect(asked).toBe(1 + 1 + 3);
  }, 60_000);

  it("says what it answered when it does not know them, and what is not its own is not asked", async () => {
    let asked = 0;
    const url = await listen((_request, response) => {
      asked += 1;
      response.writeHead(404).end("{}");
    });
    await open("github", url);
    const [base, head] = ["a".repeat(40), "b".repeat(40)];
    expect(await bring(base, head, "https://elsewhere.example.com/example/app")).toEqual({
      isKnown: false,
      added: 0,
      problems: [],
    });
    const { problems } = await bring(base, head, `${url}/example/app`);
    expect(problems[0]).toContain("does not know these commits of example/app");
    expect(asked).toBe(1);
  });
});

describe("from GitLab", () => {
  it("reads all pages of a revision range", async () => {
    const { base, head } = history(110);
    const url = await listen((request, response) => {
      expect(request.headers["private-token"]).toBe("t0ken");
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      expect(pathname).toBe("/api/v4/projects/group%2Fsub%2Fapp/repository/commits");
      const all = git("rev-list", searchParams.get("ref_name") ?? "")
        .split("\n")
        .filter(Boolean);
      const page = Number(searchParams.get("page"));
      const rows = all.slice((page - 1) * 100, page * 100).map((sha) => {
        const [parents = "", at, name, email, ...message] = git(
          "show",
          "-s",
          "--format=%P%n%cI%n%an%n%ae%n%B",
          sha,
        ).split("\n");
        return {
          ...{
            id: sha,
            short_id: sha.slice(0, 8),
            title: message[0],
            message: message.join("\n"),
            web_url: `${url}/c/${sha}`,
          },
          ...{ author_name: name, author_email: email, authored_date: at, committed_date: at },
          parent_ids: parents.split(" ").filter(Boolean),
        };
      });
      response.setHeader("x-next-page", all.length > page * 100 ? String(page + 1) : "");
      response.end(JSON.stringify(rows));
    });
    await open("gitlab", url);
    expect(await bring(base, head, `${url}/group/sub/app`)).toMatchObject({ isKnown: true, problems: [] });
    expect(found(base, head)).toEqual(expected(base, head));
    expect(house.services.store.commits.range(base, head)).toMatchObject({ behind: 0 });
  }, 60_000);
});
