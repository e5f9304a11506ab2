/** Tests that a project file is told all that is wrong with it, each with its line, and that no text makes it crash. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { projectFrom } from "../../domain/project/project.ts";
import { ViceError } from "../../kit/errors.ts";
import { chooseEnvironment } from "./choose-environment.ts";
import { readProject } from "./read-project.ts";

const read = (text: string) => readProject({ name: "vice.yaml", text });
function refusal(text: string): ViceError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ViceError) return error;
    throw error;
  }
  throw new Error("it was taken");
}
const lines = (text: string): string[] => refusal(text).message.split("\n");
const HEAD = "version: 1\nproject: shop\n";

describe("good", () => {
  test.each<[what: string, text: string]>([
    ["the least", HEAD],
    ["JSON", '{"version": 1, "project": "shop"}'],
    [
      "own keys at every level",
      `${HEAD}x-a: 1\nservices:\n  x-t: &t { path: a }\n  shop: { x-b: 1, <<: *t }\nenvironments: [{ name: dev, x-c: {} }]\n`,
    ],
    ["names that look like keys of others", `${HEAD}verify: [{ type: http, headers: { x-api-key: a } }]\n`],
    ["a service without anything", `${HEAD}services:\n  shop:\n`],
  ])("%s", (_what, text) => {
    expect(read(text).project.project).toBe("shop");
  });

  test("what is the user's own is left out, except where names are the user's anyway", () => {
    const { written } = read(`${HEAD}x-a: 1\nverify: [{ type: http, headers: { x-api-key: a } }]\n`);
    expect(written).toEqual({
      ...{ version: 1, project: "shop" },
      verify: [{ type: "http", headers: { "x-api-key": "a" } }],
    });
  });
});

describe("bad", () => {
  test.each<[text: string, said: string[]]>([
    [
      "",
      ["vice.yaml: version: is missing; expected one of 1", "vice.yaml: project: is missing; expected text"],
    ],
    ["version: 2\nproject: a\n", ["vice.yaml:1: version: expected 1, got 2"]],
    [
      `${HEAD}config:\n  value: {}\n  values: { LOGLEVEL: a, PORT: x, PIN: 1 }\n  secrets: { DB: hunter2, PORT: age }\n  schema:\n    LOG_LEVEL: { type: strin }\n`,
      [
        'vice.yaml:4: config: unknown key "value"; did you mean "values"?',
        'vice.yaml:8: config.schema.LOG_LEVEL.type: "strin" is none of string, number, integer, boolean, url, json; did you mean "string"?',
      ],
    ],
    [
      `${HEAD}config:\n  values: { LOGLEVEL: a, PORT: x, PIN: 1 }\n  secrets: { DB: hunter2, PORT: age }\n  schema: { LOG_LEVEL: {}, PIN: { secret: true }, PORT: { type: number }, DB: {} }\n`,
      [
        'vice.yaml:4: config.values.PORT: expected a number, got "x"',
        "vice.yaml:4: config.values.PIN: it is a secret by the schema: put it below secrets",
        'vice.yaml:4: config.values.LOGLEVEL: it is not in the schema; did you mean "LOG_LEVEL"?',
        "vice.yaml:5: config.secrets.DB: it does not say where the secret is; write env:NAME, file:path, age, age:NAME, age:path.age, or {command: [...]}",
        "vice.yaml:5: config.secrets.PORT: it stands below values too; keep one of them",
      ],
    ],
    [`${HEAD}enviroments: []\n`, ['vice.yaml:3: unknown key "enviroments"']],
    [
      `${HEAD}services:\n  shop:\n    target: { proces: x }\n    artefact: {}\n`,
      [
        'vice.yaml:5: services.shop.target: unknown key "proces"; did you mean "process"?',
        'vice.yaml:6: services.shop: unknown key "artefact"; did you mean "artifact"?',
      ],
    ],
    [
      `${HEAD}services:\n  shop:\n    artifact: { npm: a, oci: b }\n`,
      [
        "vice.yaml:5: services.shop.artifact: an artifact has exactly one of npm, folder, git, tarball, oci; got npm and oci",
      ],
    ],
    [
      `${HEAD}environments:\n  - name: dev\n    teir: production\n  - name: prod\n    tier: prodution\n`,
      [
        'vice.yaml:5: environments.0: unknown key "teir"; did you mean "tier"?',
        'vice.yaml:7: environments.1.tier: "prodution" is none of production, staging, testing, development, ephemeral, other; did you mean "production"?',
      ],
    ],
    [
      `${HEAD}environments:\n  prod:\n    freze: []\n`,
      ['vice.yaml:5: environments.prod: unknown key "freze"'],
    ],
    [
      `${HEAD}environments:\n  - staging\n  - name: prod\n    after: stagin\n`,
      ['vice.yaml:6: environments.1.after: there is no environment "stagin"'],
    ],
    [
      `${HEAD}environments:\n  - name: prod\n    freeze: [{ reason: r, every: week, from: fri, to: someday }]\n`,
      ['vice.yaml:5: environments.0.freeze.0.to: "someday" is not right; every week it is like "fri 16:00"'],
    ],
    [
      `${HEAD}environments: [{ name: prod, freeze: [{ reason: r, timeZone: Europe/Berln }] }]\n`,
      [
        'vice.yaml:3: environments.0.freeze.0.timeZone: "Europe/Berln" is no time zone; write an IANA name such as Europe/Berlin',
      ],
    ],
    [
      `${HEAD}a: [\n`,
      ["vice.yaml:4: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ],
    [`${HEAD}team: a\nteam: b\n`, ["vice.yaml:4: this key stands there twice"]],
    ["- a\n", ["vice.yaml: expected keys with values, got a list"]],
    [
      `${HEAD}--- \nb: 1\n`,
      ["vice.yaml:3: Source contains multiple documents; please use YAML.parseAllDocuments()"],
    ],
  ])("%j", (text, said) => {
    expect(lines(text)).toEqual(said);
  });

  test("the nearest name and the next step are in the hint, and the exit code is that of bad data", () => {
    const error = refusal(`${HEAD}enviroments: []\n`);
    expect(error.hint).toBe('Did you mean "environments"? Mend the file and try again: vice project check');
    expect(error).toMatchObject({ exit: 65, http: 400 });
    expect(refusal(`${HEAD}environments: [a, {name: prod, after: aa}]\n`).hint).toContain(
      'Did you mean "a"?',
    );
  });

  test("at most twenty are told, the rest is counted, and thousands take no time", () => {
    const text = HEAD + Array.from({ length: 5000 }, (_, at) => `k${at}: 1\n`).join("");
    expect(lines(text)).toHaveLength(21);
    expect(lines(text).at(-1)).toBe("and 4980 more");
    expect(read(HEAD + Array.from({ length: 5000 }, (_, at) => `x-${at}: 1\n`).join("")).written).toEqual({
      version: 1,
      project: "shop",
    });
  });
});

describe("any text gives an answer", () => {
  const answers = (text: string): void => {
    try {
      expect(read(text).project.project).not.toBe("");
    } catch (error) {
      if (!(error instanceof ViceError) || error.code === "bug") throw error;
      expect(error.message.split("\n").length).toBeLessThanOrEqual(21);
    }
  };
  test("of any characters", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."a:-[]{}&*|>?!#%@ \n\"'<") })),
        answers,
      ),
    );
  });
  const KEYS =
    "version project team services environments deploy verify config pipeline notify name tier after approvals freeze every from to timeZone values artifact target npm command x-a __proto__ constructor toString".split(
      " ",
    );
  const key = fc.constantFrom(...KEYS);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "medium" },
      fc.constantFrom<unknown>(
        1,
        0,
        -1,
        null,
        true,
        "",
        "shop",
        "prod",
        "24h",
        "2026-12-20",
        "fri 16:00",
        "week",
        1e308,
      ),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 5 }),
    ),
  }));
  test("of right keys with any values", () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 8 }), (said) => {
        answers(stringify({ version: 1, project: "shop", ...said }, { aliasDuplicateObjects: false }));
      }),
      { numRuns: 300 },
    );
  });
});

describe("which environment is meant", () => {
  const of = (environments: string) => read(`${HEAD}environments: ${environments}\n`).project;
  test("the first one, or the one that is named", () => {
    expect(chooseEnvironment(of("[dev, prod]"), null).name).toBe("dev");
    expect(chooseEnvironment(of("[dev, Prod]"), "prod").name).toBe("Prod");
  });
  test.each<[environments: string, given: string | null, code: string, hint: string]>([
    ["[prod, dev]", null, "usage", "Type: --env prod"],
    ["[]", null, "usage", "environments: [staging, production]"],
    ["[dev, prod]", "pord", "not-found", 'Did you mean "prod"? It has: dev, prod.'],
  ])("%s, %s: says what to type", (environments, given, code, hint) => {
    const choose = (): unknown => chooseEnvironment(of(environments), given);
    expect(choose).toThrow(expect.objectContaining({ code, hint: expect.stringContaining(hint) }));
  });
});

test("patterns that would take years end in time, however many there are", () => {
  const slow = `${HEAD}config:\n  values: { A: ${"a".repeat(40)}!, B: b }\n  schema: { A: { pattern: "^(a+)+$" }, B: { pattern: "^(b+)+$" } }\n`;
  const start = performance.now();
  for (let time = 0; time < 20; time++)
    expect(lines(slow)).toEqual([
      "vice.yaml:4: config.values.A: whether it matches ^(a+)+$ takes too long to find out",
    ]);
  expect(performance.now() - start).toBeLessThan(3000);
  const fine = slow.replaceAll("!", "");
  expect(projectFrom(parse(slow))?.project).toBe("shop");
  expect(read(fine).project.project).toBe("shop");
  expect(lines(fine.replace("B: b", "B: c"))).toEqual([
    'vice.yaml:4: config.values.B: does not match ^(b+)+$, got "c"',
  ]);
});
