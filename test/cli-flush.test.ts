// `vice flush` says where records went, or that the server was not reached and how many wait where.
import { readdirSync, renameSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appVerbs } from "../src/app/app-verbs.ts";
import { folderFor } from "../src/doors/cli/wrapper/home.ts";
import { appendLines, nameServer } from "../src/doors/cli/wrapper/spool.ts";
import { uuidv7 } from "../src/kit/ids.ts";
import { spool, step } from "./cli-commands.ts";
import { type CliDoor, cliDoor } from "./cli-door.ts";

let door: CliDoor;
let server: Server | null = null;
beforeEach(() => {
  door = cliDoor();
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  door.remove();
});

/** @param status `null` = never answers */
async function serverThat(status: number | null): Promise<string> {
  server = createServer((_request, response) => {
    if (status !== null) response.writeHead(status).end("{}");
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const flush = (url: string, ...words: string[]) =>
  door.viceWith({ builtins: appVerbs, env: { VICE_SERVER: url } }, "flush", ...words);

test("a dead server: 69, and what waits", async () => {
  const url = await serverThat(202);
  server?.close();
  const nothing = await flush(url);
  expect(nothing).toMatchObject({ code: 69, err: expect.stringContaining(`${url} does not answer`) });
  expect(nothing.err).toContain("Nothing waits here");
  for (const id of [uuidv7(), uuidv7()]) spool(door.home, step(id));
  const folder = join(door.home, "spool");
  const { code, err } = await flush(url);
  expect([code, err]).toEqual([69, expect.stringContaining(`2 records wait in ${folder}; nothing is lost.`)]);
  expect(JSON.parse((await flush(url, "--json")).err).error.details).toMatchObject({ waiting: 2, folder });
  expect(readdirSync(folder)).toHaveLength(1);
});

test("a server that never answers is not reached within the time", async () => {
  spool(door.home, step(uuidv7()));
  const { code, err } = await flush(await serverThat(null), "--timeout", "50ms");
  expect([code, err]).toEqual([69, expect.stringMatching(/no answer within 50 ms.*1 record waits/s)]);
});

test("a server that refuses keeps its own exit code", async () => {
  spool(door.home, step(uuidv7()));
  expect(await flush(await serverThat(401))).toMatchObject({
    code: 77,
    err: expect.stringMatching(/1 record /),
  });
});

test("a server that takes them, and one that nothing waits for", async () => {
  const url = await serverThat(202);
  expect((await flush(url)).err).toBe(`Nothing waited here for ${url}.\n`);
  spool(door.home, step(uuidv7()));
  expect(await flush(url)).toMatchObject({ code: 0, err: `1 record handed over to ${url}.\n` });
});

test("what was recorded for a server goes to no other one, and flush says what waits for which", async () => {
  const elsewhere = "http://127.0.0.1:9";
  const folder = folderFor(door.home, elsewhere);
  nameServer(folder, elsewhere);
  appendLines(folder, `${step(uuidv7())}\n`);
  spool(door.home, step(uuidv7()));
  const local = await door.viceWith({ builtins: appVerbs, env: { VICE_HOME: door.home } }, "flush");
  expect(local.err).toBe(
    `1 record handed over to the local store.\n1 record for ${elsewhere} stay here: vice flush --server ${elsewhere}\n`,
  );
  const doctor = JSON.parse((await door.vice("doctor", "--json")).out) as { items: Array<{ saw: string }> };
  expect(doctor.items.map(({ saw }) => saw)).toContain(`1 record for ${elsewhere}`);
  expect(JSON.parse((await door.vice("activities", "--json")).out).items).toHaveLength(1);
  const there = await serverThat(202);
  expect((await flush(there)).err).toContain("Nothing waited here");
  renameSync(folder, folderFor(door.home, there));
  expect((await flush(`${there}/v1/`)).err).toBe(`1 record handed over to ${there}.\n`);
});
