// Holds the source against the rules of the house, and proves that each rule can fail.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { problems, type Sources } from "./architecture-rules.ts";

const root = resolve(import.meta.dirname, "..");

function readTree(): Sources {
  const folders = ["src", "dashboard/src"]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  const sources = files.filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
  return new Map(sources.map((file) => [relative(root, file), readFileSync(file, "utf8")]));
}

const opening = "// What this file is for.\n";
const tree = (files: Record<string, string>): Sources =>
  new Map(Object.entries(files).map(([path, text]) => [path, opening + text]));

test("the source keeps the rules of the house", () => {
  expect(problems(readTree())).toEqual([]);
});

describe("allowed", () => {
  test.each<[path: string, text: string]>([
    [
      "src/domain/a.ts",
      'import { z } from "zod";\nimport { b } from "./b.ts";\nexport const at = new Date(0);',
    ],
    [
      "src/kit/a.ts",
      'import { createHash } from "node:crypto";\nimport type { Event } from "../domain/event.ts";',
    ],
    [
      "src/parts/data/a.ts",
      'import { plan } from "../deploy/index.ts";\nimport { own } from "./log/append.ts";',
    ],
    ["src/adapters/notifier/slack.ts", 'import { defineAdapter } from "../../kit/adapter.ts";'],
    [
      "src/app/main.ts",
      'import { table } from "../adapters/table.ts";\nconst door = await import("../doors/http/server.ts");',
    ],
    [
      "src/doors/cli/wrapper/run.ts",
      'import { spawn } from "node:child_process";\nimport type { R } from "../../../domain/spool.ts";',
    ],
    ["src/parts/data/a.test.ts", 'import { open } from "../../adapters/event-log/sqlite.ts";'],
    [
      "dashboard/src/page.tsx",
      'import { useState } from "react";\nimport type { Deployment } from "../../src/domain/deployment.ts";',
    ],
    ["src/kit/b.ts", 'const said = "any: as any, import x from nowhere"; // as any\n/* Date.now */'],
    ["src/kit/d.ts", 'export const types = ["application/*"]; // don\'t stop\nexport const other = "*/";'],
    [
      "src/domain/c.ts",
      "/** Like `Date.now()`. */\nexport const many = { any: 1 };\nexport function f({ some, any }: P): R {}",
    ],
  ])("%s", (path, text) => {
    expect(problems(tree({ [path]: text }))).toEqual([]);
  });
});

describe("forbidden", () => {
  test.each<[rule: string, path: string, text: string, problem: string]>([
    [
      "a package in the domain",
      "src/domain/a.ts",
      'import { parse } from "yaml";',
      "the domain may import only zod, but it imports yaml",
    ],
    [
      "node: in the domain",
      "src/domain/a.ts",
      'import type { Stats } from "node:fs";',
      "the domain may import only zod",
    ],
    ["kit in the domain", "src/domain/a.ts", 'export * from "../kit/ids.ts";', "domain may import "],
    [
      "a port in kit",
      "src/kit/a.ts",
      'import type { P } from "../ports/p.ts";',
      "kit may import domain, but it imports src/ports/p.ts",
    ],
    [
      "a part in a port",
      "src/ports/a.ts",
      'import { x } from "../parts/data/index.ts";',
      "ports may import domain, kit",
    ],
    [
      "an adapter in a part",
      "src/parts/data/a.ts",
      'await import("../../adapters/x/y.ts");',
      "parts may import domain, kit, ports",
    ],
    [
      "a part's inside",
      "src/parts/data/a.ts",
      'import { x } from "../deploy/plan.ts";',
      "a part sees another part only through",
    ],
    [
      "a part in an adapter",
      "src/adapters/x/y.ts",
      'import { x } from "../../parts/data/index.ts";',
      "adapters may import",
    ],
    [
      "an adapter in a door",
      "src/doors/http/a.ts",
      'import "../../adapters/x/y.ts";',
      "doors may import domain, kit, parts",
    ],
    [
      "a package in the wrapper",
      "src/doors/cli/wrapper/run.ts",
      'import pc from "picocolors";',
      "the wrapper may import",
    ],
    [
      "a value in the wrapper",
      "src/doors/cli/wrapper/run.ts",
      'import { x } from "../../../domain/spool.ts";',
      "the wrapper may import",
    ],
    [
      "a value in the page",
      "dashboard/src/a.ts",
      'import { x } from "../../src/domain/x.ts";',
      "the dashboard may import types",
    ],
    [
      "the server in the page",
      "dashboard/src/a.ts",
      'import type { X } from "../../src/kit/x.ts";',
      "the dashboard may import types",
    ],
    ["a clock", "src/domain/a.ts", "export const at = Date.now();", "the domain knows no clock"],
    ["now", "src/domain/a.ts", "export const at = new Date();", "the domain knows no clock"],
    ["chance", "src/domain/a.ts", "export const roll = Math.random();", "the domain knows no clock"],
    ["any", "src/kit/a.ts", "export function f(x: any): void {}", "leaves the types"],
    ["any in a list", "src/kit/a.ts", "export const x: Map<string, any> = new Map();", "leaves the types"],
    ["a double cast", "src/kit/a.ts", "export const x = 1 as unknown as string;", "leaves the types"],
    ["a silenced error", "src/kit/a.ts", "// @ts-ignore\nexport const x: string = 1;", "leaves the types"],
    ["a long file", "src/kit/a.ts", "export {};\n".repeat(300), "has more than 300 lines"],
    ["a long test", "src/kit/a.test.ts", "export {};\n".repeat(400), "has more than 400 lines"],
  ])("%s", (_rule, path, text, problem) => {
    const found = problems(tree({ [path]: text }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${path}: ${problem}`);
  });

  test.each([
    "export const x = 1;",
    "// todo\nexport const x = 1;",
    "// ----------\n",
  ])("no opening sentence: %j", (text) => {
    expect(problems(new Map([["src/kit/a.ts", text]]))).toEqual([
      "src/kit/a.ts: does not begin with a sentence that says what it is for",
    ]);
  });

  test("a cycle, also one of types only, but not through a lazy import", () => {
    const a = 'import { b } from "./b.ts";';
    expect(problems(tree({ "src/kit/a.ts": a, "src/kit/b.ts": 'import type { A } from "./a.ts";' }))).toEqual(
      ["import cycle: src/kit/a.ts -> src/kit/b.ts -> src/kit/a.ts"],
    );
    expect(problems(tree({ "src/kit/a.ts": a, "src/kit/b.ts": 'await import("./a.ts");' }))).toEqual([]);
  });
});
