// Ctrl-C at a command that a server carries out, and a server that ends under it.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { autoCommands } from "../src/parts/auto/index.ts";
import { type CliDoor, cliDoor, type Said } from "./cli-door.ts";
import { startDoor, type TestDoor } from "./http-door.ts";

let door: CliDoor;
let server: TestDoor;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-stop-"));
  door = cliDoor();
  const services = () => ({ baseUrl: "http://127.0.0.1" });
  server = await startDoor({ commands: autoCommands, services });
});
afterEach(async () => {
  await server.close();
  door.remove();
  rmSync(folder, { recursive: true, force: true });
});

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const over = (url: string, ...words: string[]): Promise<Said> =>
  door.viceWith({ env: { VICE_SERVER: url } }, ...words);
function pipeline(steps: unknown): string {
  const path = join(folder, "pipeline.yaml");
  writeFileSync(path, JSON.stringify({ steps }));
  return path;
}

test("Ctrl-C asks the server to cancel the run, and its end is waited for", async () => {
  const long = { run: { command: "touch began; sleep 20", shell: true } };
  const file = pipeline({ long, next: { run: { command: "touch next", shell: true }, needs: "long" } });
  const said = over(server.url, "auto", "run", file);
  await until(() => existsSync(join(folder, "began")));
  process.emit("SIGINT");
  const { code, out, err } = await said;
  expect({ code, out }).toEqual({ code: 130, out: expect.stringContaining("canceled: interrupted") });
  expect(err).toContain("The server is asked to stop it; its end is waited for.");
  expect(err).not.toContain("Stopped.");
  const { store } = server.services;
  expect(store.runs.open()).toEqual([]);
  expect(existsSync(join(folder, "next"))).toBe(false);
});

/** Answers as a server in the middle of a run, and then not as one, from the request on that is named. */
async function dying(from: RegExp, status: number | null): Promise<{ url: string; close: () => void }> {
  const answers = createServer((request, answer) => {
    const asked = `${request.method} ${request.url}`;
    if (asked.startsWith("POST /v1/commands")) return answer.writeHead(202).end('{"run":"r1"}');
    const isOver = from.test(asked) && isSeen;
    isSeen = true;
    if (!isOver) {
      const progress = { share: 0, what: "long", run: "0193f1c2" };
      return answer.end(JSON.stringify({ state: "running", progress }));
    }
    if (status === null) return request.socket.destroy();
    return answer.writeHead(status).end('{"error":{"code":"not-found","message":"There is no such thing."}}');
  });
  let isSeen = false;
  await new Promise<void>((listens) => answers.listen(0, "127.0.0.1", listens));
  const address = answers.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => answers.close() };
}

test.each([
  [
    "ends",
    null,
    "while it carried this out",
    "The next start of the server (vice serve) goes on with the run",
  ],
  ["is started anew", 404, "was started anew", "It goes on with the run"],
])("when the server %s in the middle, it says which run goes on and how", async (_how, status, what, next) => {
  const { url, close } = await dying(/^GET/, status);
  const { code, err } = await over(url, "auto", "run", pipeline({ a: { run: "true" } }));
  close();
  expect(code).toBe(69);
  expect(err).toContain(what);
  expect(err).toContain(`${next} 0193f1c2. Look at it: vice auto show 0193f1c2`);
  expect(err).not.toContain("VICE_SERVER");
});

test("a server that cannot be asked to stop it is said to go on, with what stops it", async () => {
  const { url, close } = await dying(/cancel$/, 404);
  const said = over(url, "auto", "run", pipeline({ a: { run: "true" } }));
  setTimeout(() => process.emit("SIGINT"), 300);
  const { code, err } = await said;
  close();
  expect(code).not.toBe(130);
  expect(err).toContain("It goes on at the server");
  expect(err).toContain("vice auto cancel 0193f1c2");
});
