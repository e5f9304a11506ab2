/** Projects whose rules cannot be judged: one that this vice cannot read, and two of one service. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainEvent } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { ViceError } from "../../../kit/errors.ts";
import { configCommands } from "../../config/index.ts";
import { dataCommands } from "../../data/index.ts";
import { deployCommands } from "../index.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const run = <T>(id: string, input: object): Promise<T> => {
  const all = [...deployCommands, ...dataCommands, ...configCommands(() => [])];
  const command = all.find((each) => each.id === id);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  return house.run(command, input) as Promise<T>;
};
interface Answer {
  allowed: boolean;
  reasons: Array<{ rule: string; message: string; hint: string }>;
}
const ask = (service: string, environment = "prod-eu"): Promise<Answer> =>
  run("deploy.can-deploy", { service, environment, version: "v1", new: true });
const append = (project: string, config: object): Promise<unknown> => {
  const data = { project, config: { project, ...config }, origin: "sent" as const, place: null };
  const events = [plainEvent("vice.project.registered.v1", data, project)];
  return house.services.log.append({ delivery: null, events });
};
const register = (...texts: string[]): Promise<unknown> =>
  run("project.register", {
    files: texts.map((text, at) => ({
      name: `${at}/vice.yaml`,
      text,
      place: null,
      changedAt: null,
      origin: "sent",
    })),
  });
const problemOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fine",
    (error: unknown) =>
      error instanceof ViceError ? `${error.code}: ${error.message} ${error.hint}` : String(error),
  );

describe("a project that cannot be read", () => {
  test("stops its services, with what to type, and no others", async () => {
    await append("web", { version: 99, services: { shop: { shape: "of tomorrow" } }, environments: 7 });
    const { allowed, reasons } = await ask("shop");
    expect([allowed, reasons.map(({ rule }) => rule)]).toEqual([false, ["project"]]);
    expect(reasons[0]?.message).toContain("web");
    expect(reasons[0]?.hint).toContain("vice project register");
    expect((await ask("web")).allowed).toBe(false);
    expect((await ask("ledger")).allowed).toBe(true);
    await run("project.remove", { project: "web" });
    expect((await ask("shop")).allowed).toBe(true);
  });

  test("and does not even name its services stops all that no other project names", async () => {
    await append("web", { version: 99, parts: ["shop"] });
    await append("books", { version: 1, services: { ledger: {} }, environments: ["prod-eu"] });
    expect([(await ask("shop")).allowed, (await ask("ledger")).allowed]).toEqual([false, true]);
  });
});

describe("two projects of one service", () => {
  const SHOP = "version: 1\nproject: web\nservices: { shop: {} }\nenvironments: [prod-eu]\n";
  const OTHER = "version: 1\nproject: store\nservices: { Shop: {}, books: {} }\nenvironments: [prod-eu]\n";

  test("the second is refused, with the name of the first", async () => {
    await register(SHOP);
    const problem = await problemOf(register(OTHER));
    expect(problem).toContain('conflict: The project "web" names the service Shop too');
    expect(problem).toContain("vice project remove web");
    expect(await problemOf(register(SHOP))).toBe("fine");
    expect(house.services.store.standing.list("project").map(({ key }) => key)).toEqual(["web"]);
  });

  test("also when both come at once; a service may move from one to the other when both are sent", async () => {
    expect(await problemOf(register(SHOP, OTHER))).toContain("conflict");
    await register(SHOP);
    expect(await problemOf(register(OTHER, SHOP.replace("shop", "front")))).toBe("fine");
  });

  test("by names that stand for one service", async () => {
    await house.close();
    house = await openWired({ rules: [{ match: { service: "Shop Web" }, set: { service: "shop" } }] });
    await register(SHOP);
    expect(await problemOf(register(OTHER.replace("Shop", "Shop Web")))).toContain("conflict");
  });

  test("that became one by a merge are told, and nothing is deployed by guesswork", async () => {
    await append("web", { version: 1, services: { shop: {} }, environments: ["prod-eu"] });
    await append("store", { version: 1, services: { Shop: {} }, environments: ["prod-eu"] });
    const { allowed, reasons } = await ask("shop");
    expect([allowed, reasons.map(({ rule }) => rule)]).toEqual([false, ["project"]]);
    expect(reasons[0]?.message).toContain("web and store");
  });
});

test("where a command takes a service it takes the project of one service too", async () => {
  await append("web", { version: 1, services: { shop: {} }, environments: ["prod-eu"] });
  await run("deploy.andon-pull", { service: "shop", reason: "wrong prices" });
  expect((await ask("web")).reasons.map(({ rule }) => rule)).toEqual(["andon"]);
  expect((await ask("web")) as object).toMatchObject({ service: "shop" });
});
