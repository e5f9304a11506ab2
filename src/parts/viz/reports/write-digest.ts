/** Writes the digest of a span as a letter: the same report as `vice report digest`, in all the forms that channels show. */
import type { Letter } from "../../../domain/notify/notice.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { digestReport } from "./digest.ts";
import { asHtml } from "./render/as-html.ts";
import { asMail } from "./render/as-mail.ts";
import { asMarkdown } from "./render/as-markdown.ts";

export interface DigestAsked {
  /** Milliseconds since 1970; the end is not included. */
  fromMs: number;
  toMs: number;
  zone: string;
  service: string | undefined;
  team: string | undefined;
  /** Of the page of the digest; `null` = nobody knows its address. */
  link: string | null;
}

/** @returns the letter, and what a line of a chat says of it. @throws ViceError `query.timeout`, `store.unavailable` */
export async function writeDigest(
  { fromMs, toMs, zone, service, team, link }: DigestAsked,
  services: Services,
): Promise<{ text: string; letter: Letter }> {
  const ctx: CommandContext<Services> = {
    services,
    // It reads what everybody may read who is told of deployments.
    principal: { id: "vice", name: "vice", scopes: ["read"] },
    now: () => toMs,
    progress: () => {},
    signal: new AbortController().signal,
  };
  const [since, until] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
  const data = digestReport.output.parse(
    await digestReport.data({ since, until, tz: zone, service, team }, ctx),
  );
  const look = { nowMs: toMs, zone };
  const document = digestReport.render(data, look);
  const { title, summary } = document;
  return {
    text: `${title}\n${summary}`,
    letter: {
      title,
      markdown: asMarkdown(document, look),
      html: asHtml(document, look),
      ...asMail(document, look, link),
    },
  };
}
