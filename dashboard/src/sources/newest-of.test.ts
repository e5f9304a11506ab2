/** Tests which instance of a tool counts as the one that was just connected. */
import { expect, test } from "vitest";
import { sourcesAnswer } from "../../mock/sources.ts";
import type { SourceItem } from "../api/types.ts";
import { newestOf } from "./newest-of.ts";

const [first] = sourcesAnswer(0).items;
const heard = (instance: string | null, lastDeliveryAt: string | null): SourceItem => {
  if (first === undefined) throw new Error("the mock has no source");
  return { ...first, source: "gitlab", instance, lastDeliveryAt };
};
const ITEMS = [
  heard("eu", "2026-11-20T10:00:00.000Z"),
  heard("us", "2026-11-20T11:00:00.000Z"),
  heard("", null),
];

test("an unnamed connection takes whatever instance the payload names", () => {
  expect(newestOf(ITEMS, "gitlab", "")?.instance).toBe("us");
});

test("a named one waits for its own", () => {
  expect(newestOf(ITEMS, "gitlab", "EU")?.instance).toBe("eu");
  expect(newestOf(ITEMS, "gitlab", "asia")).toBeNull();
  expect(newestOf(ITEMS, "github", "")).toBeNull();
});
