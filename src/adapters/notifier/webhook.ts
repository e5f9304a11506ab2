/** A webhook to anybody, signed as Standard Webhooks asks: id, timestamp and body under HMAC-SHA256. */
import { createHmac } from "node:crypto";
import type { ChannelOf } from "../../domain/notify/channel.ts";
import { type Notifier, notHanded, type Outgoing } from "../../ports/notifier.ts";
import { post } from "./http.ts";
import type { NotifierParts } from "./parts.ts";

const PREFIX = "whsec_";
const [SHORTEST, LONGEST] = [24, 64];

/** The key of a secret; `null` = it is none (specification, "Signature scheme"). */
export function keyOf(secret: string): Buffer | null {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "";
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  const key = Buffer.from(text, "base64");
  return key.length >= SHORTEST && key.length <= LONGEST ? key : null;
}

export const sign = (key: Buffer, id: string, timestamp: string, body: string): string =>
  `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;

export const webhookBody = ({ kind, at, text, link, place, letter }: Outgoing): string => {
  const { service, team, environment, tier } = place;
  const more =
    letter === undefined ? {} : { title: letter.title, markdown: letter.markdown, html: letter.html };
  const data = { text, link, service, team, environment, tier, ...more };
  return JSON.stringify({ type: `vice.${kind}`, timestamp: at, data });
};

export function webhook({ url, secret }: ChannelOf<"webhook">, { outbound, now }: NotifierParts): Notifier {
  return {
    hand: async (notice, signal) => {
      const key = keyOf(secret);
      if (key === null)
        return notHanded(`its secret is not ${PREFIX} and base64 of ${SHORTEST} to ${LONGEST} bytes`);
      const body = webhookBody(notice);
      const timestamp = String(Math.floor(now() / 1000));
      const headers = {
        "webhook-id": notice.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(key, notice.id, timestamp, body),
      };
      return post(outbound, url, { headers, body }, { signal, nowMs: now() });
    },
  };
}
