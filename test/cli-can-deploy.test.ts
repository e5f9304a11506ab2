/** `vice can-deploy` as a pipeline calls it: in the terminal by exit code, over HTTP by a field, the same answer in both. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployCommands } from "../src/parts/deploy/index.ts";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { startDoor } from "./http-door.ts";

let door: CliDoor;
beforeAll(() => {
  door = cliDoor();
});
afterAll(() => door.remove());

test("0 and go ahead, 23 and every reason, 0 again when the cord is released", async () => {
  const ask = () => door.vice("can-deploy", "shop", "prod-eu", "--version", "v1");
  expect(await ask()).toMatchObject({ code: 0, err: "" });
  await door.vice("andon", "pull", "--service", "shop", "--reason", "wrong prices");
  await door.vice("lock", "shop", "prod-eu", "--reason", "by hand", "--holder", "job-7");
  const refused = await ask();
  expect(refused.code).toBe(23);
  expect(refused.out).toContain("shop v1 to prod-eu: not now");
  expect(refused.out).toContain("wrong prices");
  expect(refused.out).toContain("locked by job-7");
  const json = await door.vice("can-deploy", "shop", "prod-eu", "--json");
  expect(json.code).toBe(23);
  const { allowed, reasons } = JSON.parse(json.out);
  expect([allowed, reasons.map(({ rule }: { rule: string }) => rule)]).toEqual([false, ["andon", "lock"]]);
  const [pulled] = JSON.parse((await door.vice("andon", "list", "--json")).out).items;
  await door.vice("andon", "release", pulled.id, "--reason", "mended");
  const other = await door.vice("unlock", "shop", "prod-eu");
  expect([other.code, other.err]).toEqual([64, expect.stringContaining("job-7 holds the lock")]);
  await door.vice("unlock", "shop", "prod-eu", "--reason", "job-7 was killed");
  expect((await ask()).code).toBe(0);
});

test("a lock that is held ends with 23 too, and says how to go on", async () => {
  await door.vice("lock", "shop", "qa", "--reason", "a", "--holder", "one");
  const second = await door.vice("lock", "shop", "qa", "--reason", "b", "--holder", "two");
  expect(second.code).toBe(23);
  expect(second.err).toContain("locked by one");
  expect(second.err).toContain("--steal");
});

test("over HTTP: the same answer by a field, to whoever may read; only who may deploy pulls and agrees", async () => {
  const server = await startDoor({ commands: deployCommands });
  try {
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const [kim, lee, guest] = [
      await server.token("deploy"),
      await server.token("deploy", "write"),
      await server.token("read"),
    ];
    const ask = async () =>
      (
        await server.ask("/v1/can-deploy?service=shop&environment=prod-eu", { headers: bearer(guest) })
      ).json();
    const run = async (id: string, input: object, token: string) =>
      (await server.post(`/v1/commands/deploy.${id}`, input, bearer(token))).status;
    expect(await ask()).toMatchObject({ allowed: true, reasons: [] });
    expect(await run("andon-pull", { reason: "x" }, guest)).toBe(403);
    expect(await run("andon-pull", { reason: "x" }, kim)).toBe(200);
    expect(await ask()).toMatchObject({ allowed: false, reasons: [{ rule: "andon" }] });
    const subject = { service: "shop", environment: "prod-eu", version: "v1" };
    expect(await run("approval-ask", subject, kim)).toBe(200);
    expect(await run("approve", subject, kim)).toBe(409);
    expect(await run("approve", subject, lee)).toBe(200);
  } finally {
    await server.close();
  }
});
