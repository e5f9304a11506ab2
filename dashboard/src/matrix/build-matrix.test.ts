/** Tests the matrix: columns, pins, filters, groups, and what a cell says. */
import { describe, expect, test } from "vitest";
import { build } from "../../mock/deployments.ts";
import type { StatusAnswer, StatusItem } from "../api/types.ts";
import { buildMatrix, type MatrixView } from "./build-matrix.ts";
import { behindText, cellText, markOf, versionOf } from "./cell-facts.ts";
import { countAttention } from "./count-attention.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const run = (n: number) => ({
  ...build(n, { service: 0, environment: 0, atMs: NOW - n * 60_000, status: "succeeded", release: n }),
  version: `v${n}`,
});

function item(service: string, environment: string | null, more: Partial<StatusItem> = {}): StatusItem {
  const running = run(3);
  return {
    service,
    team: null,
    environment,
    tier: null,
    tenant: null,
    running,
    lastAttempt: running,
    behind: null,
    ...more,
  };
}

const failed = { ...run(9), id: "other", status: "failed" as const };
const ANSWER: StatusAnswer = {
  environments: [
    { name: "staging", tier: "staging" },
    { name: "prod", tier: "production" },
  ],
  items: [
    item("shop", "Prod", { tier: "production", team: "web", lastAttempt: failed }),
    item("shop", "staging", { tier: "staging", team: "web" }),
    item("api", "prod", {
      tier: "production",
      behind: { environment: "staging", deployments: 2, ms: 259_200_000 },
    }),
    item("cron", null),
  ],
};
const VIEW: MatrixView = {
  q: "",
  team: "",
  tier: "",
  only: "",
  grouped: false,
  pinnedServices: [],
  pinnedEnvironments: [],
};
const services = (view: Partial<MatrixView>): string[] =>
  buildMatrix(ANSWER, { ...VIEW, ...view }).rows.map((row) => row.key);

describe("columns", () => {
  test("of environments that come and go stand behind those that stay", () => {
    const preview = { name: "pr-7", tier: "ephemeral" as const };
    const { columns } = buildMatrix({ ...ANSWER, environments: [preview, ...ANSWER.environments] }, VIEW);
    expect(columns.map(({ key }) => key)).toEqual(["staging", "prod", "pr-7", ""]);
  });

  test("stand in promotion order, compared without case, the unknown one last", () => {
    const { columns } = buildMatrix(ANSWER, VIEW);
    expect(columns.map(({ name }) => name)).toEqual(["staging", "prod", "unknown"]);
  });

  test("a pinned one stands first; a tier leaves only its own", () => {
    expect(buildMatrix(ANSWER, { ...VIEW, pinnedEnvironments: ["prod"] }).columns[0]?.name).toBe("prod");
    expect(buildMatrix(ANSWER, { ...VIEW, tier: "staging" }).columns.map(({ key }) => key)).toEqual([
      "staging",
    ]);
  });
});

describe("rows", () => {
  test("are services by name, pinned ones first", () => {
    expect(services({})).toEqual(["api", "cron", "shop"]);
    expect(services({ pinnedServices: ["shop"] })).toEqual(["shop", "api", "cron"]);
  });

  test("what names no service stands last", () => {
    const nameless: StatusItem = { ...item("", "prod"), service: null };
    const { rows } = buildMatrix({ ...ANSWER, items: [nameless, ...ANSWER.items] }, VIEW);
    expect(rows.map((row) => "key" in row && row.key).at(-1)).toBe("");
  });

  test("are filtered by text, team and what needs a look", () => {
    expect(services({ q: "SHO" })).toEqual(["shop"]);
    expect(services({ q: "v3" })).toHaveLength(3);
    expect(services({ team: "web" })).toEqual(["shop"]);
    expect(services({ only: "failed" })).toEqual(["shop"]);
    expect(services({ only: "behind" })).toEqual(["api"]);
  });

  test("are grouped by team, those without one last", () => {
    expect(services({ grouped: true })).toEqual(["team:web", "shop", "team:", "api", "cron"]);
  });

  test("keep every tenant of a cell, newest first", () => {
    const items = [
      item("shop", "prod", { tenant: "a", running: run(50) }),
      item("shop", "prod", { tenant: "b", running: run(1) }),
    ];
    const row = buildMatrix({ environments: [], items }, VIEW).rows[0];
    expect(row?.type === "service" && row.cells[0]?.map(({ tenant }) => tenant)).toEqual(["b", "a"]);
  });
});

describe("a cell", () => {
  test("marks a failed last attempt, not one that runs", () => {
    expect(markOf(item("shop", "prod", { lastAttempt: failed }))?.word).toBe("failed");
    expect(markOf(item("shop", "prod"))).toBeNull();
    expect(markOf(item("shop", "prod", { lastAttempt: { ...failed, status: "canceled" } }))).toBeNull();
  });

  test("names the version, else the short sha", () => {
    expect(
      versionOf({ ...run(1), version: null, commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468" }),
    ).toBe("279484c0");
    expect(versionOf({ ...run(1), version: null, commitSha: null, tags: {} })).toBe("no version");
    expect(versionOf(null)).toBe("–");
  });

  test("says everything in one sentence", () => {
    const cell = item("api", "prod", {
      lastAttempt: failed,
      behind: { environment: "staging", deployments: 1, ms: 259_200_000 },
    });
    const text = cellText(cell, NOW);
    expect(text).toContain("prod: v3, 3 min ago, by ");
    expect(text).toContain("last attempt failed");
    expect(behindText(cell)).toBe("1 deployment, 3 d behind staging");
  });
});

test("services that need a look are counted once", () => {
  const two = [...ANSWER.items, item("shop", "staging", { lastAttempt: failed })];
  expect(countAttention(two)).toEqual([
    { word: "failed", services: 1 },
    { word: "deploying", services: 0 },
    { word: "behind", services: 1 },
  ]);
});
