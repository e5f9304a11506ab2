// A registry of packages and of images on this machine, as far as both are documented, with one archive behind every name.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeRegistry {
  /** With a slash at its end. */
  url: string;
  /** Of the archive, in hexadecimal digits. */
  sha512: string;
  /** Digest of the image. */
  image: string;
  requests: Array<{ method: string; path: string; authorization: string | undefined }>;
  close: () => Promise<void>;
}

const hash = (algorithm: string, data: Buffer | string): Buffer =>
  createHash(algorithm).update(data).digest();
const MANIFEST = JSON.stringify({ schemaVersion: 2, layers: [] });

export async function fakeRegistry(archive: Buffer): Promise<FakeRegistry> {
  const sha512 = hash("sha512", archive);
  const image = `sha256:${hash("sha256", MANIFEST).toString("hex")}`;
  const requests: FakeRegistry["requests"] = [];
  const server = createServer((request, response) => {
    const { method = "GET", url: path = "/" } = request;
    const { authorization } = request.headers;
    requests.push({ method, path, authorization });
    const json = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": "application/json", connection: "close", ...headers });
      response.end(method === "HEAD" ? undefined : JSON.stringify(body));
    };
    const base = `http://${request.headers.host}`;
    if (path.startsWith("/tarballs/")) {
      response.writeHead(200, { connection: "close" });
      response.end(path.includes("exchanged") ? Buffer.concat([archive, Buffer.from("!")]) : archive);
      return;
    }
    if (path.startsWith("/token")) return json(200, { token: "anonymous" });
    const [, repository, tag] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(path) ?? [];
    if (repository !== undefined) {
      const scope = `repository:${repository}:pull`;
      const challenge = `Bearer realm="${base}/token",service="registry",scope="${scope}"`;
      if (authorization !== "Bearer anonymous") return json(401, {}, { "www-authenticate": challenge });
      if (tag !== "1.4.2") return json(404, {});
      const told = repository.startsWith("silent") ? {} : { "docker-content-digest": image };
      response.writeHead(200, { connection: "close", ...told });
      return void response.end(method === "HEAD" ? undefined : MANIFEST);
    }
    const name = decodeURIComponent(path.slice(1));
    if (!["@example/shop", "old", "exchanged"].includes(name)) return json(404, { error: "Not found" });
    const shasum = hash("sha1", archive).toString("hex");
    const integrity = `sha512-${sha512.toString("base64")}`;
    const tarball = `${base}/tarballs/${encodeURIComponent(name)}.tgz`;
    const dist = name === "old" ? { tarball, shasum } : { tarball, shasum, integrity };
    const version = { name, version: "1.4.2", gitHead: "a".repeat(40), dist };
    json(200, { name, "dist-tags": { latest: "1.4.2" }, versions: { "1.4.2": version } });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    sha512: sha512.toString("hex"),
    image,
    requests,
    close: () => new Promise<void>((done) => void server.close(() => done())),
  };
}
