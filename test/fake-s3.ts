// A small S3 for tests, on 127.0.0.1: the few REST calls that vice uses, with every signature computed again.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface FakeS3 extends AsyncDisposable {
  environment: Record<string, string>;
  objects: Map<string, Buffer>;
  /** `METHOD /path?query` of each request that was signed right. */
  log: string[];
  /** Answers the next requests with this status instead. */
  failNext: number[];
  unfinished: Map<string, Map<number, Buffer>>;
}

const KEY = "AKIDEXAMPLE";
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const PAGE = 2;

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const rfc3986 = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** AWS documentation "Signature Version 4 signing process": the canonical request, from what really arrived. */
function rightlySigned(request: IncomingMessage, body: Buffer): boolean {
  const [, scope, names = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    ) ?? [];
  if (scope === undefined) return false;
  if (
    !/^\d{8}\/eu-central-1\/s3\/aws4_request$/.test(scope) ||
    !names.split(";").includes("x-amz-content-sha256")
  )
    return false;
  const url = new URL(request.url ?? "/", "http://fake");
  const path = url.pathname
    .split("/")
    .map((part) => rfc3986(decodeURIComponent(part)))
    .join("/");
  const query = [...url.searchParams]
    .map(([name, value]) => `${rfc3986(name)}=${rfc3986(value)}`)
    .sort()
    .join("&");
  const headers = names
    .split(";")
    .map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
    .join("");
  const payload = String(request.headers["x-amz-content-sha256"]);
  if (payload !== sha256(body)) return false;
  const canonical = [request.method, path, query, headers, names, payload].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${SECRET}`);
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, "hex"));
}

const fail = (response: ServerResponse, status: number, code: string): void => {
  response
    .writeHead(status)
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`);
};

export async function fakeS3(): Promise<FakeS3> {
  const s3: FakeS3 = {
    environment: {},
    objects: new Map(),
    log: [],
    failNext: [],
    unfinished: new Map(),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  const server = createServer((request, response) => {
    void answer(s3, request, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  s3.environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: KEY,
    AWS_SECRET_ACCESS_KEY: SECRET,
  };
  return s3;
}

async function answer(s3: FakeS3, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const url = new URL(request.url ?? "/", "http://fake");
  if (!rightlySigned(request, body)) return fail(response, 403, "SignatureDoesNotMatch");
  s3.log.push(`${request.method} ${request.url}`);
  const failure = s3.failNext.shift();
  if (failure !== undefined) return fail(response, failure, "SlowDown");
  const [, bucket, ...rest] = url.pathname.split("/").map(decodeURIComponent);
  if (bucket !== "bucket") return fail(response, 404, "NoSuchBucket");
  route(s3, request.method ?? "", rest.join("/"), url.searchParams, body, response);
}

function route(
  s3: FakeS3,
  method: string,
  key: string,
  query: URLSearchParams,
  body: Buffer,
  response: ServerResponse,
): unknown {
  const upload = query.get("uploadId");
  const parts = upload === null ? undefined : s3.unfinished.get(upload);
  if (upload !== null && parts === undefined) return fail(response, 404, "NoSuchUpload");
  if (method === "GET" && query.has("list-type")) return response.end(list(s3, query));
  if (method === "GET") {
    const object = s3.objects.get(key);
    return object === undefined ? fail(response, 404, "NoSuchKey") : void response.end(object);
  }
  if (method === "PUT" && parts !== undefined) {
    parts.set(Number(query.get("partNumber")), body);
    return response.setHeader("ETag", `"${sha256(body)}"`).end();
  }
  if (method === "PUT") {
    s3.objects.set(key, body);
    return response.end();
  }
  if (method === "DELETE" && upload !== null) {
    s3.unfinished.delete(upload);
    return response.writeHead(204).end();
  }
  if (method === "POST" && query.has("uploads")) {
    const id = `upload&${s3.unfinished.size}`;
    s3.unfinished.set(id, new Map());
    return response.end(`<R><UploadId>${id.replace("&", "&amp;")}</UploadId></R>`);
  }
  if (method === "POST" && upload !== null && parts !== undefined) {
    const wanted = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g)];
    const right =
      wanted.length === parts.size &&
      wanted.every(([, n, tag]) => tag === `&quot;${sha256(parts.get(Number(n)) ?? "")}&quot;`);
    if (!right) return response.end("<Error><Code>InvalidPart</Code></Error>");
    s3.objects.set(
      key,
      Buffer.concat([...parts.entries()].sort(([a], [b]) => a - b).map(([, part]) => part)),
    );
    s3.unfinished.delete(upload);
    return response.end("<R/>");
  }
  fail(response, 400, "NotKnownHere");
}

/** Two keys a page, so that the second page is asked for. */
function list(s3: FakeS3, query: URLSearchParams): string {
  const keys = [...s3.objects.keys()].filter((key) => key.startsWith(query.get("prefix") ?? "")).sort();
  const from = Number(query.get("continuation-token")?.slice(2) ?? 0);
  const more =
    keys.length > from + PAGE ? `<NextContinuationToken>t&amp;${from + PAGE}</NextContinuationToken>` : "";
  const found = keys
    .slice(from, from + PAGE)
    .map((key) => `<Contents><Key>${key.replaceAll("&", "&amp;")}</Key></Contents>`);
  return `<ListBucketResult>${found.join("")}${more}</ListBucketResult>`;
}
