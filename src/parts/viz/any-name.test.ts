/** Every command that is told a service or an environment takes it by each of its names, and says so when nobody knows the name. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import { sample as github } from "../../adapters/source/github/sample.ts";
import { sample as gitlab } from "../../adapters/source/gitlab/sample.ts";
import { dataCommands } from "../data/index.ts";
import { vizCommands } from "./index.ts";

/** What else a command needs. */
const MORE: Readonly<Record<string, object>> = {
  "viz.compare": { from: "prod-eu", to: "1 hour ago" },
  "viz.what-changed": { at: "now" },
  "viz.report": { project: "durations" },
  "viz.dora-rows": { metric: "deploymentFrequency" },
  "viz.deployment-info": { environment: "prod-eu" },
};
const toldOf = (name: "service" | "environment") =>
  [...vizCommands, ...dataCommands].filter(
    ({ effect, input, id }) =>
      effect === "read" && !id.startsWith("service.") && input instanceof z.ZodObject && name in input.shape,
  );
const told = toldOf("service");

let house: WiredHouse;
beforeAll(async () => {
  house = await openWired({
    rules: [{ match: { service: "web/shop" }, set: { service: "Shop" } }],
  });
  await house.send({ source: "gitlab", ...gitlab });
  await house.send({ source: "github", ...github });
});
afterAll(() => house.close());

const answer = async (command: (typeof told)[number], service: string): Promise<unknown> => {
  const result = await house.run(command, { ...MORE[command.id], service });
  return JSON.parse(JSON.stringify(result));
};

test("of services that differ in case only the exact one is taken, and another spelling is asked about", async () => {
  const two = await openWired();
  for (const [id, name] of [
    [31, "Hello-World"],
    [32, "hello-world"],
  ])
    await two.send({
      source: "gitlab",
      headers: gitlab.headers,
      body: {
        ...gitlab.body,
        deployment_id: id,
        project: { ...gitlab.body.project, id, path_with_namespace: name },
      },
    });
  const status = vizCommands.find(({ id }) => id === "viz.status");
  if (status === undefined) throw new Error("no status");
  const services = async (service: string): Promise<string[]> => {
    const { items } = (await two.run(status, { service })) as { items: Array<{ service: string }> };
    return items.map((item) => item.service);
  };
  expect(await services("hello-world")).toEqual(["hello-world"]);
  expect(await services("Hello-World")).toEqual(["Hello-World"]);
  await expect(services("HELLO-world")).rejects.toMatchObject({
    code: "input.invalid",
    details: { stands: ["Hello-World", "hello-world"] },
  });
  await two.close();
});

describe.each(told.map((command) => [command.id, command] as const))("%s", (_, command) => {
  test.each(["shop", "web/shop", "SHOP"])("takes %s for Shop", async (name) => {
    expect(await answer(command, name)).toEqual(await answer(command, "Shop"));
  });
  test("says that nobody knows a name", async () => {
    const said = await answer(command, "shpo").then(
      (result) => (result as { unknown?: unknown[] }).unknown,
      (error: { code: string }) => error.code,
    );
    if (typeof said === "string") expect(said).toBe("not-found");
    else expect(said).toMatchObject([{ filter: "service", nearest: "Shop" }]);
  });
});

describe.each(
  toldOf("environment").map((command) => [command.id, command] as const),
)("%s, of an environment", (_, command) => {
  test("takes it in any case, and says that nobody knows a name, with the nearest", async () => {
    const inPlace = async (environment: string): Promise<unknown> => {
      const more = command.id === "viz.report" ? { project: "overview" } : MORE[command.id];
      const result = await house.run(command, { service: "Shop", ...more, environment });
      return JSON.parse(JSON.stringify(result));
    };
    const [known = ""] = house.services.store.names.environments().map(({ name }) => name);
    expect(await inPlace(known.toUpperCase())).toEqual(await inPlace(known));
    const said = await inPlace(`${known.slice(0, -1)}x`).then(
      (result) => (result as { unknown?: unknown[] }).unknown,
      (error: { code: string; details: object }) => [error.code, error.details],
    );
    expect(JSON.stringify(said)).toMatch(/not-found|"filter":"environment"/);
    expect(JSON.stringify(said)).toContain(`"nearest":"${known}"`);
  });
});
