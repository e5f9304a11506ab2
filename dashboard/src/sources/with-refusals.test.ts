/** Tests which rows of the sources are folded into another one. */
import { expect, test } from "vitest";
import { sourcesAnswer } from "../../mock/sources.ts";
import type { SourceItem } from "../api/types.ts";
import { withRefusals } from "./with-refusals.ts";

const NONE = { accepted: 0, duplicate: 0, ignored: 0, unmapped: 0, rejected: 0 };
const [first] = sourcesAnswer(0).items;
const row = (source: string, instance: string | null, counts: Partial<SourceItem["counts"]>): SourceItem => {
  if (first === undefined) throw new Error("the mock has no source");
  return { ...first, source, instance, counts: { ...NONE, ...counts } };
};

test("refusals without an instance are counted in the row of the tool, with the newest reason", () => {
  const at = (time: string) => ({ at: `2026-11-20T${time}:00.000Z`, reason: `unsigned at ${time}` });
  const bare = { ...row("gitlab", "", { rejected: 4, ignored: 1 }), lastRejection: at("11:00") };
  const eu = { ...row("gitlab", "eu", { accepted: 9, rejected: 1 }), lastRejection: at("10:00") };
  const [only, ...rest] = withRefusals([bare, eu]);
  expect(rest).toEqual([]);
  expect(only).toMatchObject({ whole: true, bare: null });
  expect(only?.item).toMatchObject({
    instance: "eu",
    counts: { ...NONE, accepted: 9, rejected: 5, ignored: 1 },
    lastRejection: at("11:00"),
  });
});

test("and by the first of several, apart, because they may belong to any of them", () => {
  const bare = row("gitlab", "", { rejected: 4 });
  const eu = row("gitlab", "eu", { accepted: 9 });
  const us = row("gitlab", "us", {});
  const other = row("jenkins", null, { accepted: 1 });
  expect(withRefusals([bare, eu, us, other])).toEqual([
    { item: eu, whole: false, bare },
    { item: us, whole: false, bare: null },
    { item: other, whole: false, bare: null },
  ]);
});

test("a tool that has no other row keeps it", () => {
  const bare = row("gitlab", "", { rejected: 4 });
  const other = row("jenkins", null, { accepted: 1 });
  expect(withRefusals([bare, other]).map(({ item }) => item)).toEqual([bare, other]);
});

test("a row that had something accepted stays", () => {
  const items = [row("gitlab", "", { accepted: 1, rejected: 4 }), row("gitlab", "eu", { accepted: 9 })];
  expect(withRefusals(items).map(({ item }) => item)).toEqual(items);
});
