/** Tests that what is rendered is read back as it was by the programs that read such files; templates and comparisons. */
import { execFileSync } from "node:child_process";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences, type Side } from "./diff.ts";
import { fillTemplate } from "./fill.ts";
import { looksSecret } from "./looks-secret.ts";
import { asDotenv, asSecret, asShell, unwritable } from "./render.ts";

const ODD = [
  "",
  " ",
  "a b",
  "it's",
  'say "x"',
  "$HOME `id` $(id)",
  "a\nb",
  "#no",
  "a=b",
  "\\n",
  "ü",
  "=",
  "'\"",
  "-n",
];
const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/).map((text) => `X_${text}`);
const texts = fc.dictionary(name, fc.oneof(fc.constantFrom(...ODD), fc.string()), {
  maxKeys: 6,
  noNullPrototype: true,
});

test("dotenv, as Node reads it", () => {
  fc.assert(
    fc.property(texts, (values) => {
      const wrong = new Set(unwritable(values, "dotenv").map(({ key }) => key));
      const sayable = Object.fromEntries(Object.entries(values).filter(([key]) => !wrong.has(key)));
      expect({ ...parseEnv(asDotenv(sayable)) }).toEqual(sayable);
    }),
  );
  expect(unwritable(Object.fromEntries(ODD.map((text, at) => [`K${at}`, text])), "dotenv")).toEqual([]);
});

test("env, as a shell reads it", () => {
  const values = Object.fromEntries(ODD.map((text, at) => [`K${at}`, text]));
  const print = `process.stdout.write(JSON.stringify(process.env))`;
  const script = `${asShell(values)}exec "$0" -e '${print}'`;
  const env = JSON.parse(execFileSync("sh", ["-c", script, process.execPath], { encoding: "utf8" }));
  expect(env).toMatchObject(values);
});

test("a Secret of Kubernetes, with a name that it takes", () => {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  expect(asSecret({ A: "b\n" }, "Shop_API-prod.EU-", base64)).toEqual({
    ...{ apiVersion: "v1", kind: "Secret", type: "Opaque" },
    metadata: { name: "shop-api-prod.eu" },
    data: { A: "Ygo=" },
  });
});

test("what a format cannot say is told by key", () => {
  const values = { "a.b": "x", OK: "\0", ALL: `'"\`` };
  const keys = (format: Parameters<typeof unwritable>[1]): string[] =>
    unwritable(values, format).map(({ key }) => key);
  expect(keys("env")).toEqual(["a.b", "OK"]);
  expect(keys("dotenv")).toEqual(["a.b", "OK", "ALL"]);
  expect(keys("k8s-secret")).toEqual([]);
  expect(unwritable({ "a b": "" }, "k8s-secret")).toHaveLength(1);
  expect(keys("json")).toEqual([]);
});

test("dotenv: backticks, which Compose does not know, only where no other quote will do", () => {
  expect(asDotenv({ A: "it's", B: 'say "x"', C: "it's $5", D: "don't\\n" })).toBe(
    "A=\"it's\"\nB='say \"x\"'\nC=`it's $5`\nD=`don't\\n`\n",
  );
});

const hole = (name_: string): string => `$\{{ ${name_} }}`;

test("a template takes what is there, and tells what is not with its line", () => {
  const filling = {
    values: { HOST: "h", DB: "s3cret $& $1", LATE: "x" },
    secrets: new Set(["DB", "CLOSED"]),
    nearest: (word: string, known: readonly string[]) => known.find((each) => each[0] === word[0]) ?? null,
  };
  const fill = (text: string) => fillTemplate(text, filling);
  expect(fill(`a ${hole("values.HOST")} $HOME {{x}}`)).toEqual({
    text: "a h $HOME {{x}}",
    problems: [],
    hasSecret: false,
  });
  expect(fill(hole("secrets.DB"))).toEqual({ text: "s3cret $& $1", problems: [], hasSecret: true });
  const wrong = ["values.DB", "secrets.HOST", "values.HOTS", "env.X", "secrets.CLOSED", "values.__proto__"];
  expect(fill(wrong.map(hole).join("\n")).problems).toEqual([
    { line: 1, problem: "DB is a secret; write secrets.DB" },
    { line: 2, problem: "HOST is no secret; write values.HOST" },
    { line: 3, problem: "there is no values.HOTS; did you mean values.HOST?" },
    { line: 4, problem: '"env.X" is not known; write values.NAME or secrets.NAME' },
    { line: 5, problem: "CLOSED cannot be opened" },
    { line: 6, problem: "there is no values.__proto__" },
  ]);
});

test("a difference says of secrets only whether they are the same", () => {
  const side = (key: string, value: string | null, secretly: string | null = null): Side => ({
    ...{ key, value, secretly },
    secret: value === null,
    reference: value === null && key !== "GONE" ? "age" : null,
  });
  const found = differences(
    [
      side("A", "1"),
      side("B", "1"),
      side("S", null, "x"),
      side("T", null, "x"),
      side("U", null),
      side("GONE", null),
    ],
    [
      side("A", "1"),
      side("B", "2"),
      side("S", null, "x"),
      side("T", null, "y"),
      side("U", null),
      side("C", "1"),
      side("GONE", "1"),
    ],
  );
  expect(Object.fromEntries(found.map(({ key, outcome }) => [key, outcome]))).toEqual({
    ...{ A: "same", B: "different", C: "only-right", GONE: "only-right" },
    ...{ S: "same", T: "different", U: "unknown" },
  });
  expect(JSON.stringify(found)).not.toMatch(/"[xy]"/);
});

test.each([
  ["DB_PASSWORD", "hunter2", true],
  ["apiKey", "abc", true],
  ["X", "ghp_0123456789abcdefABCD", true],
  ["URL", "postgres://u:pw@db/x", true],
  ["URL", "postgres://db/x", false],
  ["PEM", "-----BEGIN RSA PRIVATE KEY-----", true],
  ["MAX_TOKEN", "4096", false],
  ["TOKEN_LIFETIME", "1h", false],
  ["PORT", "8080", false],
])("%s: %s", (key, text, looks) => expect(looksSecret(key, text)).toBe(looks));
