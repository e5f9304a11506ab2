/** Badges: `GET /badge/shop/prod-eu.svg`, a small picture for a README or a wiki that says what runs there. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { drawBadge } from "../../../domain/chart/badge.ts";
import { ViceError } from "../../../kit/errors.ts";
import { badgeFor } from "../../../parts/viz/index.ts";
import type { Door } from "../door.ts";

const READ = { config: { access: "read" } } as const;
/**
 * Pages with many badges are read again and again; a deployment shows within this time. For the reader's own cache only: one
 * that many share would show what was asked with a cookie to those who have none.
 */
const FRESH_SECONDS = 60;
const SUFFIX = /\.svg$/i;

export function badgeRoute(app: FastifyInstance, { services, now }: Door): void {
  app.get<{ Params: { service: string; environment: string }; Querystring: { metric?: string } }>(
    "/badge/:service/:environment",
    READ,
    async ({ params, query, headers }, reply) => {
      const environment = params.environment.replace(SUFFIX, "");
      if (environment === params.environment)
        throw new ViceError("not-found", {
          ...{ what: "picture", name: params.environment },
          hint: `Ask for ${params.environment}.svg`,
        });
      const { service } = params;
      const found = await badgeFor({ services, now }, { service, environment, metric: query.metric });
      // A picture all the same: pages show it where they would show a broken one.
      const badge = found ?? { label: `${service} · ${environment}`, message: "not known", tone: "plain" };
      const svg = drawBadge(badge);
      const etag = `"${createHash("sha256").update(svg).digest("base64url").slice(0, 22)}"`;
      reply.headers({ etag, "cache-control": `private, max-age=${FRESH_SECONDS}` });
      if (headers["if-none-match"] === etag) return reply.code(304).send();
      return reply
        .code(found === null ? 404 : 200)
        .type("image/svg+xml; charset=utf-8")
        .send(svg);
    },
  );
}
