/** Tests which repository, issue or change an address or a written number means. */
import { expect, test } from "vitest";
import { numberedKey, repositoryKey } from "./references.ts";
import { isHome, saidNumber } from "./said-number.ts";

test.each([
  ["https://github.com/acme/Shop.git", "github.com/acme/shop"],
  ["git@github.com:acme/shop.git", "github.com/acme/shop"],
  ["ssh://git@forge.test:2222/acme/shop/", "forge.test:2222/acme/shop"],
])("%s is %s", (url, key) => expect(repositoryKey(url)).toBe(key));

test.each([
  ["15", "forge.test/acme/shop#15"],
  ["#15", "forge.test/acme/shop#15"],
  ["Other/App!15", "forge.test/other/app#15"],
  ["other/app#15", "forge.test/other/app#15"],
])("%s of a repository is %s", (number, key) =>
  expect(numberedKey("https://forge.test/acme/shop", number)).toBe(key));

test("without a repository a number names nothing", () => expect(numberedKey(null, "15")).toBeNull());

test.each([
  ["15", { path: null, sign: null, number: "15" }],
  ["#15", { path: null, sign: "#", number: "15" }],
  ["acme/shop!15", { path: "acme/shop", sign: "!", number: "15" }],
  ["shop#15", { path: "shop", sign: "#", number: "15" }],
  ["shop15", null],
  ["#15a", null],
])("%s is read as %o", (text, said) => expect(saidNumber(text)).toEqual(said));

test("a path means the repositories that end with it, by whole words", () => {
  expect(isHome("shop", "https://forge.test/acme/shop")).toBe(true);
  expect(isHome("hop", "https://forge.test/acme/shop")).toBe(false);
  expect(isHome("acme/shop", null)).toBe(false);
  expect(isHome(null, null)).toBe(true);
});
