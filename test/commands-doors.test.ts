// Every command in every door: words of the terminal, POST /v1/commands/:id, its own route, OpenAPI; and reading
// commands answer in the shape that they publish.
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { appVerbs } from "../src/app/app-verbs.ts";
import { allCommands } from "../src/app/commands.ts";
import { describedVerbs } from "../src/doors/cli/index.ts";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { deployment } from "./data-services.ts";
import { startDoor, type TestDoor } from "./http-door.ts";

interface Described {
  paths: Record<string, Record<string, unknown>>;
}

let http: TestDoor;
let cli: CliDoor;
let openApi: Described;
let listed: string[];
const verbs = describedVerbs(allCommands, appVerbs);

beforeAll(async () => {
  http = await startDoor({ commands: allCommands });
  openApi = (await http.ask("/openapi.json")).json<Described & Record<string, unknown>>();
  listed = (await http.ask("/v1/commands"))
    .json<{ items: Array<{ id: string }> }>()
    .items.map(({ id }) => id);
  cli = cliDoor();
  await cli.append(deployment("1"), deployment("2", { version: "v1" }, "failed"));
});
afterAll(async () => {
  await http.close();
  cli.remove();
});

test("ids and words are unique", () => {
  const ids = allCommands.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

describe.each(allCommands.map((command) => [command.id, command] as const))("%s", (id, command) => {
  test("has words of the terminal and help with an example that begins with them", async () => {
    const verb = verbs.find((each) => each.command === command);
    expect(verb?.words.length).toBeGreaterThan(0);
    const help = await cli.vice("help", ...(verb?.words ?? []));
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toContain(command.summary.split(" ").slice(0, 3).join(" "));
    expect(command.examples.length).toBeGreaterThan(0);
  });

  test("is listed, described and runnable over HTTP", async () => {
    expect(listed).toContain(id);
    expect(openApi.paths[`/v1/commands/${id}`]).toHaveProperty("post");
    const said = await http.post(`/v1/commands/${id}`, { "no-such-key": { deep: [] }, ...UNRUN });
    expect(said.text).not.toContain("There is no command");
    expect(said.status).not.toBe(500);
    const { method = "GET", path = "" } = command.http ?? {};
    if (command.http !== undefined)
      expect(openApi.paths[path.replace(/:(\w+)/g, "{$1}")]).toHaveProperty(method.toLowerCase());
  });
});

/** Input that no command with an effect takes as it is, so that nothing is really done. */
const UNRUN = { url: 5, id: 5, name: 5, source: 5, service: 5, reason: 5, person: 5, project: 5 };

const ids = { activity: "", delivery: "" };
const idFor = (command: string): string => (command.includes("deliver") ? ids.delivery : ids.activity);

/** What a reading command needs beside its name, on the store of this test. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  project: ["shop"],
  service: ["shop"],
  environment: ["prod-eu"],
  sql: ["SELECT 1 AS one"],
};

describe("--json of each reading command is what its schema says", () => {
  const reading = allCommands.filter(({ effect }) => effect === "read");

  test.each(reading.map((command) => [command.id, command] as const))("%s", async (_id, command) => {
    const verb = verbs.find((each) => each.command === command);
    const required = verb?.fields().filter((field) => field.required) ?? [];
    const words = required.flatMap(({ key }) => NEEDED[key] ?? (key === "id" ? [idFor(command.id)] : []));
    if (words.length < required.length) return; // asks for something outside: a backup, a file
    const said = await cli.vice(...(verb?.words ?? []), ...words, "--json");
    if (said.code !== 0) {
      expect(JSON.parse(said.err)).toHaveProperty("error.hint"); // nothing of it on this store, and said so
      expect(said.code).not.toBe(70);
      return;
    }
    const schema = z.toJSONSchema(command.output, { io: "output", unrepresentable: "any" });
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    validate(JSON.parse(said.out));
    expect(validate.errors).toBeNull();
  });

  beforeAll(async () => {
    const { items } = JSON.parse((await cli.vice("deployments", "--json")).out) as {
      items: Array<{ id: string }>;
    };
    ids.activity = items[0]?.id ?? "";
    const shown = JSON.parse((await cli.vice("deployments", "show", ids.activity, "--json")).out) as {
      deliveries: Array<{ id: string }>;
    };
    ids.delivery = shown.deliveries[0]?.id ?? "";
    expect(ids.delivery).not.toBe("");
  });
});
