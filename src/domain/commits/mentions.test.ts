// What messages of commits mention: forms of GitHub, GitLab, Bitbucket, Azure DevOps, Jira and git itself.
import { expect, test } from "vitest";
import { remedyOf } from "../metrics/remedy.ts";
import { repositoryKey } from "../trace/references.ts";
import { type Mentions, mentionsOf, personIn, ticketsIn, withPersons } from "./mentions.ts";

const some = (message: string) =>
  Object.fromEntries(
    Object.entries(mentionsOf(message)).filter(([, value]) => value !== null && value.length > 0),
  );

test.each([
  ["SHOP-12 pay by card", { tickets: ["SHOP-12"] }],
  ["feat(shop): pay\n\nRefs: SHOP-12, API2-7\nCloses SHOP-12", { tickets: ["SHOP-12", "API2-7"] }],
  ["Pay by card (#15)", { changes: ["15"] }],
  ["Pay by card (#15)\n\nFixes #12, closes group/app#7", { changes: ["15"], issues: ["12", "group/app#7"] }],
  [
    "Merge pull request #15 from example/SHOP-12-pay\n\nPay by card",
    { changes: ["15"], tickets: ["SHOP-12"] },
  ],
  ["Merge branch 'x' into 'main'\n\nSee merge request group/sub/app!15", { changes: ["group/sub/app!15"] }],
  ["Merge !15 and !16", { changes: ["15", "16"] }],
  ["Merged in pay (pull request #3)", { changes: ["3"] }],
  ["Merged PR 77: Pay", { changes: ["77"] }],
  ["GH-12 and gh-13", { issues: ["12", "13"] }],
  ["Use UTF-8, SHA-256 and RFC-2119; a colour #ffffff, a route /a/#12x, an entity &#12;", {}],
  ["see https://forge.example/acme/shop#12", {}],
  ["v1.2-RC-1 FOO-2024-01-01 build-12 X-ABC-12 abc-12 ABC-0 http://h/browse/SHOP-9x", {}],
  [
    'Revert "Pay by card (#15)"\n\nThis reverts commit 279484C09FBE69ededfced8c1bb6e6d24616b468.',
    { reverts: ["279484c09fbe69ededfced8c1bb6e6d24616b468"], revertsSubject: "Pay by card (#15)" },
  ],
])("%s", (message, expected: Partial<Mentions>) => {
  expect(mentionsOf(message)).toMatchObject(expected);
  if (Object.keys(expected).length === 0) expect(some(message)).toEqual({});
});

test("tickets are found in branches and titles too", () => {
  expect(ticketsIn("feature/SHOP-12-pay")).toEqual(["SHOP-12"]);
  expect(ticketsIn("SHOP-12: pay, SHOP-12 again")).toEqual(["SHOP-12"]);
});

test("who wrote it with others is found, and can be said by another word", () => {
  const message = "Pay\n\nCo-authored-by: Kim Lee <kim@example.com>\nsigned-off-by: Ana <ana@example.com>";
  expect(mentionsOf(message).coAuthors).toEqual([{ name: "Kim Lee", login: "kim@example.com" }]);
  const said = withPersons(message, (person) => `p-${person.length}`);
  expect(said).toBe("Pay\n\nCo-authored-by: p-25\nsigned-off-by: p-21");
  expect(mentionsOf(said).coAuthors).toEqual([{ name: "p-25", login: null }]);
});

test("a long text takes no longer than its length: who writes one cannot keep all others waiting", () => {
  const long = 40_000;
  const texts = [".a/", "a/.", "-a.", "a.b/", "GH-", "#", "A-"].map((unit) =>
    unit.repeat(long / unit.length),
  );
  const started = performance.now();
  for (const text of texts) mentionsOf(text);
  withPersons(`Co-authored-by: x${" ".repeat(long)}y`, (person) => personIn(person).name ?? "");
  repositoryKey(`https://x/${"/".repeat(long)}b`);
  remedyOf({ deploymentKind: null, ref: null, tags: { title: "\n".repeat(long) } });
  expect(performance.now() - started).toBeLessThan(500); // by the square of it: seconds each
});
