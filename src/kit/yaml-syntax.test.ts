/** Tests that faults of a YAML file are told in plain words, one for each line. */
import { expect, test } from "vitest";
import { z } from "zod";
import { readYamlText } from "./yaml-file.ts";

test.each<[name: string, text: string, said: RegExp]>([
  [
    "other columns",
    "sources:\n  github:\n    secret: a\n   gitlab: {}\n",
    /^f:4: wrong indentation; indent lines/,
  ],
  ["a key below a value", "port: 4400\n host: x\n", /^f:1: a key where its line has a value already/],
  ["two keys in a line", "a: b: c\n", /^f:1: a key where .* put a text with ": " in quotes$/],
  ["a tab", "a:\n\t- b\n", /^f:2: a tab; indent with spaces$/],
  ["no colon", "a: 1\nb\nc: 2\n", /^f:2: a key without ":"$/],
  ["an open quote", 'host: "abc\n', /^f:2: a text with a quote at its beginning/],
  ["less indented than the first", "  a: 1\nb: 2\n", /^f:2: something behind a value that is complete/],
  ["a sign", "a: @x\n", /^f:1: a text that begins with @ needs quotes$/],
])("%s", (_name, text, said) => {
  expect(() => readYamlText({ name: "f", text }, z.unknown(), "config.invalid")).toThrow(said);
});
