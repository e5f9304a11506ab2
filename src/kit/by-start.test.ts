// The start of an id finds the thing when it is the only one, and names the candidates when it is not.
import { expect, test } from "vitest";
import { byStart } from "./by-start.ts";

const [first, second] = [
  { id: "0193f1c2-7b1e-7a10-8000-1f2e3d4c5b6a" },
  { id: "0193f1c2-7b1e-7a10-8000-1f2e3d4c5b7b" },
];
const other = { id: "01a00000-0000-7a10-8000-000000000000" };
const all = [first, second, other];

test.each([
  [first.id, first],
  [first.id.replaceAll("-", "").toUpperCase(), first],
  ["01a000", other],
  ["01a00000-0000-7", other],
  ["01a0", null],
  ["0200000000", null],
])("%s", (given, found) => {
  expect(byStart(given, all)).toBe(found);
});

test("what fits several names them", () => {
  expect(() => byStart("0193f1c2", all)).toThrow(
    expect.objectContaining({
      code: "input.invalid",
      hint: `Give more of it: ${first.id}, ${second.id}.`,
      details: expect.objectContaining({ candidates: [first.id, second.id] }),
    }),
  );
});
