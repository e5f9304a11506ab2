/** The page: static files, and index.html for every address that the page itself knows. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { takesEncoding } from "../accept-encoding.ts";
import type { Door } from "../door.ts";
import { type PageFile, type PageFiles, pageFilesOf } from "../page-files.ts";

const PUBLIC = { config: { access: "public" } } as const;
/** Addresses of the server: below them nothing is a page. */
const SERVER_PATHS =
  /^\/(v1|hooks|auth|customhttp|deployment-info|openapi\.json|healthz|readyz|metrics|badge)(\/|$)/;

export function pageRoutes(app: FastifyInstance, door: Door): void {
  const files = pageFilesOf(door.dashboardDir?.replace(/[\\/]+$/, "") ?? null);
  app.get("/*", PUBLIC, async (request, reply) => {
    const path = (request.raw.url ?? "/").split("?")[0] ?? "/";
    const file = SERVER_PATHS.test(path) ? null : await wanted(files, path, request);
    if (file !== null) return sendFile(request, reply, file);
    if (path === "/" && door.dashboardDir === null)
      return reply.type("text/plain; charset=utf-8").send(NO_PAGE);
    return reply.callNotFound();
  });
}

const NO_PAGE = "vice is running. This build has no page; the API is described at /openapi.json.\n";

/** A file, or for a browser that navigates the page that will find out itself. */
async function wanted(files: PageFiles, path: string, request: FastifyRequest): Promise<PageFile | null> {
  const file = await files.get(path === "/" ? "/index.html" : path);
  const navigates = /\btext\/html\b/.test(request.headers.accept ?? "");
  return file ?? (navigates && !path.startsWith("/assets/") ? files.get("/index.html") : null);
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  const cache = file.immutable ? "public, max-age=31536000, immutable" : "no-cache";
  reply.headers({ etag: file.etag, "cache-control": cache, vary: "accept-encoding" });
  const known = (request.headers["if-none-match"] ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(file.etag)) return reply.code(304).send();
  reply.type(file.contentType);
  const { encoding, body } = encoded(request.headers["accept-encoding"], file);
  if (encoding !== null) reply.header("content-encoding", encoding);
  return reply.send(body);
}

function encoded(
  header: string | string[] | undefined,
  file: PageFile,
): { encoding: string | null; body: Buffer } {
  const takes = (name: string): boolean => takesEncoding(header, name);
  if (file.br !== null && takes("br")) return { encoding: "br", body: file.br };
  if (file.gzip !== null && takes("gzip")) return { encoding: "gzip", body: file.gzip };
  return { encoding: null, body: file.plain };
}
