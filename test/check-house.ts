// A wired house with a small web server beside it, for tests of checks.
import type { VerifyReport } from "../src/domain/verify/report.ts";
import { type CheckContext, runChecks } from "../src/parts/verify/index.ts";
import { webServer } from "./check-worlds.ts";
import { openWired } from "./wired-house.ts";

export type CheckHouse = Awaited<ReturnType<typeof openCheckHouse>>;

export async function openCheckHouse() {
  const house = await openWired();
  /** What the server answers, by path; a number is a status. */
  const answers = new Map<string, () => number | string>([["/", () => "fine"]]);
  const asked: string[] = [];
  const web = await webServer((request, reply) => {
    asked.push(`${request.method} ${request.url} ${request.headers.cookie ?? ""}`.trim());
    const said = answers.get(request.url ?? "")?.() ?? 404;
    if (request.url === "/login") reply.setHeader("set-cookie", "sid=1");
    reply.writeHead(typeof said === "number" ? said : 200).end(String(said));
  });
  const { services, clock, home } = house;
  const deps = { checks: services.checks, log: services.log, now: () => clock.nowMs };
  const context: CheckContext = {
    ...{ cwd: home, env: {}, secrets: [], service: "shop", environment: "staging" },
    ...{ version: "v1", commitSha: null, url: web.url, signal: new AbortController().signal },
  };
  return {
    house,
    services,
    url: web.url,
    answers,
    /** Requests that came: method, path, cookies. */
    asked,
    deps,
    /** A check of a path. */
    at: (path: string, more: object = {}) => ({
      type: "http",
      name: path,
      url: `${web.url}${path}`,
      ...more,
    }),
    run: (checks: unknown, over: Partial<CheckContext> = {}) =>
      runChecks(checks, { ...context, ...over }, deps),
    activities: () => services.store.read.activities({ kind: "check" }, 100, null, clock.nowMs).items,
    close: async () => {
      await web.close();
      await house.close();
    },
  };
}

/** One line for each result. */
export const saidBy = ({ results }: VerifyReport): string[] =>
  results.map(({ name, status, error }) => `${name} ${status}${error === null ? "" : `: ${error}`}`);

/** `${{ name }}`. */
export const place = (name: string): string => "$".concat(`{{ ${name} }}`);
