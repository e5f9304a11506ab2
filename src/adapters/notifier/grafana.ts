/** Marks on the dashboards of Grafana (its documentation, "Annotations HTTP API": POST /api/annotations). */
import type { ChannelOf } from "../../domain/notify/channel.ts";
import { type Notifier, notHanded, type Outgoing } from "../../ports/notifier.ts";
import { post } from "./http.ts";
import type { NotifierParts } from "./parts.ts";

/** Grafana shows the text as HTML that it cleans: nothing of ours is meant as such. */
const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** From when to when, in milliseconds since 1970; without a beginning it is one moment. */
export function annotationOf(
  { kind, text, link, at, since, place }: Outgoing,
  { dashboard, tags }: Pick<ChannelOf<"grafana">, "dashboard" | "tags">,
): Record<string, unknown> {
  const end = Date.parse(at);
  const begin = since === undefined ? Number.NaN : Date.parse(since);
  const said = escapeHtml(text);
  const { service, team, environment, tier } = place;
  const about = [
    ...(service === null ? [] : [`service:${service}`]),
    ...(team === null ? [] : [`team:${team}`]),
    ...(environment === null ? [] : [`environment:${environment}`]),
    ...(tier === null ? [] : [`tier:${tier}`]),
  ];
  return {
    ...(dashboard === undefined ? {} : { dashboardUID: dashboard }),
    ...(begin < end ? { time: begin, timeEnd: end } : { time: end }),
    tags: [...new Set(["vice", kind, ...about, ...tags])],
    text: link === null ? said : `${said} <a href="${escapeHtml(link)}">Look at it</a>`,
  };
}

export const grafana = (channel: ChannelOf<"grafana">, { outbound, now }: NotifierParts): Notifier => ({
  hand: async (notice, signal) => {
    if (!URL.canParse(channel.url)) return notHanded("its url is no address");
    const url = `${channel.url.replace(/\/+$/, "")}/api/annotations`;
    const headers = { authorization: `Bearer ${channel.token}`, accept: "application/json" };
    const body = JSON.stringify(annotationOf(notice, channel));
    return post(outbound, url, { headers, body }, { signal, nowMs: now() });
  },
});
