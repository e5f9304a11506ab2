/** Makes GitHub deployment statuses of about 2 KB, signed as GitHub signs them: load for reliability tests and benchmarks. */
import { createHmac } from "node:crypto";

export const GITHUB_SECRET = "a-secret-for-tests-only";

export interface SignedDelivery {
  /** The vendor's delivery id. */
  id: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Story {
  /** Number of the deployment; equal numbers are one deployment. */
  deployment: number;
  state: "in_progress" | "success" | "failure";
  service?: string;
  environment?: string;
  /** Milliseconds since 1970. */
  atMs?: number;
  /** Bytes of the body, about; the rest is filled as vendors fill theirs: with links. */
  bytes?: number;
}

const START_MS = Date.parse("2026-11-20T10:00:00.000Z");

/** @param id unique for each delivery; the same id and story again is the same delivery again */
export function signedDelivery(id: string, story: Story, secret: string = GITHUB_SECRET): SignedDelivery {
  const body = Buffer.from(JSON.stringify(bodyOf(story)));
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-github-event": "deployment_status",
    "x-github-delivery": id,
    "x-hub-signature-256": `sha256=${signature}`,
  };
  return { id, path: "/hooks/github", headers, body };
}

/** Shape of GitHub docs "Webhook events and payloads", `deployment_status`. */
function bodyOf(story: Story): Record<string, unknown> {
  const { deployment, state, service = "shop", environment = "prod-eu", atMs = START_MS } = story;
  const at = new Date(atMs).toISOString();
  const repository = `https://github.com/example/${service}`;
  const body = {
    action: "created",
    deployment_status: {
      id: deployment * 10 + state.length,
      state,
      created_at: at,
      environment,
      description: `Deployment is ${state}`,
      log_url: `${repository}/runs/${deployment}`,
    },
    deployment: {
      id: deployment,
      sha: deployment.toString(16).padStart(40, "a"),
      ref: `v1.${deployment % 1000}.0`,
      task: "deploy",
      environment,
      created_at: new Date(atMs - 1000).toISOString(),
      creator: { login: `sidney-${deployment % 20}` },
    },
    repository: { id: idOf(service), name: service, full_name: `example/${service}`, html_url: repository },
    sender: { login: `sidney-${deployment % 20}` },
    links: [] as string[],
  };
  const missing = (story.bytes ?? 2048) - JSON.stringify(body).length;
  for (let at = 0; at * 61 < missing; at += 1) {
    body.links.push(`https://api.github.com/repos/example/app/link-${1_000_000 + at}/x`);
  }
  return body;
}

const idOf = (service: string): number =>
  [...service].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7);
