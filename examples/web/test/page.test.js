// The page holds the place that the greeting goes into.
const { test } = require("node:test");
const assert = require("node:assert");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

test("the page has a place for the greeting", () => {
  assert.match(readFileSync(join(__dirname, "../app/public/index.html"), "utf8"), /%greeting%/);
});
