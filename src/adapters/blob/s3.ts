/** Backups in a bucket of S3 or a compatible server: streamed, large objects in parts (S3 API reference "Multipart upload"). */
import { Readable } from "node:stream";
import { ViceError } from "../../kit/errors.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import { refusal, type S3Client, s3Client } from "./s3-client.ts";

/** One part in memory at a time; 10,000 parts are allowed, so an object may have 320 GiB. */
const PART_BYTES = 32 * 1024 * 1024;

/**
 * @param partBytes at least 5 MiB at AWS; tests take less
 * @throws ViceError `input.invalid`, `auth.required`
 */
export function s3Blobs(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
  partBytes = PART_BYTES,
): BlobStore {
  const [, bucket, path = ""] = /^s3:\/\/([^/?#]+)\/?(.*)$/i.exec(url) ?? [];
  if (bucket === undefined)
    throw new ViceError("input.invalid", { message: `${url} names no bucket.`, hint: "s3://bucket/prefix" });
  const client = s3Client(bucket, environment);
  const prefix = path.replace(/\/+$/, "");
  const keyOf = (name: string): string => (prefix === "" ? name : `${prefix}/${name}`);
  return {
    url: `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`,
    put: (name, content) => upload(client, keyOf(name), content, partBytes),
    get: async (name) => {
      const answer = await client.send("GET", keyOf(name));
      return answer.body === null ? Readable.from([]) : Readable.fromWeb(answer.body);
    },
    list: async (suffix) => {
      const keys = await listKeys(client, prefix === "" ? "" : `${prefix}/`);
      const names = keys.map((key) => (prefix === "" ? key : key.slice(prefix.length + 1)));
      return names.filter((name) => name.endsWith(suffix)).sort();
    },
  };
}

/** What fits one part is one request; an upload that fails leaves nothing to pay for. */
async function upload(client: S3Client, key: string, content: Readable, partBytes: number): Promise<number> {
  let bytes = 0;
  let uploadId: string | null = null;
  const tags: string[] = [];
  try {
    for await (const { part, last } of parts(content, partBytes)) {
      bytes += part.length;
      if (last && uploadId === null) {
        await client.send("PUT", key, {}, part);
        return bytes;
      }
      uploadId ??= await begin(client, key);
      const query = { partNumber: String(tags.length + 1), uploadId };
      tags.push((await client.send("PUT", key, query, part)).headers.get("etag") ?? "");
    }
    if (uploadId !== null) await complete(client, key, uploadId, tags);
    return bytes;
  } catch (problem) {
    if (uploadId !== null) await client.send("DELETE", key, { uploadId }).catch(() => {});
    throw problem;
  }
}

/** Cuts a stream into parts of equal size; the last one may be shorter, or empty when it is the only one. */
async function* parts(
  content: Readable,
  size: number,
): AsyncGenerator<{ part: Uint8Array<ArrayBuffer>; last: boolean }> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    pending.push(chunk);
    bytes += chunk.length;
    while (bytes > size) {
      const all = Buffer.concat(pending);
      yield { part: new Uint8Array(all.subarray(0, size)), last: false };
      pending = [all.subarray(size)];
      bytes -= size;
    }
  }
  yield { part: new Uint8Array(Buffer.concat(pending)), last: true };
}

async function begin(client: S3Client, key: string): Promise<string> {
  const xml = await (await client.send("POST", key, { uploads: "" })).text();
  const id = /<UploadId>([^<]+)<\/UploadId>/.exec(xml)?.[1];
  if (id === undefined) throw refusal(200, xml, key);
  return fromXml(id);
}

/** It may answer 200 and yet have failed: then the body is an error. */
async function complete(
  client: S3Client,
  key: string,
  uploadId: string,
  tags: readonly string[],
): Promise<void> {
  const list = tags
    .map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${toXml(tag)}</ETag></Part>`)
    .join("");
  const body = new TextEncoder().encode(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`);
  const xml = await (await client.send("POST", key, { uploadId }, body)).text();
  if (xml.includes("<Error>")) throw refusal(200, xml, key);
}

async function listKeys(client: S3Client, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | null = null;
  do {
    const more: Record<string, string> = token === null ? {} : { "continuation-token": token };
    const xml = await (await client.send("GET", "", { "list-type": "2", prefix, ...more })).text();
    for (const [, key = ""] of xml.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(fromXml(key));
    const next: string | undefined = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(xml)?.[1];
    token = next === undefined ? null : fromXml(next);
  } while (token !== null);
  return keys;
}

const ENTITIES: ReadonlyArray<readonly [char: string, entity: string]> = [
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
];

const toXml = (text: string): string =>
  ENTITIES.reduce((done, [char, entity]) => done.replaceAll(char, entity), text);
const fromXml = (text: string): string =>
  ENTITIES.toReversed().reduce((done, [char, entity]) => done.replaceAll(entity, char), text);
