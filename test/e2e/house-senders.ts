/** Sends recorded payloads as their vendors do: with curl, each in the vendor's own way of proving who sends. */
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { fixturePath } from "../fixtures-dir.ts";
import { needs } from "../needs.ts";

/** One secret for each tool; GitHub's is in rotation. */
export const SECRETS = {
  gitlab: "gitlab-secret-for-tests",
  heroku: "heroku-secret-for-tests",
  octopus: "octopus-secret-for-tests",
  jenkins: "jenkins-secret-for-tests",
  github: "github-secret-for-tests",
  teamcity: "teamcity-secret-for-tests",
  valuestream: "valuestream-secret-for-tests",
} as const;

export type Tool = keyof typeof SECRETS;

/** `VICE_HOOK_SECRET_*` for a server. */
export function secretVariables(): Record<string, string> {
  const plain = Object.entries(SECRETS).map(([tool, secret]) => [secretVariable(tool), secret]);
  const rotating = JSON.stringify(["the-former-github-secret", SECRETS.github]);
  return { ...Object.fromEntries(plain), [secretVariable("github")]: rotating };
}

const secretVariable = (tool: string): string => `VICE_HOOK_SECRET_${tool.toUpperCase()}`;

export interface Delivery {
  tool: Tool;
  /** Below the folder of recorded webhooks, or the body itself. */
  body: string | Record<string, unknown>;
  /** The vendor's name of the event, where it stands in a header. */
  event?: string;
  /** The vendor's id of the delivery, where it stands in a header. */
  id?: string;
}

/** The bytes as the vendor sent them; some are recorded inside an envelope. */
export function bytesOf({ body }: Delivery): Buffer {
  if (typeof body !== "string") return Buffer.from(JSON.stringify(body));
  const raw = readFileSync(fixturePath(body));
  const parsed = JSON.parse(raw.toString("utf8")) as { payload?: unknown; eventType?: string };
  const isEnvelope = parsed.payload !== undefined && /^(jenkins|valuestream-http)\//.test(body);
  return isEnvelope ? Buffer.from(JSON.stringify(parsed.payload)) : raw;
}

const hmac = (secret: string, body: Buffer, form: "hex" | "base64"): string =>
  createHmac("sha256", secret).update(body).digest(form);
const basic = (secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`vice:${secret}`).toString("base64")}`,
});

/** How each vendor proves it, from the vendor's documentation (shared reference "sources"). */
const PROOF: Record<Tool, (body: Buffer, secret: string) => Record<string, string>> = {
  gitlab: (_body, secret) => ({ "x-gitlab-token": secret }),
  heroku: (body, secret) => ({ "heroku-webhook-hmac-sha256": hmac(secret, body, "base64") }),
  octopus: (_body, secret) => ({ "x-octopus-webhook-secret": secret }),
  jenkins: (_body, secret) => basic(secret),
  github: (body, secret) => ({ "x-hub-signature-256": `sha256=${hmac(secret, body, "hex")}` }),
  teamcity: (_body, secret) => basic(secret),
  valuestream: (body, secret) => ({ "x-vs-signature": hmac(secret, body, "hex") }),
};

function vendorHeaders({ tool, event, id }: Delivery): Record<string, string> {
  if (tool === "github") return { "x-github-event": event ?? "", "x-github-delivery": id ?? "" };
  return tool === "gitlab" ? { "x-gitlab-event": event ?? "" } : {};
}

export interface HookAnswer {
  status: number;
  outcome?: string;
  reason?: string | null;
  activities?: string[];
  error?: { code: string; message: string; hint: string };
}

/** @param proof false sends it unsigned; a text signs with that secret */
export async function send(
  url: string,
  delivery: Delivery,
  proof: boolean | string = true,
): Promise<HookAnswer> {
  const body = bytesOf(delivery);
  const secret = typeof proof === "string" ? proof : SECRETS[delivery.tool];
  const headers = {
    ...vendorHeaders(delivery),
    ...(proof === false ? {} : PROOF[delivery.tool](body, secret)),
  };
  const path = delivery.tool === "valuestream" ? "/customhttp" : `/hooks/${delivery.tool}`;
  return curl(`${url}${path}`, headers, body);
}

async function curl(url: string, headers: Record<string, string>, body: Buffer): Promise<HookAnswer> {
  const all = Object.entries({ "content-type": "application/json", ...headers });
  const options = all.flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const args = ["-sS", "--max-time", "20", "-w", "\n%{http_code}", ...options, "--data-binary", "@-", url];
  const running = promisify(execFile)(needs("curl").path("curl"), args);
  running.child.stdin?.end(body);
  const { stdout } = await running;
  const at = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(at + 1)), ...(JSON.parse(stdout.slice(0, at)) as object) };
}
