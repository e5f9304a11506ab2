// Holds the documents against the tree: links lead somewhere, commands exist, configuration is taken.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { appVerbs } from "../src/app/app-verbs.ts";
import { checkPipeline } from "../src/app/check-pipeline.ts";
import { allCommands } from "../src/app/commands.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { describedVerbs } from "../src/doors/cli/all-verbs.ts";
import { findVerb } from "../src/doors/cli/find-verb.ts";
import { readProject } from "../src/parts/config/index.ts";
import { readDashboard } from "../src/parts/viz/dashboards/find-dashboard.ts";

const root = resolve(import.meta.dirname, "..");

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("reference"))
    .map((path) => join("docs", path)),
];

const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

/** Code blocks of a language, without their comments. */
function blocks(page: string, language: string): string[] {
  const found = textOf(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"));
  return [...found].map(([, code = ""]) => code);
}

describe.each(pages)("%s", (page) => {
  test("links to what is there", () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  test("names commands that there are", () => {
    const lines = blocks(page, "sh").flatMap((code) => code.split("\n"));
    const inline = [...textOf(page).matchAll(/`vice ([a-z][^`]*)`/g)].map(([, words = ""]) => words);
    const typed = [...lines.flatMap((line) => /^vice ([^#]+)/.exec(line)?.[1] ?? []), ...inline];
    expect(typed.filter((words) => !exists(words.trim().split(/\s+/)))).toEqual([]);
  });

  test("never sends people to a package that is not ours", () => {
    expect(textOf(page)).not.toMatch(/npx vice(?!-deploy)/);
  });
});

test("the first page leads to every document", () => {
  const own = pages.filter((page) => /^docs\/[^/]+$/.test(page));
  expect(own.filter((page) => !textOf("README.md").includes(`](${page})`))).toEqual([]);
});

/** Where the paths of each column of the table of features begin. */
const COLUMNS = ["", "src/domain/", "src/adapters/store/sqlite/", "src/parts/", "dashboard/src/"];

test("the architecture names files that there are", () => {
  const text = textOf("docs/architecture.md");
  const whole = [...text.matchAll(/`((?:src|dashboard|test)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  const table = text.slice(text.indexOf("## Where each feature"), text.indexOf("## Rooms"));
  const cells = table
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.includes("`src/domain/` |"))
    .flatMap((line) =>
      line
        .split("|")
        .slice(1)
        .map((cell, at) => ({ cell, start: COLUMNS[at] ?? "" })),
    );
  const named = cells.flatMap(({ cell, start }) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => (path.startsWith("src/") ? path : start + path)),
  );
  expect(named.length).toBeGreaterThan(40);
  expect([...whole, ...named].filter((path) => !isThere(path))).toEqual([]);
});

/** `commits-*.ts` is any file that begins so. */
function isThere(path: string): boolean {
  const [start = "", rest] = path.split("*");
  if (rest === undefined) return existsSync(join(root, path));
  const name = start.slice(start.lastIndexOf("/") + 1);
  return readdirSync(join(root, dirname(start))).some((file) => file.startsWith(name) && file.endsWith(rest));
}

const verbs = describedVerbs(allCommands, appVerbs);

/** `event start|end` is two commands; words after the verb are its own. */
function exists(words: readonly string[]): boolean {
  try {
    return "verb" in findVerb(verbs, [...words]) || words.length === 1;
  } catch {
    return false;
  }
}

/** Steps that stand by themselves need others that stand elsewhere on the page. */
const problemsIn = (content: { pipeline?: unknown }): string[] =>
  checkPipeline(content.pipeline ?? content, "pipeline").map(
    ({ path, problem }) => `${path.join(".")}: ${problem}`,
  );

describe("configuration in the documents", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vice-docs-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const snippets = pages.flatMap((page) => blocks(page, "yaml").map((code, at) => ({ page, code, at })));

  test.each(snippets)("$page, block $at", ({ code }) => {
    if (/^version:/m.test(code)) {
      expect(readProject({ name: "vice.yaml", text: code }, checkPipeline).project.project).not.toBe("");
      return;
    }
    if (/^(?:steps|pipeline):/m.test(code)) {
      expect(problemsIn(parse(code))).toEqual([]);
      return;
    }
    if (/^panels:/m.test(code)) {
      expect(readDashboard(code, "dashboards/one.yaml").panels.length).toBeGreaterThan(0);
      return;
    }
    const file = join(folder, "vice.server.yaml");
    writeFileSync(file, code);
    expect(() => loadServerConfig({}, { config: file, home: folder })).not.toThrow();
  });
});
