// The commits between two, against git itself on random repositories, and on what DevLake's tables say.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CommitNode, commitsBetween, isReachable, isWholeBy, type LookUp } from "./walk.ts";

type Edges = ReadonlyArray<readonly [sha: string, parents: readonly string[] | null]>;

/** @param edges in any order; what stands only as a parent is not known */
function graphOf(edges: Edges): LookUp {
  const given = new Map(edges);
  const nodes = new Map<string, CommitNode>();
  const lookUp = (sha: string): CommitNode | null => {
    const parents = given.get(sha);
    if (parents === undefined) return null;
    const known = nodes.get(sha);
    if (known !== undefined) return known;
    const level = 1 + Math.max(0, ...(parents ?? []).map((parent) => lookUp(parent)?.level ?? 0));
    const made = { parents, level, isWhole: isWholeBy(parents, lookUp) };
    nodes.set(sha, made);
    return made;
  };
  return lookUp;
}

/** Parents of each commit by number; a commit has only older ones. */
const history = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 2, maxLength: 24 })
  .map((rows) =>
    rows.map((picks, at) => [
      ...new Set(at === 0 ? [] : picks.map((pick) => Math.max(0, at - 1 - (pick % 6)))),
    ]),
  );

/** A real repository of that form: fast-import takes parents as they are, also with clocks that go back. */
function repositoryOf(rows: readonly number[][], folder: string): string[] {
  const git = (args: string[], input?: string) =>
    execFileSync("git", args, { cwd: folder, input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  git(["init", "-q", "--bare", "."]);
  const marks = join(folder, "marks");
  const stream = rows.map((parents, at) => {
    const [first, ...others] = parents.map((parent) => `:${parent + 1}`);
    const from =
      first === undefined ? "" : `from ${first}\n${others.map((other) => `merge ${other}\n`).join("")}`;
    const when = 1_700_000_000 + ((at * 7919) % 1000) - at * 3;
    return `reset refs/heads/b${at}\ncommit refs/heads/b${at}\nmark :${at + 1}\ncommitter T <t@example.com> ${when} +0000\ndata 1\nx${from === "" ? "" : `\n${from}`}\n`;
  });
  git(["fast-import", "--quiet", `--export-marks=${marks}`], stream.join(""));
  return execFileSync("sort", ["-t:", "-k2n", marks], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
}

const oracle = (folder: string, range: readonly string[]): string[] =>
  execFileSync("git", ["rev-list", ...range], { cwd: folder, encoding: "utf8" })
    .trim()
    .split("\n")
    .filter(Boolean);

function inRepository(
  rows: number[][],
  body: (folder: string, shas: string[], lookUp: LookUp) => void,
): void {
  const folder = mkdtempSync(join(tmpdir(), "vice-walk-"));
  try {
    const shas = repositoryOf(rows, folder);
    const edges = oracle(folder, ["--all", "--parents"]).map((line) => line.split(" "));
    body(folder, shas, graphOf(edges.map(([sha = "", ...parents]) => [sha, parents])));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("against git", () => {
  it("lists what git rev-list base..head lists, children before parents", () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (rows, a, b) =>
        inRepository(rows, (folder, shas, lookUp) => {
          const [base = "", head = ""] = [shas[a % shas.length], shas[b % shas.length]];
          const found = commitsBetween(lookUp, base, head);
          if (!found.known) throw new Error("not known");
          expect([...found.shas].sort()).toEqual(oracle(folder, [`${base}..${head}`]).sort());
          const reach = isReachable(lookUp, head, base);
          expect(reach).toEqual({ known: true, reaches: oracle(folder, [`${head}..${base}`]).length === 0 });
          const place = new Map(found.shas.map((sha, at) => [sha, at]));
          for (const [sha, at] of place)
            for (const parent of lookUp(sha)?.parents ?? [])
              expect(place.get(parent) ?? at + 1).toBeGreaterThan(at);
        }),
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it("says the same with commits missing, or that it is not known: never something else", () => {
    let known = 0;
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), fc.array(fc.nat(), { maxLength: 4 }), (rows, a, b, gone) => {
        const edges = rows.map((parents, at): [string, string[]] => [
          `c${at}`,
          parents.map((each) => `c${each}`),
        ]);
        const without = new Set(gone.map((each) => `c${each % rows.length}`));
        const partial = graphOf(edges.filter(([sha]) => !without.has(sha)));
        const [base, head] = [`c${a % rows.length}`, `c${b % rows.length}`];
        const truth = commitsBetween(graphOf(edges), base, head);
        const found = commitsBetween(partial, base, head);
        if (!found.known) expect(found.missing.length).toBeGreaterThan(0);
        else expect([...found.shas].sort()).toEqual(truth.known ? [...truth.shas].sort() : []);
        if (found.known) known += 1;
        const reach = isReachable(partial, head, base);
        if (reach.known) expect(reach).toEqual(isReachable(graphOf(edges), head, base));
      }),
      { numRuns: 3000 },
    );
    expect(known).toBeGreaterThan(500);
  });
});

describe("what is not known", () => {
  const line: Edges = [
    ["e", ["d"]],
    ["d", ["c"]],
    ["c", ["b"]],
    ["b", ["a"]],
  ];
  it("does not matter below a base that everything new lies on", () => {
    expect(commitsBetween(graphOf(line), "c", "e")).toEqual({ known: true, shas: ["e", "d"] });
  });
  it("matters where a branch comes from there: the missing commit is named", () => {
    const merged: Edges = [...line.filter(([sha]) => sha !== "e"), ["e", ["d", "s"]], ["s", ["x"]]];
    expect(commitsBetween(graphOf(merged), "c", "e")).toEqual({
      known: false,
      missing: expect.arrayContaining(["x"]),
    });
  });
  it("a base that was never seen is named, and a push that tells no parents is no first commit", () => {
    expect(commitsBetween(graphOf(line), "z", "e")).toEqual({ known: false, missing: ["z"] });
    const pushed: Edges = [...line, ["f", null]];
    expect(commitsBetween(graphOf(pushed), "c", "f")).toEqual({ known: false, missing: ["f"] });
  });
});

// apache/incubator-devlake, backend/plugins/refdiff/e2e/deployment_commit_diff: commit_parents.csv,
// cicd_deployment_commits.csv, commits_diffs.csv. DevLake takes a commit without a row of parents for the first one.
describe("DevLake's commit diffs", () => {
  const parents: Edges = [
    ["1", ["6"]],
    ["2", ["6"]],
    ["3", ["6"]],
    ["4", ["7"]],
    ["5", ["7"]],
    ["12", ["11"]],
    ["11", ["10"]],
    ...["6", "7", "8", "9", "10"].map((sha): [string, string[]] => [sha, []]),
  ];
  it.each([
    { head: "1", base: null, shas: ["1", "6"] },
    { head: "2", base: "1", shas: ["2"] },
    { head: "4", base: "2", shas: ["4", "7"] },
    // Not in its table, which names the deployments 5 and 6 as their own former ones.
    { head: "11", base: "10", shas: ["11"] },
    { head: "12", base: "11", shas: ["12"] },
  ])("the commits of $head since $base", ({ head, base, shas }) => {
    expect(commitsBetween(graphOf(parents), base, head)).toEqual({ known: true, shas });
  });
  it("says that it is not known where nobody said that a commit is the first one", () => {
    expect(commitsBetween(graphOf(parents.slice(0, 7)), "2", "4")).toEqual({
      known: false,
      missing: expect.arrayContaining(["7"]),
    });
  });
});
