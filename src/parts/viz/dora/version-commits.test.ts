/** A tool that tells a version and no commit has lead times when something else knows the commit of that version. */
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  commitsTold,
  DAY,
  type DoraHouse,
  deployed,
  doraHouse,
  sha,
  told,
} from "../../../../test/dora-house.ts";

let house: DoraHouse;
beforeEach(async () => {
  house = await doraHouse();
});
afterEach(() => house.close());

const build = (version: string, commit: string, daysAgo: number, id: string | null = null) =>
  told("build", house.ago(daysAgo), { service: "shop", version, commitSha: sha(commit) }, "succeeded", id);
const graph = () =>
  commitsTold(
    [sha("a"), [], house.ago(9)],
    [sha("b"), [sha("a")], house.ago(8)],
    [sha("c"), [sha("b")], house.ago(7)],
  );
const leads = async () => {
  const { items } = await house.rows("changeLeadTime", { service: "shop" });
  return items.map(({ release, value, commit, commitFrom }) => [release, value, commit?.[0], commitFrom]);
};

test("the build of a version tells its commit, also when it comes last, and the row says so", async () => {
  const { ago, tell } = house;
  await tell(graph(), deployed(ago(6), "1.0.0"), deployed(ago(5), "1.1.0"));
  const before = await house.dora({ service: "shop" });
  expect(before.metrics.changeLeadTime).toMatchObject({ value: null });
  await tell(build("1.0.0", "a", 7), build("v1.1.0", "b", 6));
  expect(await leads()).toEqual([["1.1.0", (3 * DAY) / 1000, "b", "commit from the build of 1.1.0"]]);
  const { metrics } = await house.dora({ service: "shop" });
  expect(metrics.changeLeadTime).toMatchObject({ value: (3 * DAY) / 1000, count: 1, reason: null });
});

test("so does another deployment of it; the version of another service does not", async () => {
  const { ago, tell } = house;
  await tell(graph(), build("1.0.0", "a", 7), deployed(ago(6), "1.0.0"), deployed(ago(5), "1.1.0"));
  await tell(deployed(ago(5, 1), "1.1.0", { service: "cart", commitSha: sha("c") }));
  expect(await leads()).toEqual([]);
  await tell(deployed(ago(5, 1), "1.1.0", { environment: "staging", commitSha: sha("b") }));
  expect(await leads()).toEqual([
    ["1.1.0", (3 * DAY) / 1000, "b", "commit from another deployment of 1.1.0"],
  ]);
});

test("a version that is known with two commits is known with none, until one of them is corrected", async () => {
  const { ago, tell } = house;
  await tell(graph(), deployed(ago(6), "1.0.0", { commitSha: sha("a") }), deployed(ago(5), "latest"));
  await tell(build("latest", "b", 6), build("latest", "c", 5, "two"));
  const { metrics } = await house.dora({ service: "shop" });
  expect(metrics.changeLeadTime.value).toBeNull();
  expect(
    house.services.store.dora.rows({ tier: "production" }, { fromMs: 0, toMs: ago(0) }, 9),
  ).toMatchObject([{ leadReason: "first" }, { leadReason: "several", commitFrom: null }]);
  await tell(build("other", "c", 4, "two"));
  expect(await leads()).toMatchObject([["latest", (3 * DAY) / 1000, "b", "commit from the build of latest"]]);
});

test("what came after it is compared with the commit of its version, also when only that was missing", async () => {
  const { ago, tell } = house;
  await tell(graph(), deployed(ago(6), "1.0.0"), deployed(ago(5), "1.1.0", { commitSha: sha("b") }));
  expect(await leads()).toEqual([]);
  await tell(build("1.0.0", "a", 7));
  expect(await leads()).toEqual([["1.1.0", (3 * DAY) / 1000, "b", null]]);
});
