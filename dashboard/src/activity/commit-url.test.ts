/** Tests the address of a commit at its host. */
import { expect, test } from "vitest";
import { commitUrl } from "./commit-url.ts";

const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";

test.each([
  ["https://github.com/example-shop/shop", `https://github.com/example-shop/shop/commit/${SHA}`],
  ["https://gitlab.example.com/group/app.git", `https://gitlab.example.com/group/app/-/commit/${SHA}`],
  ["https://bitbucket.org/example/app/", `https://bitbucket.org/example/app/commits/${SHA}`],
  ["git@example.com:group/app.git", null],
  ["https://", null],
  [null, null],
])("%s", (repository, expected) => {
  expect(commitUrl(repository, SHA, "jenkins")).toBe(expected);
});

test("a GitLab of any name has GitLab's path", () => {
  expect(commitUrl("http://10.0.0.2:3000/group/app", SHA, "gitlab")).toBe(
    `http://10.0.0.2:3000/group/app/-/commit/${SHA}`,
  );
});
