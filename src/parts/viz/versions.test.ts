// Which versions of a service are and were where, and what is said about names that nobody reported.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliDoor, cliDoor } from "../../../test/cli-door.ts";
import { deployment, T0 } from "../../../test/data-services.ts";

const HOUR = 3_600_000;
const at = (hours: number): string => new Date(T0 + hours * HOUR).toISOString();
let door: CliDoor;
let number = 0;

function deployed(environment: string, version: string, hours: number, more: object = {}) {
  number += 1;
  return deployment(String(number), { environment, version, ...more }, "succeeded", T0 + hours * HOUR);
}

beforeAll(async () => {
  door = cliDoor();
  await door.append(
    deployed("staging", "v1", 0),
    deployed("prod", "v1", 1),
    deployed("staging", "v2", 2),
    deployed("staging", "v2", 3),
    deployed("prod", "v2", 4),
    deployed("prod", "v1", 5),
    deployed("staging", "v3", 6),
    deployment("failed", { environment: "prod", version: "v3" }, "failed", T0 + 7 * HOUR),
    deployed("qa", "v2", 2.5),
    deployed("qa", "v2", 8, { deploymentKind: "teardown" }),
  );
});
afterAll(() => door.remove());

interface Stay {
  version: string;
  environment: string;
  since: string;
  until: string | null;
  deploymentKind: string;
}
const stays = async (...words: string[]) =>
  (JSON.parse((await door.vice("versions", "shop", "--json", ...words)).out).versions as Stay[]).map(
    ({ version, environment, since, until, deploymentKind }) => [
      version,
      environment,
      since,
      until,
      deploymentKind,
    ],
  );

const V3 = [["v3", "staging", at(6), null, "deploy"]];
const V2 = [
  ["v2", "staging", at(2), at(6), "deploy"],
  ["v2", "qa", at(2.5), at(8), "deploy"],
  ["v2", "prod", at(4), at(5), "deploy"],
];
const V1 = [
  ["v1", "staging", at(0), at(2), "deploy"],
  ["v1", "prod", at(1), at(4), "deploy"],
  ["v1", "prod", at(5), null, "rollback"],
];

test("each version with the way it took, the newest first; deployed again is no new stay", async () => {
  expect(await stays()).toEqual([...V3, ...V2, ...V1]);
});

test("one environment, and no more versions than wanted but what still runs", async () => {
  expect(await stays("--environment", "PROD")).toEqual([V2[2], V1[1], V1[2]]);
  expect(await stays("--limit", "1")).toEqual([...V3, ...V1]);
});

test("people see what runs and what stands in the way", async () => {
  const { out, code } = await door.vice("versions", "shop");
  expect(code).toBe(0);
  expect(out).toMatch(/^VERSION +ENVIRONMENT +SINCE +UNTIL +HOW +BY +TOOL +ID\nv3 +staging .* runs +deploy /);
  expect(out).toMatch(/^v1 +prod .* runs +rollback /m);
  expect(out).toMatch(/\n\nprod: ✗ failed: v3/);
});

test.each([
  ["versions"],
  ["report"],
  ["status"],
])("vice %s of a misspelt service is 66 with the nearest", async (verb) => {
  const { code, err } = await door.vice(verb, "shpo");
  expect([code, err]).toEqual([66, expect.stringContaining('Did you mean "shop"?')]);
});

test.each([
  [["deployments", "--service", "shpo"], 'Nothing is known under the service "shpo". Did you mean "shop"?\n'],
  [["activities", "shpo"], 'Nothing is known under the service "shpo". Did you mean "shop"?\n'],
  [["deployments", "--env", "prd"], 'Nothing is known under the environment "prd". Did you mean "prod"?\n'],
  [
    ["status", "--env", "stagin"],
    'Nothing is known under the environment "stagin". Did you mean "staging"?\n',
  ],
  [
    ["deployments", "--source", "gitlib"],
    'Nothing is known under the source "gitlib". Did you mean "gitlab"?\n',
  ],
  [["deployments", "--team", "zebra"], 'Nothing is known under the team "zebra".\n'],
  [["deployments", "SHOP", "--status", "canceled"], ""],
  [["deployments", "shop"], ""],
])("vice %j says on stderr: %s", async (words, err) => {
  const said = await door.vice(...words);
  expect(said).toMatchObject({ code: 0, err });
  if (err !== "") expect(said.out.trim()).toBe("");
});

test("programs read it from the document", async () => {
  const { out, err } = await door.vice("deployments", "shpo", "--json");
  expect(err).toBe("");
  const said = 'Nothing is known under the service "shpo". Did you mean "shop"?';
  expect(JSON.parse(out)).toEqual({
    items: [],
    next: null,
    unknown: [{ filter: "service", name: "shpo", nearest: "shop", said }],
  });
});

test("status tells filters that fit nothing from a home where nothing is known", async () => {
  expect((await door.vice("status", "--tier", "development")).out).toMatch(
    /^No deployment is known that fits\./,
  );
  expect((await door.vice("status", "--at", "2001-01-01T00:00Z")).out).toMatch(
    /that fits\. Take a filter away/,
  );
});

test("a narrow status keeps mark and version of what failed", async () => {
  const screen = { isTTY: true, columns: 50, env: { NO_COLOR: "1", PAGER: "cat" } };
  const lines = (await door.viceWith(screen, "status")).out.trimEnd().split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
  expect(lines.join("\n")).toMatch(/ ✗ \S+$/m);
});
