// From words to a command and its input and back, for every command that there is; and what is said about wrong words.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appVerbs } from "../../app/app-verbs.ts";
import { allCommands } from "../../app/commands.ts";
import { ViceError } from "../../kit/errors.ts";
import { describedVerbs } from "./all-verbs.ts";
import type { Field } from "./fields.ts";
import { findVerb } from "./find-verb.ts";
import { readWords } from "./read-words.ts";
import { type Verb, waysOf } from "./verbs.ts";

const verbs = describedVerbs(allCommands, appVerbs);
const named = verbs.map((verb): [string, Verb] => [verb.words.join(" "), verb]);

describe("every way leads to its verb", () => {
  test("no two verbs share a way", () => {
    const ways = verbs.flatMap((verb) => waysOf(verb).map((way) => way.join(" ")));
    expect(ways.filter((way, at) => ways.indexOf(way) !== at)).toEqual([]);
  });

  test.each(named)("%s", (_name, verb) => {
    for (const way of waysOf(verb)) {
      expect(findVerb(verbs, [...way, "--json"])).toEqual({ verb, rest: ["--json"] });
      expect(findVerb(verbs, ["--server", "http://x", ...way, "word"])).toEqual({
        verb,
        rest: ["--server", "http://x", "word"],
      });
    }
  });
});

const text = fc.string({ minLength: 1, maxLength: 12 }).filter((each) => !/^[-=]/.test(each));
const key = fc.stringMatching(/^[a-z]{1,6}$/);

function anyValueOf({ type, choices }: Field): fc.Arbitrary<unknown> {
  const one = choices.length > 0 ? fc.constantFrom(...choices) : text;
  if (type === "number") return fc.integer({ min: -1000, max: 1000 });
  if (type === "switch") return fc.boolean();
  if (type === "list") return fc.array(one, { minLength: 1, maxLength: 3 });
  if (type === "record") return fc.dictionary(key, text, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  return type === "json" ? fc.constant({ a: [1, "b"] }) : one;
}

function inputOf(verb: Verb): fc.Arbitrary<Record<string, unknown>> {
  const fields = verb.fields();
  const model = Object.fromEntries(fields.map((field) => [field.key, anyValueOf(field)]));
  return fc.record(model, {
    requiredKeys: fields.filter(({ required }) => required).map((each) => each.key),
    noNullPrototype: true,
  });
}

/** How a person would type it: flags first, then the words that need none. */
function toWords(verb: Verb, input: Record<string, unknown>): string[] {
  const inPlace = placesFilled(verb, input);
  const flags = verb
    .fields()
    .flatMap((field) => (inPlace.includes(field.key) ? [] : toFlag(field, input[field.key])));
  return [...flags, "--", ...inPlace.flatMap((each) => [input[each]].flat().map(String))];
}

/** Words without a flag, as long as none before them is left out. */
function placesFilled(verb: Verb, input: Record<string, unknown>): string[] {
  const keys = verb.positional.map((each) => each.key);
  const gap = keys.findIndex((each) => input[each] === undefined);
  return gap < 0 ? keys : keys.slice(0, gap);
}

function toFlag({ flag, type }: Field, value: unknown): string[] {
  if (value === undefined) return [];
  if (type === "switch") return [value === true ? `--${flag}` : `--no-${flag}`];
  if (type === "record")
    return Object.entries(Object(value)).flatMap(([name, each]) => [`--${flag}`, `${name}=${String(each)}`]);
  if (type === "json") return [`--${flag}=${JSON.stringify(value)}`];
  return [value].flat().map((each) => `--${flag}=${String(each)}`);
}

describe("input -> words -> input", () => {
  test.each(named)("%s", (_name, verb) => {
    fc.assert(
      fc.property(inputOf(verb), (input) => {
        expect(readWords(verb, toWords(verb, input)).input).toEqual(input);
      }),
      { numRuns: 40 },
    );
  });
});

const status = named.find(([name]) => name === "status")?.[1] as Verb;

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ViceError) return `${error.exit} ${error.message} ${error.hint}`;
    throw error;
  }
  return "nothing was wrong";
}

test.each<[words: string, says: string]>([
  ["statsu", '64 There is no command "vice statsu". Did you mean: vice status'],
  [
    "gluttony repport shop",
    '64 There is no command "vice gluttony repport". Did you mean: vice gluttony report',
  ],
  ["token craete", '64 There is no command "vice token craete". Did you mean: vice token create'],
  ["backup s3://b", '64 There is no command "vice backup". Did you mean: vice data backup'],
  [
    "Restore",
    '64 There is no command "vice Restore". Did you mean: vice data restore, or vice deployments restore',
  ],
  ["restor", "Did you mean: vice data restore"],
  ["open", "Did you mean: vice viz open"],
  ["revoke", "Did you mean: vice token revoke"],
  ["connect github", "Did you mean: vice source connect"],
  ["list", "Did you mean: vice notify list, or vice "],
  ["xyzzyx", '64 There is no command "vice xyzzyx". See what there is: vice help'],
  ["stamp shop", '64 "vice stamp" is not in this version of vice.'],
  ["change-record", '64 "vice change-record" is not in this version of vice.'],
])("vice %s", (words, says) => {
  expect(complaint(() => findVerb(verbs, words.split(" ")))).toContain(says);
});

test.each<[words: string, id: string]>([
  ["envy --format json shop", "config.render"],
  ["pride deploy shop", "deploy.deploy"],
  ["pride shop", "deploy.deploy"],
  ["wrath shop --every 1m", "verify.run"],
  ["gluttony report shop", "viz.report"],
  ["lust shop -m hello", "notify.send"],
  ["sloth run .", "auto.run"],
  ["greed backup --quiet s3://b", "data.backup"],
  ["rollback shop", "deploy.rollback"],
  ["pride rollback shop", "deploy.rollback"],
])("vice %s is %s", (words, id) => {
  const found = findVerb(verbs, words.split(" "));
  expect("verb" in found ? found.verb.command?.id : found.group).toBe(id);
});

test.each<[words: string, says: string]>([
  ["--teem x", "vice status has no flag --teem. Did you mean --team?"],
  ["--tier prod", '--tier cannot be "prod". Possible: production, staging'],
  ["--tier producton", 'Did you mean "production"?'],
  ["--team", "--team needs a value."],
  ["--ephemeral=maybe", "--ephemeral takes no value. Write --ephemeral or --no-ephemeral."],
  ["shop extra", 'vice status does not know what to do with "extra".'],
  ["shop --service other", 'vice status got both --service and "shop".'],
])("vice status %s", (words, says) => {
  expect(complaint(() => readWords(status, words.split(" ")))).toContain(says);
});

const query = named.find(([name]) => name === "query")?.[1] as Verb;

test("parameters of a query: text behind =, JSON behind :=", () => {
  const words = ["SELECT 1", "--param", "s=a=b", "--param", "n:=5", "--param=on:=true"];
  expect(readWords(query, words).input).toEqual({
    sql: "SELECT 1",
    params: { s: "a=b", n: 5, on: true },
  });
  expect(readWords(query, ["x", "--params", "s=1"]).input).toEqual({ sql: "x", params: { s: "1" } });
  expect(complaint(() => readWords(query, ["x", "--param", "n:=five"]))).toContain("key:=5");
  expect(complaint(() => readWords(query, ["x", "--param", "five"]))).toContain("--param key=value");
});

test("names of environments go by either flag, choices without case", () => {
  expect(readWords(status, ["--env", "prod", "--tier", "Production"]).input).toEqual({
    environment: "prod",
    tier: "production",
  });
});
