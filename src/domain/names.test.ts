/** Name rules: which one wins, and how a name that one rule gave is looked up again. */
import { describe, expect, test } from "vitest";
import { compileRules, exactly, looksAlike, type NameRule, namingRule, resolveNames } from "./names.ts";
import type { Facts } from "./transition.ts";

const resolve = (rules: readonly NameRule[], reported: Facts, source = "gitlab") =>
  resolveNames(compileRules(rules), { source, instance: "gitlab.example.com", reported });
const alias = (service: string, to: string): NameRule => ({ match: { service }, set: { service: to } });
const merged = (canonical: string, to: string): NameRule => ({ match: { canonical }, set: { service: to } });

describe("resolveNames", () => {
  test("without rules names stay as reported", () => {
    const names = resolve([], { service: "group/shop", environment: "prod-eu", team: "pay" });
    expect(names).toMatchObject({
      service: "group/shop",
      environment: "prod-eu",
      team: "pay",
      tier: "production",
      matched: false,
    });
  });

  test("the first rule that sets a field wins, field by field", () => {
    const rules: NameRule[] = [
      { match: { service: "group/shop" }, set: { service: "shop" } },
      { match: { service: "group/*" }, set: { service: "$1-other", team: "group" } },
    ];
    expect(resolve(rules, { service: "Group/Shop" })).toMatchObject({
      service: "shop",
      team: "group",
      matched: true,
    });
  });

  test("a merge also moves what a pattern named, and names yet to come", () => {
    const rules = [merged("shop", "store"), alias("*/shop", "shop")];
    expect(resolve(rules, { service: "group/shop" }).service).toBe("store");
    expect(resolve(rules, { service: "other/shop" }).service).toBe("store");
    expect(resolve(rules, { service: "shop" }).service).toBe("store");
  });

  test("an alias made after a merge keeps its own name", () => {
    expect(resolve([alias("web", "shop"), merged("shop", "store")], { service: "web" }).service).toBe("shop");
  });

  test("merging back and forth ends", () => {
    const rules = [merged("a", "b"), merged("b", "a"), merged("a", "b")];
    expect(["a", "b"].map((service) => resolve(rules, { service }).service)).toEqual(["b", "b"]);
  });

  test("a split is more particular: only there the name is another one", () => {
    const rules: NameRule[] = [
      { match: { service: "group/mono", environment: "admin-*" }, set: { service: "admin" } },
      alias("group/mono", "shop"),
    ];
    expect(resolve(rules, { service: "group/mono", environment: "admin-prod" }).service).toBe("admin");
    expect(resolve(rules, { service: "group/mono", environment: "prod" }).service).toBe("shop");
  });

  test("a split by the environment's own name holds for its aliases", () => {
    const rules: NameRule[] = [
      { match: { service: "mono", environment: "prod-eu" }, set: { service: "shop-eu" } },
      { match: { environment: "euw1" }, set: { environment: "prod-eu" } },
    ];
    expect(resolve(rules, { service: "mono", environment: "euw1" })).toMatchObject({
      service: "shop-eu",
      environment: "prod-eu",
    });
  });

  test("a team by canonical name does not take in what is only reported so", () => {
    const rules: NameRule[] = [
      { match: { canonical: "api" }, set: { team: "core" } },
      { match: { source: "heroku", service: "api" }, set: { service: "billing" } },
    ];
    expect(resolve(rules, { service: "api" }, "heroku")).toMatchObject({ service: "billing", team: null });
    expect(resolve(rules, { service: "api" }, "gitlab")).toMatchObject({
      service: "api",
      team: "core",
      matched: false,
    });
  });

  test("a tier, a team and an exclusion may name the service as reported or as resolved", () => {
    const rules: NameRule[] = [
      { match: { actor: "dependabot*" }, set: { exclude: "bot" } },
      { match: { service: "shop" }, set: { team: "payments" } },
      { match: { environment: "edge" }, set: { tier: "production" } },
      alias("group/shop", "shop"),
    ];
    const names = resolve(rules, {
      service: "group/shop",
      environment: "Edge",
      actor: { name: null, login: "dependabot[bot]" },
    });
    expect(names).toMatchObject({
      team: "payments",
      tier: "production",
      excluded: "bot",
      environment: "Edge",
    });
  });

  test("names that look like patterns are met exactly", () => {
    for (const name of ["a*b", "/api/", "plain", "a.b/c"]) {
      const rules = [alias(exactly(name), "hit")];
      expect(resolve(rules, { service: name }).service).toBe("hit");
      expect(resolve(rules, { service: `x${name}x` }).service).toBe(`x${name}x`);
      expect(resolve(rules, { service: name.replace("*", "zz") }).service).toBe(
        name.includes("*") ? "azzb" : "hit",
      );
    }
  });
});

test("namingRule tells which rule names a service", () => {
  const rules = compileRules([
    merged("shop", "store"),
    { match: { service: "x", environment: "e" }, set: { service: "y" } },
    alias("web", "shop"),
  ]);
  const at = (service: string) => namingRule(rules, { source: "s", instance: "", reported: { service } });
  expect([at("web"), at("shop"), at("x"), at("other")]).toEqual([0, 0, null, null]);
});

test.each([
  ["group/shop", "shop", true],
  ["shop-production", "Shop", true],
  ["deploy-shop", "shop", true],
  ["shop", "shopping", false],
  ["billing", "shop", false],
  ["/", "-", false],
])("%s looks like %s: %s", (a, b, expected) => expect(looksAlike(a, b)).toBe(expected));
