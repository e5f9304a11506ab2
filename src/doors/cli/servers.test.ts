// Commands from the terminal over a real server: the one that is named, and the living one of this home.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, spool, step } from "../../../test/cli-commands.ts";
import { type CliDoor, cliDoor } from "../../../test/cli-door.ts";
import { deployment } from "../../../test/data-services.ts";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import { uuidv7 } from "../../kit/ids.ts";

let door: CliDoor;
let server: TestDoor;

beforeAll(async () => {
  door = cliDoor();
  await door.append(deployment("1"), deployment("2", {}, "failed"));
  server = await startDoor({ commands, door: { commandPatienceMs: 20 } });
});
afterAll(async () => {
  door.remove();
  await server.close();
});

describe("over a server", () => {
  const over = (...words: string[]) =>
    door.viceWith({ commands, env: { VICE_SERVER: `${server.url}/` } }, ...words);

  test("reads, and hands over what waits in the spool first", async () => {
    const activity = uuidv7();
    spool(door.home, step(activity));
    expect(JSON.parse((await over("activities", "show", activity, "--json")).out)).toMatchObject({
      id: activity,
      tags: { name: "compile" },
    });
  });

  test("waits for a command that outlives its request", async () => {
    expect(await over("data", "slow", "hello")).toEqual({ code: 0, out: "It said hello.\n", err: "" });
  });

  test("says its failure in the same words, with the same exit code", async () => {
    const there = await over("data", "slow", "hello", "--fail");
    expect(there).toEqual(await door.viceWith({ commands }, "data", "slow", "hello", "--fail"));
    expect(there).toEqual({
      code: 75,
      out: "",
      err: "error: hello is taken.\n  Look at the present state and try again.\n",
    });
  });

  test("an unknown thing is 66 there too, --server and --token go before the environment", async () => {
    const said = await door.viceWith(
      { env: { VICE_SERVER: "http://127.0.0.1:9" } },
      "versions",
      "none",
      "--server",
      server.url,
      "--token",
      "vice_wrong",
    );
    expect(said.code).toBe(77);
    expect(await over("versions", "none")).toMatchObject({
      code: 66,
      err: expect.stringContaining('There is no service "none".'),
    });
  });

  test("something else that answers is not taken for vice", async () => {
    const { createServer } = await import("node:http");
    const other = createServer((_request, answer) => answer.end("<html>")).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = other.address();
    const port = typeof address === "object" ? address?.port : 0;
    const said = await door.viceWith({ env: { VICE_SERVER: `http://127.0.0.1:${port}` } }, "status");
    other.close();
    expect(said).toMatchObject({ code: 69, err: expect.stringContaining("no vice server") });
  });
});

describe("the server of this home", () => {
  const record = (home: string, more: object): void =>
    writeFileSync(
      join(home, "server.json"),
      JSON.stringify({ url: server.url, pid: process.pid, startedAt: "", homeId: "h", ...more }),
    );

  test("is used when it lives and is of this home", async () => {
    const about = JSON.parse((await server.ask("/v1/about")).text) as { home: string; homeId: string };
    const { home, homeId } = about;
    const inHome = { ...door, env: { VICE_HOME: home } };
    record(home, { homeId });
    const never = (): never => {
      throw new Error("the local store was opened");
    };
    expect(await inHome.viceWith({ env: inHome.env, openLocal: never }, "status", "--json")).toMatchObject({
      code: 0,
      err: "",
    });
  });

  test("is passed over in a copy of its home", async () => {
    const about = JSON.parse((await server.ask("/v1/about")).text) as { home: string; homeId: string };
    for (const home of [about.home, undefined]) {
      record(door.home, { homeId: about.homeId, home });
      expect(JSON.parse((await door.vice("deployments", "--json")).out).items).toHaveLength(2);
    }
  });

  test.each<[name: string, more: object]>([
    ["is of another home", {}],
    ["is gone", { pid: 2 ** 22 + 1 }],
    ["does not answer", { url: "http://127.0.0.1:9" }],
    ["wrote nonsense", { url: 5 }],
    ["belongs to the folder that this one is a copy of", { home: "/somewhere/else" }],
  ])("is passed over when it %s", async (_name, more) => {
    record(door.home, more);
    const said = await door.vice("deployments", "--json");
    expect(JSON.parse(said.out).items).toHaveLength(2);
  });
});
