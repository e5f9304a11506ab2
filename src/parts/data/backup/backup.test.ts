// A backup made while a writer goes on comes back whole, and anything less than whole is refused.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployment, type House, openHouse, openStore, T0 } from "../../../../test/data-services.ts";
import { fakeS3 } from "../../../../test/fake-s3.ts";
import { openBlobStore } from "../../../adapters/blob/open.ts";
import { invoke } from "../../../kit/command.ts";
import { backupCommand, backupsCommand } from "./backup-command.ts";
import { leaveOutSecrets } from "./leave-out-secrets.ts";
import { restoreCommand } from "./restore-command.ts";

interface Made {
  url: string;
  seq: number;
  head: string;
  counts: object;
}

let house: House;
let place: string;
beforeEach(() => {
  house = openHouse();
  place = mkdtempSync(join(tmpdir(), "vice-place-"));
  house.store.log.append(
    Array.from({ length: 50 }, (_, at) =>
      deployment(String(at), { actor: { name: "Sidney Jones", login: "sidney" } }),
    ),
  );
  house.store.maintenance.catchUp();
});
afterEach(() => {
  house.close();
  rmSync(place, { recursive: true, force: true });
});

const backup = (url = place): Promise<Made> =>
  invoke(backupCommand, { url }, house.context()) as Promise<Made>;
const restore = (input: Record<string, unknown>) =>
  invoke(restoreCommand, { url: place, ...input }, house.context()) as Promise<Record<string, unknown>>;
const emptyHome = (): string => join(place, "home");
const onlyBackup = (): string =>
  join(place, readdirSync(place).find((name) => name.startsWith("vice-")) ?? "");

describe("backup and restore", () => {
  it("comes back whole while a writer goes on", async () => {
    let n = 1000;
    let writing = true;
    const writer = (async () => {
      while (writing) {
        house.store.log.append([deployment(String(n++))]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const made = await backup().finally(() => {
      writing = false;
    });
    await writer;
    expect(made.seq).toBeGreaterThanOrEqual(50);
    const restored = await restore({ to: emptyHome() });
    expect(restored).toMatchObject({
      seq: made.seq,
      head: made.head,
      counts: made.counts,
      home: emptyHome(),
      aside: null,
    });
    const store = openStore(join(emptyHome(), "vice.db"), "write");
    expect(await store.log.verify({ seq: made.seq, hash: made.head }, () => {})).toMatchObject({
      ok: true,
      events: made.seq,
    });
    store.maintenance.catchUp();
    expect(store.read.status({}, T0)).toEqual(
      house.store.read.status({}, T0).map((item) => expect.objectContaining({ service: item.service })),
    );
    expect(store.read.activities({ actor: "sidney" }, 1000, null, T0).items).toHaveLength(50);
    store.close();
  });
  it("notes the backup in the log and the head beside it", async () => {
    const made = await backup();
    const event = house.store.log.events(made.seq, 10).at(-1);
    expect(event).toMatchObject({
      type: "vice.backup.made.v1",
      actor: "local",
      data: { url: made.url, seq: made.seq, head: made.head },
    });
    expect(readFileSync(join(house.home, "heads.ndjson"), "utf8")).toContain(house.store.log.head().hash);
    expect(readdirSync(house.home).filter((name) => name.startsWith("."))).toEqual([]);
  });
  it("takes spool and configuration along, but no secret", async () => {
    mkdirSync(join(house.home, "spool"));
    writeFileSync(join(house.home, "spool", "active.ndjson"), '{"v":1,"op":"end"}\n');
    writeFileSync(join(house.home, "secrets.json"), '{"github":["topsecret1"]}');
    const file = join(house.home, "vice.server.yaml");
    writeFileSync(
      file,
      "# topsecret2\nport: 4400\nsources:\n  github:\n    secret: topsecret3\n    secretFile: /run/s\n",
    );
    house.services.config = { ...house.services.config, file };
    await backup();
    for (const name of readdirSync(onlyBackup(), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".gz")) continue;
      expect(gunzipSync(readFileSync(join(onlyBackup(), name))).includes("topsecret"), name).toBe(false);
    }
    const restored = await restore({ to: emptyHome() });
    expect(restored["secretsLeftOut"]).toEqual(["sources.github.secret", "secrets.json: github"]);
    const config = readFileSync(join(emptyHome(), "vice.server.yaml"), "utf8");
    expect(config).toContain("secretFile: /run/s");
    expect(config).not.toMatch(/secret:\s*($|")/m);
    const spool = readdirSync(join(emptyHome(), "spool"));
    expect(spool).toEqual([expect.stringMatching(/^waiting-[0-9a-f-]{36}\.ndjson$/)]);
    expect(readFileSync(join(emptyHome(), "spool", spool[0] ?? ""), "utf8")).toBe('{"v":1,"op":"end"}\n');
  });
  it("goes through S3 and back", async () => {
    await using s3 = await fakeS3();
    house.services.openBlobs = (url) => openBlobStore(url, s3.environment);
    const made = await backup("s3://bucket/vice");
    expect(made.url).toMatch(/^s3:\/\/bucket\/vice\/vice-2026/);
    expect(await restore({ url: "s3://bucket/vice", to: emptyHome() })).toMatchObject({ head: made.head });
    expect(
      JSON.stringify(await invoke(backupsCommand, { url: "s3://bucket/vice" }, house.context())),
    ).toContain(made.head);
  });
  it("takes the newest of several, or the one that is named", async () => {
    const first = await backup();
    house.store.log.append([deployment("later")]);
    const later = house.context({ now: () => T0 + 7_200_000 });
    const second = (await invoke(backupCommand, { url: place }, later)) as Made;
    expect(await restore({ verify: true })).toMatchObject({ head: second.head });
    expect(await restore({ url: first.url, verify: true })).toMatchObject({ head: first.head });
    const listed = (await invoke(backupsCommand, { url: place }, house.context())) as { items: Made[] };
    expect(listed.items.map((item) => item.head)).toEqual([second.head, first.head]);
  });
});

describe("the home", () => {
  it("is not touched when something stands in it, unless forced; then that is kept aside", async () => {
    const made = await backup();
    const home = emptyHome();
    await restore({ to: home });
    const other = openStore(join(home, "vice.db"), "write");
    other.log.append([deployment("only here")]);
    const head = other.log.head();
    await expect(restore({ to: home })).rejects.toMatchObject({ code: "conflict" });
    expect(other.log.head()).toEqual(head);
    other.close();
    const { aside } = await restore({ to: home, force: true });
    const kept = openStore(join(String(aside), "vice.db"), "read");
    expect(kept.log.head()).toEqual(head);
    kept.close();
    const restored = openStore(join(home, "vice.db"), "read");
    expect(restored.log.head()).toEqual({ seq: made.seq, hash: made.head });
    restored.close();
  });
  it("folds in a write-ahead log that a crash left, so that it is not replayed into the restored store", async () => {
    const made = await backup();
    const home = emptyHome();
    mkdirSync(home);
    house.store.log.append([deployment("in the log only")]);
    for (const tail of ["", "-wal"]) cpSync(join(house.home, `vice.db${tail}`), join(home, `vice.db${tail}`));
    const { aside } = await restore({ to: home, force: true });
    const restored = openStore(join(home, "vice.db"), "read");
    expect(await restored.log.verify(null, () => {})).toMatchObject({
      ok: true,
      head: { seq: made.seq, hash: made.head },
    });
    restored.close();
    const kept = openStore(join(String(aside), "vice.db"), "read");
    expect(kept.log.head()).toEqual(house.store.log.head());
    kept.close();
  });
  it("replaces a damaged store and keeps it", async () => {
    const made = await backup();
    const home = emptyHome();
    mkdirSync(home);
    writeFileSync(join(home, "vice.db"), "this is no store");
    writeFileSync(join(home, "vice.db-wal"), "nor is this a log");
    const { aside } = await restore({ to: home, force: true });
    expect(readFileSync(join(String(aside), "vice.db"), "utf8")).toBe("this is no store");
    expect(readFileSync(join(String(aside), "vice.db-wal"), "utf8")).toBe("nor is this a log");
    const store = openStore(join(home, "vice.db"), "read");
    expect(store.log.head().hash).toBe(made.head);
    store.close();
  });
  it("is refused while somebody writes to it", async () => {
    await backup();
    const unlock = await house.services.lockHome(emptyHome());
    await expect(restore({ to: emptyHome() })).rejects.toMatchObject({ code: "store.busy" });
    unlock();
    expect(await restore({ to: emptyHome() })).toMatchObject({ drill: false });
  });
  it("is left alone by a drill, which says what it proved", async () => {
    const made = await backup();
    const before = readdirSync(house.home);
    const drill = await restore({ verify: true });
    expect(drill).toMatchObject({ drill: true, home: null, head: made.head });
    expect(drill["proven"]).toEqual([
      expect.stringContaining("SHA-256"),
      expect.stringContaining(made.head),
      expect.stringContaining("50 deliveries"),
    ]);
    expect(readdirSync(house.home)).toEqual(before);
  });
});

describe("a backup that is not whole", () => {
  const refused = async (): Promise<string> => {
    const said = await restore({ to: emptyHome() }).then(
      () => "taken",
      (error: Error & { code: string }) => `${error.code}: ${error.message}`,
    );
    expect(existsSync(join(emptyHome(), "vice.db"))).toBe(false);
    expect(readdirSync(emptyHome()).filter((name) => name.startsWith("."))).toEqual([]);
    return said;
  };
  it("is refused when it is cut, at any place", async () => {
    await backup();
    const file = join(onlyBackup(), "vice.db.gz");
    for (const length of [readFileSync(file).length - 1, 5000, 18, 0]) {
      truncateSync(file, length);
      expect(await refused(), String(length)).toMatch(
        /^data\.invalid: vice\.db\.gz .* is cut or altered: .*Nothing was changed\.$/,
      );
    }
  });
  it("is refused when a byte was flipped, a file is missing, or something was added", async () => {
    await backup();
    const file = join(onlyBackup(), "vice.db.gz");
    const whole = readFileSync(file);
    for (const at of [0, 30, whole.length >> 1, whole.length - 3]) {
      const bad = Buffer.from(whole);
      bad[at] = (bad[at] ?? 0) ^ 1;
      writeFileSync(file, bad);
      expect(await refused(), String(at)).toMatch(/^data\.invalid: .*Nothing was changed\.$/);
    }
    rmSync(file);
    expect(await refused()).toMatch(/^data\.invalid: .*it is missing/);
    writeFileSync(file, whole);
    appendFileSync(file, whole);
    expect(await refused()).toMatch(/^data\.invalid: .*cut or altered/);
  });
  it("is refused when the manifest names another head, other counts, or a way out of the home", async () => {
    const { head } = await backup();
    const file = join(onlyBackup(), "manifest.json");
    const manifest = readFileSync(file, "utf8");
    const cases: Array<[change: string, to: string, said: RegExp]> = [
      [
        head,
        `0${head.slice(1)}`.replace(/^(.)(.)/, (_, a: string, b: string) => a + (b === "0" ? "1" : "0")),
        /but the head kept elsewhere says/,
      ],
      ['"deliveries": 50', '"deliveries": 51', /50 deliveries instead of 51/],
      ['"path": "vice.db"', '"path": "../vice.db"', /manifest of .* is damaged/],
      ['"format": 1', '"format": 2', /made by a newer vice/],
      ["{", "", /manifest of .* is damaged/],
    ];
    for (const [change, to, said] of cases) {
      writeFileSync(file, manifest.replace(change, to));
      expect(await refused()).toMatch(said);
    }
    rmSync(file);
    expect(await refused()).toMatch(/^not-found: There is no backup/);
  });
});

describe("secrets in a configuration", () => {
  it("hold the address of a channel; a word on where one is stays", () => {
    const { text, leftOut } = leaveOutSecrets(
      "notify: { chat: { type: slack, url: 'https://hooks.example.com/T0/hush' }, ops: { type: slack, url: env:OPS } }",
    );
    expect(leftOut).toEqual(["notify.chat.url"]);
    expect(text).not.toContain("hush");
    expect(text).toContain("env:OPS");
  });

  it("are taken out with their keys, in lists, maps and URLs", () => {
    const { text, leftOut } = leaveOutSecrets(
      [
        "sources:",
        "  token-service: { secrets: [s3cr1, s3cr2], poll: { url: 'https://me:s3cr3@x.example.com/a', token: s3cr4, tokenFile: /f } }",
        "oidc: { issuer: https://id.example.com, clientSecret: s3cr5 } # s3cr6",
      ].join("\n"),
    );
    expect(text).not.toContain("s3cr");
    expect(text).toContain("tokenFile: /f");
    expect(text).toContain("https://x.example.com/a");
    expect(leftOut).toEqual([
      "sources.token-service.secrets",
      "sources.token-service.poll.url",
      "sources.token-service.poll.token",
      "oidc.clientSecret",
    ]);
  });
});
