/** Sends the scenes where real ones would arrive: webhooks to the signed intake, local records to the spool, commits to the API. */
import { loadSource } from "../../adapters/source/table.ts";
import type { SpoolRecord } from "../../domain/spool.ts";
import { appendLines } from "../../doors/cli/wrapper/spool.ts";
import { sign } from "../../parts/data/sources/sign.ts";
import type { Secrets } from "./config.ts";
import { type CommitScene, type Hook, isCommits, isLocal, type LocalScene, type Scene } from "./story.ts";

export interface Sender {
  /** Resolves when the server has acknowledged it. @throws Error when it was refused or nobody answers */
  send(scene: Scene): Promise<void>;
  /** Local records together: one write. */
  record(scenes: readonly LocalScene[]): void;
  /** As `vice data import git` does it: many commits at once. */
  tell(scenes: readonly CommitScene[]): Promise<void>;
}

export interface SenderOptions {
  /** Address of the server. */
  url: string;
  secrets: Secrets;
  /** The spool of the server's home. */
  spoolFolder: string;
  signal: AbortSignal;
  now: () => number;
}

export function createSender({ url, secrets, spoolFolder, signal, now }: SenderOptions): Sender {
  const record = (scenes: readonly LocalScene[]): void => {
    if (scenes.length > 0) appendLines(spoolFolder, scenes.map(({ record }) => line(record)).join(""));
  };
  const deliver = async ({ source, headers, body }: Hook): Promise<void> => {
    const [scheme] = (await loadSource(source)).schemes;
    if (scheme === undefined) throw new Error(`${source} has no way to prove a delivery`);
    const bytes = Buffer.from(JSON.stringify(body));
    const proof = sign(scheme, secrets[source], bytes, now());
    const answer = await fetch(new URL(`/hooks/${source}`, url), {
      method: "POST",
      headers: { ...headers, ...proof },
      body: bytes,
      signal,
    });
    const said = await answer.text();
    if (answer.status !== 202)
      throw new Error(`${source}: the server answered ${answer.status}: ${said.slice(0, 300)}`);
  };
  const tell = async (scenes: readonly CommitScene[]): Promise<void> => {
    for (const [repository, some] of Map.groupBy(scenes, (scene) => scene.repository)) {
      const commits = some.flatMap((scene) => scene.commits);
      await post(new URL("/v1/commits", url), { repository, commits }, signal);
    }
  };
  const send = async (scene: Scene): Promise<void> => {
    if (isLocal(scene)) record([scene]);
    else if (isCommits(scene)) await tell([scene]);
    else await deliver(scene);
  };
  return { record, tell, send };
}

const line = (record: SpoolRecord): string => `${JSON.stringify(record)}\n`;

/** @throws Error when the server does not take it */
export async function post(url: URL, body: unknown, signal: AbortSignal): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal });
  const text = await answer.text();
  if (!answer.ok)
    throw new Error(`${url.pathname}: the server answered ${answer.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
