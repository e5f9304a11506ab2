/** The names that a rule can concern: never too few. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRules, type NameRule, resolveNames } from "./names.ts";
import { namesConcerned } from "./names-concerned.ts";

const NAMES = ["shop", "group/shop", "web", "store", "x-shop", "billing"];
const alias = (service: string, to: string): NameRule => ({ match: { service }, set: { service: to } });

test("only what the rule fits, directly or through others", () => {
  const others = [alias("group/*", "$1"), alias("web", "billing")];
  expect(namesConcerned(alias("web", "shop"), others, NAMES)).toEqual(["web"]);
  expect(namesConcerned({ match: { canonical: "shop" }, set: { team: "t" } }, others, NAMES)).toEqual([
    "shop",
    "group/shop",
  ]);
  expect(
    namesConcerned({ match: { environment: "prod" }, set: { tier: "other" } }, others, NAMES),
  ).toBeNull();
  expect(namesConcerned(alias("*", "all"), others, NAMES)).toBeNull();
});

const pattern = fc.constantFrom(...NAMES, "*shop", "group/*", "*", "/^(w|s)/");
const target = fc.constantFrom("shop", "store", "web", "x-$1", "$1", "");
const rule: fc.Arbitrary<NameRule> = fc.record({
  match: fc.oneof(
    fc.record({ service: pattern }),
    fc.record({ canonical: pattern }),
    fc.record({ service: pattern, environment: fc.constantFrom("prod", "*") }),
    fc.record({ environment: fc.constant("prod") }),
  ),
  set: fc.oneof(
    fc.record({ service: target }),
    fc.record({ team: fc.constant("t") }),
    fc.record({ exclude: fc.constant("e") }),
  ),
});

test("a name that is resolved otherwise is always among them", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 5 }), rule, fc.nat(5), (others, changed, place) => {
      const at = Math.min(place, others.length);
      const [before, after] = [
        compileRules(others),
        compileRules([...others.slice(0, at), changed, ...others.slice(at)]),
      ];
      const concerned = namesConcerned(changed, others, NAMES);
      for (const service of ["", ...NAMES]) {
        for (const environment of ["prod", "dev"]) {
          const subject = {
            source: "s",
            instance: "",
            reported: { service: service === "" ? null : service, environment },
          };
          const same =
            JSON.stringify(resolveNames(before, subject)) === JSON.stringify(resolveNames(after, subject));
          if (!same) expect(concerned === null || concerned.includes(service)).toBe(true);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
