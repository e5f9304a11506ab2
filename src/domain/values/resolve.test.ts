/** Tests which layer wins, what it took the place of, and what is told of values that will not do. */
import { expect, test } from "vitest";
import { projectOf } from "../project/project.ts";
import { projectSchema } from "../project/project-schema.ts";
import { checkValues } from "./check-values.ts";
import { referenceOf } from "./reference.ts";
import { configLayers, resolveLayers } from "./resolve.ts";
import { valuesSchema } from "./values-schema.ts";

const SHOP = {
  version: 1,
  project: "shop",
  services: {
    api: { config: { values: { LOG: "debug", B: 2 } } },
    web: { config: { values: { LOG: "of another service" } } },
  },
  environments: [
    {
      name: "prod",
      values: {
        config: {
          values: { LOG: "warn", GONE: null },
          secrets: { DB: "age" },
          hosts: { "web-1": { values: { LOG: "trace", C: 2 } } },
        },
        services: { api: { config: { values: { LOG: "error" } } } },
      },
    },
  ],
  config: {
    values: { LOG: "info", GONE: "x", LIST: [1, 2], DB: "plain" },
    hosts: { "web-1": { values: { LOG: "far", C: 1 } }, "web-2": { values: { LOG: "no" } } },
    schema: { LOG: { default: "none" }, PORT: { default: 80 } },
  },
};

function asked(said: object, more: Partial<Parameters<typeof resolveLayers>[0]> = {}) {
  const { project } = projectOf(projectSchema.parse(said));
  const [environment = null] = project.environments;
  const question = {
    project,
    environment,
    service: "api",
    locate: () => ({ file: null, line: null }),
    ...more,
  };
  return { ...resolveLayers(question), question };
}

test("defaults < project < service < environment < service in environment < host < one deployment", () => {
  const chain = (more: Parameters<typeof asked>[1]): string[] => {
    const log = asked(SHOP, more).resolved.find(({ key }) => key === "LOG");
    return [log, ...(log?.overridden ?? [])].map((each) => `${each?.source.layer}: ${each?.value}`);
  };
  const all = [
    "deployment: now",
    "host: trace",
    "host: far",
    "service in environment: error",
    "environment: warn",
    "service: debug",
    "project: info",
    "defaults: none",
  ];
  expect(chain({ host: "web-1", set: { LOG: "now" } })).toEqual(all);
  expect(chain({ host: "web-1" })).toEqual(all.slice(1));
  expect(chain({})).toEqual(all.slice(3));
  expect(chain({ service: null })).toEqual(["environment: warn", "project: info", "defaults: none"]);
  expect(chain({ service: null, environment: null })).toEqual(["project: info", "defaults: none"]);
});

test("values are texts, null takes one away, and a key becomes a secret where it is said so", () => {
  const { resolved } = asked(SHOP);
  const held = Object.fromEntries(resolved.map(({ key, value, reference }) => [key, reference ?? value]));
  expect(held).toEqual({
    ...{ B: "2", DB: { kind: "age", name: null }, GONE: null, LIST: "[1,2]", LOG: "error", PORT: "80" },
  });
  expect(resolved.find(({ key }) => key === "DB")).toMatchObject({ secret: true, value: null });
});

test("the text of a secret is never set by words of a command line, a reference is", () => {
  expect(asked(SHOP, { set: { DB: "hunter2" } }).problems).toEqual([
    expect.stringMatching(
      /^--set DB: it is a secret, and it does not say where the secret is; write env:NAME/,
    ),
  ]);
  const { resolved, problems } = asked(SHOP, { set: { DB: "env:OTHER" } });
  expect(problems).toEqual([]);
  expect(resolved.find(({ key }) => key === "DB")?.reference).toEqual({ kind: "env", name: "OTHER" });
});

test.each([
  ["env:NAME", { kind: "env", name: "NAME" }],
  ["$NAME", { kind: "env", name: "NAME" }],
  ["age", { kind: "age", name: null }],
  ["age:OTHER", { kind: "age", name: "OTHER" }],
  ["age:tls.age", { kind: "age-file", path: "tls.age" }],
  ["file:/run/secrets/a b", { kind: "file", path: "/run/secrets/a b" }],
  ["vault:kv/x", null],
  ["hunter2", null],
  ["evn:NAME", null],
])("%s", (said, reference) => expect(referenceOf(said)).toEqual(reference));

test("what the schema asks for: missing, unknown, of another type, a secret in the open", () => {
  const schema = {
    PORT: { type: "integer" },
    LEVEL: { enum: ["info", "warn"] },
    URL: { type: "url", required: true, description: "where it is" },
    KEY: { secret: true },
    PIN: { secret: true, pattern: "^[0-9]+$" },
  };
  const config = {
    values: { PORT: "eighty", LEVEL: "loud", LEVLE: "x", KEY: "in the open" },
    secrets: { PIN: "env:PIN" },
  };
  const { resolved, question } = asked({ version: 1, project: "a", config: { ...config, schema } });
  const values = { PORT: "eighty", LEVEL: "loud", LEVLE: "x", KEY: "in the open", PIN: "hunter2" };
  const rules = configLayers(question).map(({ config: each }) => each.schema ?? {});
  const nearest = (word: string): string | null => (word === "LEVLE" ? "LEVEL" : null);
  const fits = (pattern: string, text: string): boolean => new RegExp(pattern).test(text);
  expect(checkValues({ rules, resolved, values, nearest, fits })).toEqual([
    "URL is missing: where it is",
    "KEY is a secret by the schema: put it below secrets, by reference",
    'LEVEL: expected one of info, warn, got "loud"',
    "LEVLE is not in the schema; did you mean LEVEL?",
    "PIN: does not match ^[0-9]+$",
    'PORT: expected a whole number, got "eighty"',
  ]);
});

test("the schema knows its keys", () => {
  const wrong = valuesSchema.safeParse({
    value: {},
    recipients: ["ssh-ed25519 x"],
    schema: { A: { pattern: "(" } },
  });
  expect(wrong.error?.issues.map(({ path }) => path.join("."))).toEqual([
    "schema.A.pattern",
    "recipients.0",
    "",
  ]);
});
