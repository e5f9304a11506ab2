/** Single sign-on: out to the provider, and back with a session. */
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ViceError } from "../../../kit/errors.ts";
import { cookie, isHttps, setCookie } from "../auth/cookies.ts";
import { type Flow, type Oidc, type OidcSettings, oidcOf } from "../auth/oidc.ts";
import { principalOfClaims } from "../auth/oidc-scopes.ts";
import { openSession } from "../auth/sessions.ts";
import type { Door } from "../door.ts";
import { giveSession } from "./session.ts";

const PUBLIC = { config: { access: "public" } } as const;
const FLOW_COOKIE = "vice_oidc";
const CALLBACK = "/auth/oidc/callback";
const FLOW_MS = 10 * 60_000;
/** People on their way at once; beyond it the oldest begin again. */
const MAX_FLOWS = 1000;

export function oidcRoutes(app: FastifyInstance, door: Door): void {
  const flows = flowsOf(door.now);
  let current: { settings: OidcSettings; oidc: Oidc } | null = null;
  const provider = (): { settings: OidcSettings; oidc: Oidc } => {
    const settings = door.services.config.oidc;
    if (settings === null)
      throw new ViceError("not-found", { message: "Single sign-on is not set up here.", hint: HINT });
    if (current?.settings !== settings) current = { settings, oidc: oidcOf(settings) };
    return current;
  };
  app.get("/auth/oidc/start", PUBLIC, async (request, reply) => {
    const { url, flow } = await provider().oidc.begin(ownUrl(request) + CALLBACK);
    reply.header("set-cookie", flowCookie(request, flows.keep(flow), FLOW_MS / 1000));
    return reply.header("cache-control", "no-store").redirect(url, 302);
  });
  app.get(CALLBACK, PUBLIC, async (request, reply) => {
    const { settings, oidc } = provider();
    const flow = flows.take(cookie(request.headers.cookie, FLOW_COOKIE) ?? "");
    if (flow === null)
      throw new ViceError("auth.required", {
        message: "This sign-in is not known or took too long.",
        hint: AGAIN,
      });
    const claims = await oidc.finish(flow, queryOf(request));
    const principal = principalOfClaims(claims, settings);
    if (principal === null)
      throw new ViceError("auth.forbidden", {
        message: "You are known, but nothing is open to you here.",
        hint: ASK,
      });
    return finish(request, reply, openSession(door, principal, null));
  });
}

const HINT = "Set `oidc` in vice.server.yaml, or sign in with a token.";
const AGAIN = "Begin again at /login.";
const ASK = "Ask an admin of the server to name you or your group in `oidc` of vice.server.yaml.";

function finish(request: FastifyRequest, reply: FastifyReply, session: string): FastifyReply {
  giveSession(reply, request, session);
  reply.header("set-cookie", flowCookie(request, "", 0));
  return reply.header("cache-control", "no-store").redirect("/", 303);
}

/** Lax, because the browser comes back from another site. */
function flowCookie(request: FastifyRequest, value: string, maxAgeSeconds: number): string {
  const shape = { name: FLOW_COOKIE, path: "/auth/oidc", sameSite: "Lax" } as const;
  return setCookie({ ...shape, value, maxAgeSeconds, secure: isHttps(request.headers) });
}

/** The address that the person's browser uses; the provider only sends people back to addresses that it knows. */
function ownUrl(request: FastifyRequest): string {
  const host = request.headers.host ?? "";
  if (!/^[\w.:[\]-]+$/.test(host))
    throw new ViceError("input.invalid", { message: "The Host header is not right." });
  return `${isHttps(request.headers) ? "https" : "http"}://${host}`;
}

function queryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  return url.includes("?") ? url.slice(url.indexOf("?")) : "";
}

interface Flows {
  keep(flow: Flow): string;
  /** Each can be taken once. */
  take(id: string): Flow | null;
}

function flowsOf(now: () => number): Flows {
  const flows = new Map<string, { flow: Flow; untilMs: number }>();
  return {
    keep: (flow) => {
      const oldest = flows.keys().next();
      if (flows.size >= MAX_FLOWS && oldest.done !== true) flows.delete(oldest.value);
      const id = randomBytes(24).toString("base64url");
      flows.set(id, { flow, untilMs: now() + FLOW_MS });
      return id;
    },
    take: (id) => {
      const found = flows.get(id);
      flows.delete(id);
      return found === undefined || found.untilMs < now() ? null : found.flow;
    },
  };
}
