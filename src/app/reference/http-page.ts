/** docs/reference/http.md: all routes, and the commands behind `POST /v1/commands/:id`. */
import { FIXED_ROUTES } from "../../doors/http/fixed-routes.ts";
import { type Command, routesOf, scopeOf } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { cell } from "./markdown.ts";

const INTRO = `# HTTP

JSON in, JSON out; the default address is \`http://127.0.0.1:4400\`. A running server describes itself in \`/openapi.json\`
with all types. \`scope\` is what a token needs: \`public\` nothing, \`hook\` the secret of its source.`;

const COMMANDS = `## Commands

Every command runs with \`POST /v1/commands/<id>\` and its input as JSON, answered with \`{"result":...}\`, or with 202 and
\`{"run":"<id>"}\` when it takes longer (\`GET /v1/runs/<id>\`). \`Idempotency-Key\` makes a repeated call harmless.`;

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
  return `${[INTRO, "", "## Routes", "", "| route | scope | does |", head, ...table, "", COMMANDS, "", "| id | scope | does |", head, ...list].join("\n")}\n`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
