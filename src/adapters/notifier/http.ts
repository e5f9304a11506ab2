/** What channels over HTTP share: a call whose answer is judged, and problems that never name a path, which may be a secret. */
import { toViceError } from "../../kit/errors.ts";
import { retryAfterMs } from "../../kit/retry-after.ts";
import { type Handed, notHanded } from "../../ports/notifier.ts";
import type { OutboundHttp } from "../../ports/outbound.ts";

/** The same again would be refused again. 404 is none of them: a channel that was set up wrong can be mended. */
const FOR_GOOD = new Set([400, 405, 410, 413, 415, 422]);

export async function post(
  outbound: (ownHost: string | null) => OutboundHttp,
  url: string,
  { headers, body }: { headers: Record<string, string>; body: string },
  { signal, nowMs }: { signal: AbortSignal; nowMs: number },
): Promise<Handed> {
  if (!URL.canParse(url)) return notHanded("its url is no address");
  const { hostname, host } = new URL(url);
  try {
    const sent = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      signal,
    };
    const answer = await outbound(hostname).send(url, sent);
    if (answer.status >= 200 && answer.status < 300) return { delivered: true };
    const retry = !FOR_GOOD.has(answer.status);
    return notHanded(`${host} answered ${answer.status}`, {
      retry,
      afterMs: retryAfterMs(answer.headers["retry-after"], nowMs),
    });
  } catch (error) {
    const { problem } = toViceError(error).details;
    return notHanded(
      `${host} cannot be reached: ${typeof problem === "string" ? problem : "the call failed"}`,
    );
  }
}
