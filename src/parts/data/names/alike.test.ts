/** Tests which services may be one. */
import { expect, test } from "vitest";
import type { ReportedName } from "../../../ports/names.ts";
import { alikeServices } from "./alike.ts";

const reported = (source: string, service: string, more: Partial<ReportedName> = {}): ReportedName => ({
  ...{ source, instance: "default", name: service, service, matched: false, deployments: false },
  ...{ count: 1, lastAt: "2026-11-20T12:00:00.000Z", ...more },
});
const told = (names: readonly ReportedName[], repositories: Record<string, string> = {}) =>
  alikeServices(names, (service) => repositories[service] ?? null).map(
    ({ service, into, why }) => `${service} > ${into}: ${why}`,
  );

test("one product under the names of three tools is told, into the one that is deployed", () => {
  const names = [
    reported("circleci", "Hello-World"),
    reported("heroku", "hello-world", { deployments: true }),
    reported("github", "Codertocat/Hello-World"),
    reported("jenkins", "web/other"),
  ];
  expect(told(names)).toEqual([
    "Codertocat/Hello-World > hello-world: name",
    "Hello-World > hello-world: case",
  ]);
});

test("names that have nothing in common are told when they come from one repository, by different tools", () => {
  const names = [reported("github", "acme/shop", { deployments: true }), reported("octopus", "Storefront")];
  expect(told(names, { "acme/shop": "acme/shop", Storefront: "ACME/shop" })).toEqual([
    "Storefront > acme/shop: repository",
  ]);
  expect(told(names)).toEqual([]);
});

test("what one tool keeps apart is two: groups of one GitLab, services of one repository", () => {
  const names = [reported("gitlab", "a/api"), reported("gitlab", "b/api"), reported("gitlab", "b/worker")];
  expect(told(names, { "a/api": "mono", "b/api": "mono", "b/worker": "mono" })).toEqual([]);
  expect(told([reported("gitlab", "Api"), reported("gitlab", "api")])).toEqual(["api > Api: case"]);
});

test("two of which rules say what they are stay two; what a rule names is what the other is merged into", () => {
  const ruled = reported("octopus", "store", { matched: true });
  const other = reported("github", "acme/store", { deployments: true });
  expect(told([ruled, other])).toEqual(["acme/store > store: name"]);
  expect(told([ruled, { ...other, matched: true }])).toEqual([]);
});
