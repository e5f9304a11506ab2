/** docs/reference/http.md: all routes, limits, and the commands behind `POST /v1/commands/:id`. */
import { MAX_STREAMS, WRONG_TOKENS } from "../../doors/http/amounts.ts";
import { HOOK_BODY_BYTES, JSON_BODY_BYTES } from "../../doors/http/bodies.ts";
import {
  ADDRESS_SHARE,
  BODY_BUDGET_BYTES,
  BODY_LOOK_MS,
  SLOW_LOOKS,
  SLOWEST_BYTES_PER_SECOND,
} from "../../doors/http/body-budget.ts";
import { MIN_COMPRESSED_BYTES } from "../../doors/http/compress.ts";
import { FIXED_ROUTES } from "../../doors/http/fixed-routes.ts";
import { MAX_DEPTH } from "../../doors/http/json-body.ts";
import { MOST_OPEN, MOST_OPEN_OF_ALL, MOST_RUNS } from "../../doors/http/kept-runs.ts";
import { MAX_CONNECTIONS, SERVER_OPTIONS } from "../../doors/http/server-options.ts";
import { type Command, routesOf, scopeOf } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { cell } from "./markdown.ts";

const INTRO = `# HTTP

JSON in, JSON out; the default address is \`http://127.0.0.1:4400\`. A running server describes itself in \`/openapi.json\`
with all types. \`scope\` is what a token needs: \`public\` nothing, \`hook\` the secret of its source.`;

const COMMANDS = `## Commands

Every command runs with \`POST /v1/commands/<id>\` and its input as JSON, answered with \`{"result":...}\`, or with 202 and
\`{"run":"<id>"}\` when it takes longer (\`GET /v1/runs/<id>\`). \`Idempotency-Key\` makes a repeated call harmless.`;

const LIMITS_INTRO = `## Limits

What goes beyond one is refused, with an error that says so; nothing is stored then.`;

const mib = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;
const seconds = (ms: number): string => `${ms / 1000} s`;

const LIMITS: ReadonlyArray<readonly [what: string, limit: string, answer: string]> = [
  ["body of a hook, of `/v1/events` and `/v1/spool`", mib(HOOK_BODY_BYTES), "413"],
  ["body of everything else", mib(JSON_BODY_BYTES), "413"],
  ["depth of JSON", `${MAX_DEPTH} levels`, "400"],
  [
    "all bodies that are held at one moment",
    `${mib(BODY_BUDGET_BYTES)}; the slow ones give way first; above half of it one address (but this machine) holds at most ${ADDRESS_SHARE * 100} %`,
    "503",
  ],
  [
    "a body on its way",
    `after ${seconds(SLOW_LOOKS * BODY_LOOK_MS)}: ${SLOWEST_BYTES_PER_SECOND / 1024} KiB a second on average, and never still for that long`,
    "400",
  ],
  ["a whole request", seconds(SERVER_OPTIONS.requestTimeout), "408"],
  [
    "headers",
    `${SERVER_OPTIONS.http.maxHeaderSize / 1024} KiB, within ${seconds(SERVER_OPTIONS.http.headersTimeout)}`,
    "431, 408",
  ],
  ["one part of a path", `${SERVER_OPTIONS.routerOptions.maxParamLength} characters`, "400"],
  ["connections at once", String(MAX_CONNECTIONS), "closed"],
  ["event streams at once", String(MAX_STREAMS), "429"],
  [
    "commands that go on after their request",
    `${MOST_OPEN} of one principal, ${MOST_OPEN_OF_ALL} of all; the newest ${MOST_RUNS} are remembered`,
    "429",
  ],
  ["wrong tokens", `${WRONG_TOKENS} an address and minute`, "429"],
  ["requests", "`rateLimit` in vice.server.yaml; none on loopback", "429"],
];

const QUERY = `A query parameter that the route does not know is refused with 400 and the nearest name. Answers above
${MIN_COMPRESSED_BYTES / 1024} KiB are compressed for clients that send \`Accept-Encoding: gzip\`.`;

interface Row {
  method: string;
  path: string;
  scope: string;
  summary: string;
}

export function httpPage(commands: readonly Command<Services>[]): string {
  const own = commands.flatMap((command): Row[] => {
    const { summary } = command;
    const scope = scopeOf(command as Command<never>);
    return routesOf(command).map((route) => ({ ...route, scope, summary }));
  });
  const fixed = FIXED_ROUTES.map(
    ({ method, path, access, summary }): Row => ({
      method,
      path,
      scope: access === "command" ? "the command's" : access,
      summary,
    }),
  );
  const routes = [...own, ...fixed].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  const table = routes.map(
    ({ method, path, scope, summary }) => `| \`${method} ${path}\` | ${scope} | ${cell(summary)} |`,
  );
  const list = [...commands]
    .sort((a, b) => compare(a.id, b.id))
    .map(
      (command) => `| \`${command.id}\` | ${scopeOf(command as Command<never>)} | ${cell(command.summary)} |`,
    );
  const head = "|---|---|---|";
  const limits = LIMITS.map(([what, limit, status]) => `| ${what} | ${limit} | ${status} |`);
  const limitTable = [LIMITS_INTRO, "", "| what | at most | else |", head, ...limits];
  return `${[INTRO, "", QUERY, "", "## Routes", "", "| route | scope | does |", head, ...table, "", COMMANDS, "", "| id | scope | does |", head, ...list, "", ...limitTable].join("\n")}\n`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
