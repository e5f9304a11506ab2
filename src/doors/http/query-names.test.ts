/** Tests that a query says nothing that is not heard: unknown names and wrong words are refused, with the right ones. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";

let door: TestDoor;
beforeAll(async () => {
  door = await startDoor();
});
afterAll(() => door.close());

describe("a query", () => {
  const refused = async (path: string, options = {}) => {
    const reply = await door.ask(path, options);
    expect(reply.status, path).toBe(400);
    return reply.json<{ error: { code: string; message: string; hint: string; details: object } }>().error;
  };

  test("with a name that the route does not know is refused, with the nearest one that it knows", async () => {
    const error = await refused("/v1/status?sevice=shop&x=1");
    expect(error).toMatchObject({ code: "input.invalid", details: { nearest: "service" } });
    expect(error.message).toContain('"sevice"');
    expect(error.hint).toContain('Did you mean "service"? Known: service, team,');
    expect(error.details).toHaveProperty("unknown", ["sevice", "x"]);
  });

  test.each([
    "/v1/activities/x?serivce=a",
    "/v1/commands?x=1",
    "/v1/events?afer=1",
  ])("%s is refused too", async (path) => {
    await refused(path);
  });

  test.each([
    "/metrics?module=vice",
    "/openapi.json?x",
  ])("%s is taken: machines add words of their own", async (path) => {
    expect((await door.ask(path)).status).toBe(200);
  });

  test("is no way to hand a command its input", async () => {
    const error = await refused("/v1/commands/data.doctor?n=1", { method: "POST" });
    expect(error.hint).toBe("This route takes none.");
  });

  test("is not looked at on public routes: monitors and links add what they like", async () => {
    expect((await door.ask("/healthz?_=123")).status).toBe(200);
  });

  test("of the lists takes every name of the contract", async () => {
    const names = "service team environment tier kind source status since until actor limit cursor".split(
      " ",
    );
    const { paths } = (await door.ask("/openapi.json")).json<{
      paths: Record<string, { get: { parameters: Array<{ name: string }> } }>;
    }>();
    for (const path of ["/v1/deployments", "/v1/activities"])
      expect(paths[path]?.get.parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect((await door.ask("/v1/deployments?kind=deployment")).status).toBe(200);
  });

  test("with a wrong word says the right ones", async () => {
    const error = await refused("/v1/status?tier=prodction");
    expect(error.message).toBe(
      'tier: "prodction" is none of production, staging, testing, development, ephemeral, other.',
    );
    expect(error).toMatchObject({ hint: 'Did you mean "production"?', details: { nearest: "production" } });
    expect((await refused("/v1/activities?format=xml")).message).toContain("json, csv");
  });
});
