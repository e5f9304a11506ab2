/** What goes along from one request to the next: cookies, and headers that were meant for one address. */
import { expect, test } from "vitest";
import { createCookies } from "./cookies.ts";
import { keepsOwn } from "./request.ts";

test("what is for one host goes to no other, and never in the clear after it was hidden", () => {
  const keeps = (from: string, to: string): boolean => keepsOwn(new URL(from), new URL(to));
  expect(keeps("https://a.example.test/x", "https://a.example.test/y")).toBe(true);
  expect(keeps("http://a.example.test/", "https://a.example.test/")).toBe(true);
  expect(keeps("https://a.example.test/", "http://a.example.test/")).toBe(false);
  expect(keeps("https://a.example.test/", "https://b.example.test/")).toBe(false);
  expect(keeps("https://a.example.test/", "https://a.example.test:8443/")).toBe(false);
});

test("cookies: for their host and path only, gone when they are told to go", () => {
  const jar = createCookies();
  const at = (text: string): URL => new URL(text);
  jar.take(at("https://a.example.test/x/y"), [
    "p=1",
    "s=2; Path=/; Secure",
    "w=3; Domain=example.test; Path=/",
  ]);
  jar.take(at("https://a.example.test/"), ["evil=4; Domain=other.test", "top=5; Domain=test"]);
  expect(jar.for(at("https://a.example.test/x/z"))).toBe("p=1; s=2; w=3");
  expect(jar.for(at("http://b.example.test/x"))).toBe("w=3");
  expect(jar.for(at("https://a.example.test/xy"))).toBe("s=2; w=3");
  jar.take(at("https://a.example.test/"), ["s=; Path=/; Max-Age=0"]);
  expect(jar.for(at("https://a.example.test/"))).toBe("w=3");
  expect(jar.for(at("https://other.test/"))).toBeNull();
});
