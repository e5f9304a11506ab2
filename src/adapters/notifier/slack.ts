/** A Slack incoming webhook, and what understands the same body (Mattermost, Rocket.Chat). The address is the secret. */
import type { ChannelOf } from "../../domain/notify/channel.ts";
import type { Notifier, Outgoing } from "../../ports/notifier.ts";
import { post } from "./http.ts";
import type { NotifierParts } from "./parts.ts";

/** Slack's three control characters ("Formatting text for app surfaces"); then no text can name a channel or a person. */
export const escapeSlack = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Inside `<address|words>` these would end the address. */
const linkTo = (url: string): string =>
  `<${escapeSlack(url.replace(/[<>|\s]/g, encodeURIComponent))}|Look at it>`;

const LONGEST = 2900;

export function slackBody({ text, link }: Outgoing): string {
  const said = escapeSlack(text);
  const shown = said.length <= LONGEST ? said : `${said.slice(0, LONGEST).replace(/&\w*$/, "")}…`;
  const blocks = [
    { type: "section", text: { type: "mrkdwn", text: shown, verbatim: true } },
    ...(link === null ? [] : [{ type: "context", elements: [{ type: "mrkdwn", text: linkTo(link) }] }]),
  ];
  return JSON.stringify({ text: shown, blocks, unfurl_links: false, unfurl_media: false });
}

export const slack = ({ url }: ChannelOf<"slack">, { outbound, now }: NotifierParts): Notifier => ({
  hand: (notice, signal) =>
    post(outbound, url, { headers: {}, body: slackBody(notice) }, { signal, nowMs: now() }),
});
