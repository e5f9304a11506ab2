// What a deployment brought, from a real store and a real clone, in every form that it is given out in.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { type Commit, MOST_COMMITS } from "../../../domain/commits/commit.ts";
import type { Principal } from "../../../kit/command.ts";
import { commitCommands } from "../../data/commits/commit-commands.ts";
import { type Manifest, manifest } from "./manifest.ts";
import { NO_CONTENTS } from "./read-manifest.ts";
import { sayMarkdown } from "./say-manifest.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const REPOSITORY = "https://github.com/example/shop";
const sha = (n: number): string => n.toString(16).padStart(4, "0").repeat(10);
const at = (minutes: number): string =>
  new Date(house.clock.nowMs - 86_400_000 + minutes * 60_000).toISOString();

async function see(...commits: Array<[n: number, parents: number[], message: string]>): Promise<void> {
  const made = commits.map(
    ([n, parents, message]): Commit => ({
      ...{
        sha: sha(n),
        parents: parents.map(sha),
        committedAt: at(n),
        authoredAt: at(n),
        message,
        url: null,
      },
      author: {
        name: n % 2 === 0 ? "Kim Lee" : "Ana Roy",
        login: n % 2 === 0 ? "kim@example.com" : "ana@example.com",
      },
    }),
  );
  const [add] = commitCommands;
  if (add === undefined) throw new Error("no command");
  for (let from = 0; from < made.length; from += MOST_COMMITS)
    await house.run(add, { repository: REPOSITORY, commits: made.slice(from, from + MOST_COMMITS) });
}

const deployed = (
  n: number | null,
  minutes: number,
  environment = "prod-eu",
  version = `v${n}`,
  tenant: string | null = null,
): string => {
  const commitSha = n === null ? null : sha(n);
  const facts = { environment, version, repository: REPOSITORY, commitSha, tenant };
  const ms = house.clock.nowMs - 86_400_000 + minutes * 60_000;
  const [result] = house.services.store.log.append([
    deployment(`${environment}-${minutes}`, facts, "succeeded", ms),
  ]);
  return result?.activities[0] ?? "";
};

const ask = async (input: object, principal?: Principal): Promise<Manifest> =>
  (await house.run(
    manifest,
    { service: "shop", ...input },
    principal === undefined ? {} : { principal },
  )) as Manifest;
const subjects = ({ commits }: Manifest): string[] | undefined => commits?.map(({ subject }) => subject);

test("what ran before against what runs now: commits, changes, tickets, authors", async () => {
  const pull = (number: number, title: string, merged: string) =>
    house.send({
      source: "github",
      headers: { "x-github-event": "pull_request", "x-github-delivery": `d-${number}` },
      body: {
        action: "closed",
        number,
        pull_request: {
          number,
          id: number,
          title,
          state: "closed",
          merged: true,
          merged_at: at(5),
          created_at: at(1),
          closed_at: at(5),
          updated_at: at(5),
          merge_commit_sha: merged,
          html_url: `${REPOSITORY}/pull/${number}`,
          head: { ref: "x", sha: sha(99) },
          base: { ref: "main" },
          user: { login: "kim" },
        },
        repository: { id: 1, full_name: "example/shop", html_url: REPOSITORY },
      },
    });
  await see([1, [], "First"], [2, [1], "SHOP-12 pay (#15)\n\nCloses #7"], [3, [2], "Squashed"]);
  await pull(15, "Pay by card", sha(98));
  await pull(16, "Find faster", sha(3));
  deployed(1, 10);
  deployed(3, 20);
  const found = await ask({ environment: "prod-eu" });
  expect(found).toMatchObject({
    ...{ service: "shop", environment: "prod-eu", reason: null, takenBack: 0 },
    from: { sha: sha(1) },
    to: { sha: sha(3) },
    changes: [
      { name: "#16", title: "Find faster", url: `${REPOSITORY}/pull/16`, status: "succeeded" },
      { name: "#15", title: "Pay by card" },
    ],
    tickets: [{ name: "SHOP-12", title: null, activity: null }],
    authors: [
      { name: "Ana Roy", commits: 1 },
      { name: "Kim Lee", commits: 1 },
    ],
  });
  expect(subjects(found)).toEqual(["Squashed", "SHOP-12 pay (#15)"]);
  expect(subjects(await ask({}))).toEqual(subjects(found));
});

test("the documented forms: as GitHub lists commits, and the short one", async () => {
  await see([1, [], "First"], [2, [1], "Pay\n\nBy card"]);
  deployed(1, 10);
  deployed(2, 20);
  expect(await ask({ format: "summarised" })).toEqual([
    { author: "Kim Lee <kim@example.com>", message: "Pay\n\nBy card", url: `${REPOSITORY}/commit/${sha(2)}` },
  ]);
  const person = { name: "Kim Lee", email: "kim@example.com", date: at(2) };
  const url = `${REPOSITORY}/commit/${sha(2)}`;
  expect(await ask({ format: "raw" })).toEqual([
    {
      ...{ sha: sha(2), url, html_url: url, author: null, parents: [{ sha: sha(1) }] },
      commit: { author: person, committer: person, message: "Pay\n\nBy card" },
    },
  ]);
  const style = { nowMs: house.clock.nowMs, columns: 80, color: (_: string, text: string) => text };
  const markdown = manifest.text(await ask({ format: "markdown" }), style);
  expect(markdown).toContain(`- [${sha(2).slice(0, 8)}](${url}) Pay (Kim Lee)`);
  expect(manifest.text(await ask({}), style)).toContain("1 commit, 0 changes, 0 tickets, 1 author");
});

test("three hundred commits since the deployment: exactly three hundred", async () => {
  const line = Array.from({ length: 301 }, (_, n): [number, number[], string] => [
    n + 1,
    n === 0 ? [] : [n],
    `Change ${n}`,
  ]);
  await see(...line);
  deployed(1, 10);
  deployed(301, 20);
  expect((await ask({})).commits).toHaveLength(300);
});

test("a rollback says what is no longer there; names of all kinds are understood", async () => {
  await see([1, [], "First"], [2, [1], "Second"], [3, [2], "Third"]);
  deployed(1, 10, "prod-eu", "v1.0");
  deployed(3, 20, "prod-eu", "v1.2");
  const staged = deployed(2, 25, "staging", "v1.1");
  deployed(1, 30, "prod-eu", "v1.0");
  expect(await ask({ environment: "prod-eu" })).toMatchObject({ commits: [], takenBack: 2 });
  expect(subjects(await ask({ from: "prod-eu", to: "staging" }))).toEqual(["Second"]);
  expect(subjects(await ask({ from: sha(1).slice(0, 9), to: sha(3) }))).toEqual(["Third", "Second"]);
  expect(subjects(await ask({ from: "prod-eu", to: staged }))).toEqual(["Second"]);
  await expect(ask({ from: "v9", to: "staging" })).rejects.toThrow('Nothing of shop is known as "v9"');
});

test("what is not known is said, with what would bring it, and never an empty list", async () => {
  await see([3, [2], "Third"]);
  deployed(1, 10);
  deployed(3, 20);
  expect(await ask({})).toMatchObject({
    ...{ commits: null, reason: `commit ${sha(1).slice(0, 8)} is not known`, missing: [sha(1)] },
    hint: expect.stringContaining("vice data import git"),
  });
  await expect(ask({ format: "raw" })).rejects.toThrow("The commits are not known");
  deployed(null, 30, "staging", "main");
  expect(await ask({ environment: "staging" })).toMatchObject({
    commits: null,
    hint: null,
    reason: "nothing is known to have run there before",
  });
});

test("the clone of a registered project brings what is missing, for whoever may write", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vice-manifest-"));
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=Kim", "-c", "user.email=k@example.com", ...args], {
      encoding: "utf8",
    }).trim();
  try {
    git("init", "-q");
    const shas = ["First", "Second"].map((message) => {
      git("commit", "-q", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    });
    const { services } = house;
    const time = at(0);
    const data = {
      project: "shop",
      origin: "test",
      place: folder,
      config: { version: 1, project: "shop", services: { shop: {} } },
      text: null,
      warnings: [],
    };
    const bare = { source: "/commands", subject: null, actor: null, traceparent: null, delivery: null };
    await services.log.append({
      delivery: null,
      events: [{ type: "vice.project.registered.v1", time, data: data as never, ...bare }],
    });
    for (const [minute, commitSha] of shas.entries()) {
      const facts = { commitSha, repository: REPOSITORY };
      services.store.log.append([deployment(`d${minute}`, facts, "succeeded", Date.parse(at(minute)))]);
    }
    const reader: Principal = { id: "token:r", name: "r", scopes: ["read"] };
    expect((await ask({}, reader)).commits).toBeNull();
    expect(subjects(await ask({}))).toEqual(["Second"]);
    expect(subjects(await ask({}, reader))).toEqual(["Second"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("of several tenants each is compared with what ran for it before", async () => {
  await see([1, [], "First"], [2, [1], "Second"], [3, [2], "Third"], [4, [3], "Fourth"]);
  deployed(1, 10, "prod-eu", "v1", "acme");
  deployed(2, 15, "prod-eu", "v2", "globex");
  const acme = deployed(3, 20, "prod-eu", "v3", "acme");
  const found = await ask({ environment: "prod-eu" });
  expect(found).toMatchObject({
    from: { version: "v1", tenant: "acme" },
    to: { version: "v3", tenant: "acme" },
  });
  expect(subjects(found)).toEqual(["Third", "Second"]);
  deployed(4, 25, "prod-eu", "v4", "globex");
  expect(subjects(await ask({ environment: "prod-eu" }))).toEqual(["Fourth", "Third"]);
  expect(subjects(await ask({ environment: "prod-eu", to: acme }))).toEqual(["Third", "Second"]);
});

test("a hint with words of others stays text in Markdown", () => {
  const nothing = { service: "shop", environment: null, from: null, to: null };
  const hint = "<img src=x> answered @all\n![x](http://x)";
  const said = { ...NO_CONTENTS, ...nothing, lines: null, reason: "x", hint };
  expect(sayMarkdown(said).split("\n").slice(1)).toEqual([
    ...["", "\\<img src=x\\> answered @\u200ball"],
    ...["", "\\!\\[x\\](http://x)"],
  ]);
});
