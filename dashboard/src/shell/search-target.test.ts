// What is typed into the search leads to the page that is meant.
import { expect, test } from "vitest";
import { searchTarget } from "./search-target.ts";

test.each([
  ["0193f1c2-0000-7000-8000-000000000001", "/activities/0193f1c2-0000-7000-8000-000000000001"],
  ["279484c09f", "/where/279484c09f"],
  ["#15", "/where/%2315"],
  ["group/app!15", "/where/group%2Fapp!15"],
  ["SHOP-12", "/where/SHOP-12"],
  ["https://github.com/example/shop/pull/15", "/where/https%3A%2F%2Fgithub.com%2Fexample%2Fshop%2Fpull%2F15"],
  ["shop", "/?q=shop"],
  ["facade", "/?q=facade"],
  ["deadbeef", "/?q=deadbeef"],
  ["prod-eu", "/?q=prod-eu"],
  ["v1.4.2", "/?q=v1.4.2"],
])("%s", (text, target) => expect(searchTarget(text)).toBe(target));
