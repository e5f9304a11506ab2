/** Tests what a project file means: order of promotion, approvals, freezes, layers, and what is wrong beyond the shape. */
import { expect, test } from "vitest";
import { isFrozen } from "../rules/freeze.ts";
import { effective } from "./effective.ts";
import { withoutSecrets } from "./hide-secrets.ts";
import { momentOf } from "./moment.ts";
import { type Project, policyOf, projectFrom, projectOf } from "./project.ts";
import { projectSchema } from "./project-schema.ts";

const BASE = { version: 1, project: "shop" };
function project(said: object): Project {
  const { project: made, problems } = projectOf(projectSchema.parse({ ...BASE, ...said }));
  expect(problems).toEqual([]);
  return made;
}
const problems = (said: object): string[] =>
  projectOf(projectSchema.parse({ ...BASE, ...said })).problems.map(
    ({ path, problem }) => `${path.join(".")}: ${problem}`,
  );

test.each<[what: string, environments: unknown, after: Record<string, string[]>]>([
  ["names alone", ["dev", "staging", "prod"], { dev: [], staging: ["dev"], prod: ["staging"] }],
  ["a map", { dev: null, prod: { maxCommits: 3 } }, { dev: [], prod: ["dev"] }],
  [
    "siblings come after what is below both",
    ["staging", "prod-eu", "prod-us"],
    { staging: [], "prod-eu": ["staging"], "prod-us": ["staging"] },
  ],
  [
    "names that say nothing come one after the other",
    ["one", "two", "three"],
    { one: [], two: ["one"], three: ["two"] },
  ],
  ["previews promise nothing", ["pr-1", "staging", "prod"], { "pr-1": [], staging: [], prod: ["staging"] }],
  ["promote: false", ["staging", { name: "prod", promote: false }], { staging: [], prod: [] }],
  [
    "after names others, as they are spelt",
    ["dev", "staging", { name: "prod", after: ["DEV", "staging"] }],
    { dev: [], staging: ["dev"], prod: ["dev", "staging"] },
  ],
])("what must have passed: %s", (_what, environments, after) => {
  const policy = policyOf(project({ environments }));
  expect(Object.fromEntries(policy.environments.map((each) => [each.name, each.after]))).toEqual(after);
});

test("approvals: a number, or count, roles and how long they count", () => {
  const { environments } = policyOf(
    project({
      environments: [
        { name: "a", approvals: 2 },
        { name: "b", approvals: { roles: ["approver"], expires: "30m" } },
        { name: "c", approvals: { expires: "never" } },
        "d",
      ],
    }),
  );
  expect(environments.map(({ approvals }) => approvals)).toEqual([
    { count: 2, roles: [], expiresAfterMs: 86_400_000 },
    { count: 1, roles: ["approver"], expiresAfterMs: 1_800_000 },
    { count: 1, roles: [], expiresAfterMs: null },
    null,
  ]);
});

test.each<[freeze: object, frozen: string[], free: string[]]>([
  [
    { every: "week", from: "fri 16:00", to: "mon 07:00", timeZone: "Europe/Berlin" },
    ["2026-11-20T15:30:00Z", "2026-11-23T05:59:00Z"],
    ["2026-11-20T14:59:00Z", "2026-11-23T06:00:00Z"],
  ],
  [
    { from: "2026-12-20", to: "2026-12-26", timeZone: "Europe/Berlin" },
    ["2026-12-19T23:00:00Z", "2026-12-26T22:59:00Z"],
    ["2026-12-19T22:59:00Z", "2026-12-26T23:00:00Z"],
  ],
  [
    { from: "2026-12-20 18:00", to: "2026-12-20T20:00:00+01:00" },
    ["2026-12-20T18:59:00Z"],
    ["2026-12-20T19:00:00Z"],
  ],
  [{ to: "2026-12-20" }, ["2020-01-01T00:00:00Z"], ["2026-12-21T00:00:00Z"]],
  [
    { every: "day", from: "22:00", to: "06:00", since: "2026-12-01", until: "2026-12-02" },
    ["2026-12-01T23:00:00Z"],
    ["2026-11-30T23:00:00Z", "2026-12-03T01:00:00Z", "2026-12-01T12:00:00Z"],
  ],
  [{ every: "year", from: "12-20", to: "01-02" }, ["2027-01-02T12:00:00Z"], ["2027-01-03T00:00:00Z"]],
])("freeze %j", (freeze, frozen, free) => {
  const [first] = project({
    environments: [{ name: "prod", freeze: [{ reason: "quiet", ...freeze }] }],
  }).environments;
  const window = first?.freezes[0];
  if (window === undefined) throw new Error("no window");
  expect(frozen.map((at) => isFrozen(window, Date.parse(at)))).toEqual(frozen.map(() => true));
  expect(free.map((at) => isFrozen(window, Date.parse(at)))).toEqual(free.map(() => false));
});

test("the clock of a place, also on the days when it is changed", () => {
  expect(momentOf("2026-03-29 03:00", "Europe/Berlin", false)).toBe("2026-03-29T01:00:00.000Z");
  expect(momentOf("2026-03-29 01:59", "Europe/Berlin", false)).toBe("2026-03-29T00:59:00.000Z");
  expect(momentOf("2026-10-25", "Europe/Berlin", true)).toBe("2026-10-25T23:00:00.000Z");
  for (const text of ["2026-02-30", "2026-00-10", "2026-13-01", "soon", "2026-01-00", "2026-01-01 25:00"])
    expect(momentOf(text, "UTC", false)).toBeNull();
});

test("what is wrong beyond the shape", () => {
  expect(
    problems({
      services: { shop: null, Shop: {} },
      environments: [
        { name: "dev", after: "prod" },
        { name: "prod", after: ["stagin", "prod"], values: { services: { shp: {}, "x-note": {} } } },
        "DEV",
      ],
    }),
  ).toEqual([
    'services.Shop: there is already a service "Shop"',
    'environments.2: there is already an environment "DEV"',
    'environments.0.after: "prod" stands behind it in the order of promotion; put it in front',
    'environments.1.after: there is no environment "stagin"',
    "environments.1.after: an environment cannot come after itself",
    'environments.1.values.services.shp: there is no service "shp" in this project',
  ]);
});

test("a pipeline is checked by the part that runs it, with its place", () => {
  const file = projectSchema.parse({ ...BASE, pipeline: { steps: 5 }, services: { api: { pipeline: {} } } });
  const found = projectOf(file, () => [{ path: ["steps"], problem: "no" }]).problems;
  expect(found.map(({ path }) => path.join("."))).toEqual(["pipeline.steps", "services.api.pipeline.steps"]);
});

test("layers: the nearer one wins, keys are merged, lists are replaced, and each value knows its place", () => {
  const made = project({
    services: {
      "x-base": {},
      shop: { config: { values: { COLOUR: "blue" } }, target: { process: "npm start" } },
    },
    environments: {
      dev: null,
      prod: {
        values: {
          target: { command: "./deploy.sh" },
          config: {},
          verify: [{ type: "tcp" }],
          services: { shop: { config: { values: { LOG: "error" } } } },
        },
      },
    },
    config: { values: { LOG: "info", PORT: 80, COLOUR: "red" } },
    verify: [{ type: "http" }, { type: "dns" }],
  });
  const prod = made.environments[1] ?? null;
  const { values, origins } = effective(made, prod, "shop");
  expect(values).toEqual({
    config: { values: { LOG: "error", PORT: 80, COLOUR: "blue" } },
    verify: [{ type: "tcp" }],
    target: { command: "./deploy.sh" },
  });
  expect(origins.map(({ key, layer, path }) => [key.join("."), layer, path.join(".")])).toEqual([
    ["verify", "environment", "environments.prod.values.verify"],
    [
      "config.values.LOG",
      "service in environment",
      "environments.prod.values.services.shop.config.values.LOG",
    ],
    ["config.values.PORT", "project", "config.values.PORT"],
    ["config.values.COLOUR", "service", "services.shop.config.values.COLOUR"],
    ["target.command", "environment", "environments.prod.values.target.command"],
  ]);
  expect(Object.keys(made.services)).toEqual(["shop"]);
  expect(effective(made, null, null).values).toEqual({
    config: { values: { LOG: "info", PORT: 80, COLOUR: "red" } },
    verify: [{ type: "http" }, { type: "dns" }],
  });
});

test("values of secrets are taken out, references and names stay", () => {
  expect(
    withoutSecrets({
      secrets: { DB: "hunter2", KEY: "env:KEY", deep: { a: 5, b: "$TOKEN" }, list: ["x"] },
      notify: [{ token: "abc", url: "https://x", apiKey: "k" }],
      limits: { tokens: 5, token: 7 },
    }),
  ).toEqual({
    secrets: { DB: "***", KEY: "env:KEY", deep: { a: "***", b: "$TOKEN" }, list: ["***"] },
    notify: [{ token: "***", url: "https://x", apiKey: "***" }],
    limits: { tokens: 5, token: 7 },
  });
});

test("a secret is one however its name is written; a pipeline names secrets, and names stay", () => {
  const env = {
    NPM_TOKEN: "npm_abc",
    DB_PASSWORD: "b",
    AWS_SECRET_ACCESS_KEY: "c",
    clientSecret: "d",
    TOKEN: "$TOKEN",
  };
  const left = {
    NPM_TOKEN: "***",
    DB_PASSWORD: "***",
    AWS_SECRET_ACCESS_KEY: "***",
    clientSecret: "***",
    TOKEN: "$TOKEN",
  };
  const named = { run: { command: "npm publish", secrets: ["NPM_TOKEN", "Password1"] } };
  const headers = (authorization: string) => ({
    http: { url: "https://x", headers: { authorization }, secrets: ["KEY"] },
  });
  const hole = `Bearer \${{ ${"env.KEY"} }}`;
  expect(
    withoutSecrets({ pipeline: { env, steps: { a: named, b: headers("Bearer abc"), c: headers(hole) } } }),
  ).toEqual({ pipeline: { env: left, steps: { a: named, b: headers("***"), c: headers(hole) } } });
  expect(withoutSecrets({ config: { steps: { a: { run: { secrets: ["hunter2"] } } } } })).toEqual({
    config: { steps: { a: { run: { secrets: ["***"] } } } },
  });
});

test("a role that nobody can have is told", () => {
  const { problems } = projectOf(
    projectSchema.parse({ ...BASE, environments: [{ name: "a", approvals: { roles: ["aprover"] } }] }),
  );
  expect(problems).toMatchObject([{ path: ["environments", 0, "approvals", "roles", 0], word: "aprover" }]);
});

test("what the log holds is read again, or not at all", () => {
  expect(projectFrom({ ...BASE, environments: ["dev"] })?.environments).toHaveLength(1);
  expect(projectFrom({ version: 7 })).toBeNull();
});

test("in a value of the application nothing is filled in, and that is said", () => {
  const config = { values: { APP_VERSION: `v$${"{{ version }}"}`, PLAIN: "$HOME {x}" } };
  expect(problems({ config })).toEqual([
    expect.stringMatching(/^config\.values\.APP_VERSION: a value is a plain text, .* VICE_VERSION/),
  ]);
});
