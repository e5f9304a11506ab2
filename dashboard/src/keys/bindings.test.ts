/** Tests which key does what. */
import { expect, test } from "vitest";
import { targetOf } from "../matrix/move-in-grid.ts";
import { actionFor } from "./bindings.ts";

test("one key, two keys, and keys that mean nothing", () => {
  expect(actionFor(null, "/")).toEqual({ do: "search" });
  expect(actionFor(null, "g")).toEqual({ do: "wait" });
  expect(actionFor("g", "t")).toEqual({ do: "go", to: "/timeline" });
  expect(actionFor(null, "t")).toBeNull();
});

test("a second key that fits nothing counts for itself", () => {
  expect(actionFor("g", "j")).toEqual({ do: "row", by: 1 });
  expect(actionFor("g", "z")).toBeNull();
});

test("arrow keys stay inside the row", () => {
  expect(targetOf("ArrowRight", 3, 4)).toBe(3);
  expect(targetOf("ArrowLeft", 0, 4)).toBe(0);
  expect(targetOf("End", 0, 4)).toBe(3);
  expect(targetOf("x", 0, 4)).toBeNull();
});
