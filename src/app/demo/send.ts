/** Sends the scenes of the story where real ones would arrive: webhooks to the signed intake, local records to the spool. */
import { loadSource } from "../../adapters/source/table.ts";
import type { SpoolRecord } from "../../domain/spool.ts";
import { appendLines } from "../../doors/cli/wrapper/spool.ts";
import { sign } from "../../parts/data/sources/sign.ts";
import type { Secrets } from "./config.ts";
import type { Hook, LocalScene, Scene } from "./story.ts";

export interface Sender {
  /** Resolves when the server has acknowledged it. @throws Error when it was refused or nobody answers */
  send(scene: Scene): Promise<void>;
  /** Local records together: one write. */
  record(scenes: readonly LocalScene[]): void;
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
  return { record, send: async (scene) => ("record" in scene ? record([scene]) : deliver(scene)) };
}

const line = (record: SpoolRecord): string => `${JSON.stringify(record)}\n`;
