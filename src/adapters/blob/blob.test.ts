// Places for backups: one list of expectations for a folder and for a bucket, then what each has of its own.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeS3, fakeS3 } from "../../../test/fake-s3.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import { openBlobStore } from "./open.ts";
import { s3Blobs } from "./s3.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-blob-"));
let s3: FakeS3;
beforeAll(async () => {
  s3 = await fakeS3();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await s3[Symbol.asyncDispose]();
});

const stream = (...chunks: string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const read = async (store: BlobStore, name: string): Promise<string> =>
  (await buffer(await store.get(name))).toString();
async function* breaking(): AsyncGenerator<Buffer> {
  yield Buffer.from("half of it, and more than one part");
  throw new Error("the disk is gone");
}

const PLACES: Record<string, () => BlobStore> = {
  folder: () => openBlobStore(join(folder, "a b/c")),
  "file URL": () => openBlobStore(`file://${folder}/url%20d`),
  bucket: () => openBlobStore("s3://bucket/pre fix+ü&/x/", s3.environment),
  "bucket without prefix": () => openBlobStore("s3://bucket", s3.environment),
  "bucket in parts": () => s3Blobs("s3://bucket/parts", s3.environment, 10),
};

describe.each(Object.entries(PLACES))("%s", (_, open) => {
  it("keeps objects and lists them by suffix", async () => {
    const store = open();
    expect(await store.put("one/manifest.json", stream("{}"))).toBe(2);
    expect(await store.put("two/deep/data.gz", stream("a".repeat(9), "b".repeat(30)))).toBe(39);
    expect(await store.put("empty", stream())).toBe(0);
    expect(await store.put("two/manifest.json", stream("0123456789"))).toBe(10);
    expect(await store.put("two/manifest.json", stream("again"))).toBe(5);
    expect(await read(store, "two/deep/data.gz")).toBe("a".repeat(9) + "b".repeat(30));
    expect(await read(store, "two/manifest.json")).toBe("again");
    expect(await read(store, "empty")).toBe("");
    expect((await store.list("manifest.json")).filter((name) => /^(one|two)\//.test(name))).toEqual([
      "one/manifest.json",
      "two/manifest.json",
    ]);
  });
  it("says when an object is not there", async () => {
    await expect(open().get("none")).rejects.toMatchObject({ code: "not-found" });
  });
  it("leaves nothing of an object that breaks off", async () => {
    const store = open();
    await expect(store.put("broken", Readable.from(breaking()))).rejects.toThrow("the disk is gone");
    await expect(store.get("broken")).rejects.toMatchObject({ code: "not-found" });
    expect(s3.unfinished.size).toBe(0);
  });
});

describe("of their own", () => {
  it("a folder: no name leads out of it, an empty place lists nothing, half objects are hidden", async () => {
    const store = openBlobStore(join(folder, "own"));
    expect(await store.list("")).toEqual([]);
    await expect(store.put("../out", stream("x"))).rejects.toMatchObject({ code: "data.invalid" });
    await expect(store.get("../../etc/passwd")).rejects.toMatchObject({ code: "data.invalid" });
    expect(readdirSync(folder)).not.toContain("out");
  });
  it("a bucket: large ones go in parts, a busy server is asked again", async () => {
    s3.log.length = 0;
    const store = s3Blobs("s3://bucket/p", s3.environment, 10);
    await store.put("big", stream("0123456789abcdefghijK"));
    expect(s3.log.map((line) => line.replace(/uploadId=[^&]+/, "uploadId=U"))).toEqual([
      "POST /bucket/p/big?uploads=",
      "PUT /bucket/p/big?partNumber=1&uploadId=U",
      "PUT /bucket/p/big?partNumber=2&uploadId=U",
      "PUT /bucket/p/big?partNumber=3&uploadId=U",
      "POST /bucket/p/big?uploadId=U",
    ]);
    s3.failNext.push(503, 500);
    expect(await store.put("small", stream("x"))).toBe(1);
  });
  it("a bucket: refusals are told with what to do", async () => {
    const wrong = { ...s3.environment, AWS_SECRET_ACCESS_KEY: "other" };
    await expect(openBlobStore("s3://bucket/x", wrong).list("")).rejects.toMatchObject({
      code: "outside.unreachable",
      hint: "Check AWS_SECRET_ACCESS_KEY and AWS_REGION.",
    });
    await expect(openBlobStore("s3://other/x", s3.environment).list("")).rejects.toMatchObject({
      hint: "Make the bucket first, or correct its name.",
    });
    expect(() => openBlobStore("s3://bucket/x", {})).toThrow(
      expect.objectContaining({ code: "auth.required" }),
    );
    expect(() => openBlobStore("ftp://x/y")).toThrow(/no way to keep backups at ftp/);
    expect(() => openBlobStore("file://elsewhere/x")).toThrow(/names no folder on this machine/);
  });
});

it("a place that takes no new name is refused, and not tried for ever", async () => {
  await expect(openBlobStore("file:///proc/none/at/all").put("a", stream("x"))).rejects.toThrow("/proc/none");
});
