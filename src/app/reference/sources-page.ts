/** docs/reference/sources.md: the tools that report, how each proves itself, and where its webhook is set up. */
import { loadSources } from "../../adapters/source/table.ts";
import type { Scheme, Source } from "../../ports/source.ts";

const INTRO = `# Sources

Webhooks go to \`POST /hooks/<source>\`, or to \`/hooks/<source>/<instance>\` where there are several of one kind. Secrets:
\`VICE_HOOK_SECRET_<SOURCE>\`, \`vice.server.yaml\`, or \`vice source connect <source>\`. HTTP Basic, a bearer token and an
address with a key (\`/hooks/<source>/<instance>/<key>\`) do for every source.`;

/** Each proof in a few words; the types make sure that none is left out. */
const SAY: { [Type in Scheme["type"]]: (scheme: Extract<Scheme, { type: Type }>) => string } = {
  "hmac-hex": ({ header, prefix, algorithm }) =>
    `HMAC-${algorithm.toUpperCase()} of the body in \`${header}\`, as \`${prefix}<hex>\``,
  "hmac-base64": ({ header }) => `HMAC-SHA256 of the body in \`${header}\`, as base64`,
  token: ({ header }) => `the secret itself in \`${header}\``,
  "standard-webhooks": () =>
    "Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`), at most 5 minutes old",
  basic: () => "HTTP Basic",
  jws: ({ header, issuer }) =>
    `a JSON Web Signature (HS256) of the body's SHA-256 in \`${header}\`, issued by \`${issuer}\``,
  "header-pair": ({ userHeader, passwordHeader }) =>
    `user and password in \`${userHeader}\` and \`${passwordHeader}\``,
  bearer: () => "`Authorization: Bearer <secret>`",
};

const sayScheme = (scheme: Scheme): string => SAY[scheme.type](scheme as never);

export async function sourcesPage(): Promise<string> {
  const sources = await loadSources();
  return `${[INTRO, ...[...sources.values()].map(section)].join("\n\n")}\n`;
}

function section({ name, title, schemes, setup, poller }: Source): string {
  const proofs = schemes.length === 0 ? "none of its own" : schemes.map(sayScheme).join("; ");
  const poll =
    poller === undefined
      ? ""
      : "\n\nIt can be read from vice's side too, where a firewall keeps webhooks out (`poll` in `vice.server.yaml`).";
  const steps = setup.map((step, at) => `${at + 1}. ${step}`).join("\n");
  return `## ${title}\n\nAddress: \`/hooks/${name}\`. Proof: ${proofs}.${poll}\n\n${steps}`;
}
