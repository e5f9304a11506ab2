/** Values from payloads become facts that are safe to keep, or nothing. */
import { expect, test } from "vitest";
import {
  actorOf,
  MAX_TAGS,
  repositoryPath,
  repositoryUrl,
  sha,
  tagsOf,
  text,
  versionOfRef,
  webHost,
  webUrl,
} from "./shaping.ts";

const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";

test.each([
  [SHA, SHA, null],
  [SHA.toUpperCase(), SHA, null],
  ["279484c0", null, "279484c0"],
  ["0".repeat(40), null, null],
  ["main", null, null],
  [null, null, null],
  [`${SHA}0`, null, null],
])("sha %s", (value, commitSha, shortSha) => {
  expect(sha(value)).toEqual({ commitSha, shortSha });
});

test.each([
  ["https://gitlab.example.com/a/b?x=1", "https://gitlab.example.com/a/b?x=1"],
  ["https://robin:pw@gitlab.example.com/a", "https://gitlab.example.com/a"],
  ["javascript:alert(1)", null],
  ["//gitlab.example.com", null],
  [7, null],
])("web address %s", (value, expected) => {
  expect(webUrl(value)).toBe(expected);
});

test.each([
  ["git@gitlab.example.com:group/app.git", "https://gitlab.example.com/group/app", "group/app"],
  ["ssh://git@gitlab.example.com:2222/group/app.git", "https://gitlab.example.com/group/app", "group/app"],
  ["https://gitlab.example.com/group/app.git", "https://gitlab.example.com/group/app", "group/app"],
  ["devlake", null, null],
])("repository %s", (value, url, path) => {
  expect(repositoryUrl(value)).toBe(url);
  expect(repositoryPath(value)).toBe(path);
});

test("hosts keep an unusual port", () => {
  expect([webHost("https://CI.example.com:443/x"), webHost("http://localhost:8080/x"), webHost("x")]).toEqual(
    ["ci.example.com", "localhost:8080", null],
  );
});

test("persons lose their e-mail address and keep their name", () => {
  expect(actorOf("robin@shop.example.com", "<robin@shop.example.com>")).toEqual({
    name: "robin",
    login: "robin",
  });
  expect(actorOf("Robin", null)).toEqual({ name: "Robin", login: null });
  expect(actorOf("", undefined)).toBeNull();
});

test("tags are flat, capped and harmless", () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, "x".repeat(900)]));
  const tags = tagsOf(many);
  expect(Object.keys(tags)).toHaveLength(MAX_TAGS);
  expect(tags.k0).toHaveLength(500);
  const odd = JSON.parse(
    '{"__proto__":"x","a":1,"b":true,"c":null,"d":{},"e":"robin@shop.example.com","f":" "}',
  );
  expect(tagsOf(odd)).toEqual({ a: "1", b: "true" });
  expect(text(Number.NaN)).toBeNull();
});

test.each([
  ["v1.4.2", "v1.4.2"],
  ["refs/tags/1.4.2-rc.1", "1.4.2-rc.1"],
  ["release-2.0", "2.0"],
  ["main", null],
  ["feature/1.2-thing", null],
])("version of %s", (ref, expected) => {
  expect(versionOfRef(ref)).toBe(expected);
});
