/** Fills the disk under a running server: 503 with Retry-After, nothing broken, and on it goes when there is space again. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { openStore } from "../data-services.ts";
import { amounts } from "../level.ts";
import { needs } from "../needs.ts";
import { type Answer, type Client, clientOf } from "./post.ts";
import { builtTwice } from "./read-models.ts";
import { type Server, startServer } from "./server.ts";
import { GITHUB_SECRET, signedDelivery } from "./signed-delivery.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-full-"));
const disk = join(folder, "disk");
const home = join(disk, "home");
const ballast = join(disk, "ballast");
const DISK_MIB = 20;
let server: Server | null = null;
let mounted = false;

afterAll(async () => {
  await server?.end("SIGKILL");
  if (mounted) execFileSync("umount", [disk]);
  rmSync(folder, { recursive: true, force: true });
});

function mountSmallDisk(mount: string): void {
  mkdirSync(disk);
  execFileSync(mount, ["-t", "tmpfs", "-o", `size=${DISK_MIB}m`, "tmpfs", disk]);
  mounted = true;
  mkdirSync(home);
  writeFileSync(ballast, Buffer.alloc(8 * 1024 * 1024));
}

let sent = 0;
const acknowledged = new Set<string>();

async function send(client: Client): Promise<Answer> {
  const deployment = ++sent;
  const { id, path, headers, body } = signedDelivery(`d-${deployment}`, {
    deployment,
    state: "success",
    bytes: 20_000,
  });
  const answer = await client.post(path, headers, body);
  if (answer.status === 202) acknowledged.add(id);
  return answer;
}

/** @returns the answers that were not 202; stops after `enough` of them */
async function sendUntilRefused(client: Client, enough: number): Promise<Answer[]> {
  const refused: Answer[] = [];
  for (let n = 0; n < 2000 && refused.length < enough; n += 1) {
    const answer = await send(client);
    if (answer.status !== 202) refused.push(answer);
  }
  return refused;
}

const mount = needs("mount");
mount.test(
  "a full disk: 503 with Retry-After, reads go on, nothing is lost, and then it goes on",
  async () => {
    mountSmallDisk(mount.path("mount"));
    server = await startServer(home, { VICE_HOOK_SECRET_GITHUB: GITHUB_SECRET });
    const client = clientOf(server.url, 1);
    const refused = await sendUntilRefused(client, 5);
    expect(refused).toHaveLength(5);
    for (const { status, headers, body } of refused) {
      expect(status, body).toBe(503);
      expect(Number(headers["retry-after"])).toBeGreaterThan(0);
      expect(JSON.parse(body)).toMatchObject({
        error: { code: "store.unavailable", hint: expect.stringContaining("space") },
      });
    }
    expect((await client.get("/v1/status")).status).toBe(200);
    expect((await client.get("/v1/deployments?limit=5")).status).toBe(200);
    const full = acknowledged.size;
    expect(full).toBeGreaterThan(20);

    rmSync(ballast);
    expect((await send(client)).status).toBe(202);
    for (let n = 0; n < 20; n += 1) expect((await send(client)).status).toBe(202);
    client.close();
    expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });
    server = null;

    const copy = join(folder, "copy"); // the small disk has no room for building everything again
    cpSync(home, copy, { recursive: true });
    const store = openStore(join(copy, "vice.db"), "write");
    const ids = store.deliveries.list({}, 100_000, null).items.map(({ headerId }) => headerId ?? "");
    expect(new Set(ids)).toEqual(acknowledged);
    expect(ids).toHaveLength(acknowledged.size);
    expect(await store.log.verify(null, () => {})).toMatchObject({ ok: true });
    const { live, rebuilt } = builtTwice(store, join(copy, "vice.db"));
    expect(live).toEqual(rebuilt);
    store.close();
  },
  amounts.testTimeoutMs * 2,
);
