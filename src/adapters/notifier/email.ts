/** Mail by SMTP: one message with text and HTML. STARTTLS is demanded unless the configuration says otherwise. */
import { readFile } from "node:fs/promises";
import { createTransport, type SendMailOptions } from "nodemailer";
import type { ChannelOf } from "../../domain/notify/channel.ts";
import { type Letter, oneLine } from "../../domain/notify/notice.ts";
import { type Handed, type Notifier, notHanded, type Outgoing } from "../../ports/notifier.ts";

const TIMEOUT_MS = 10_000;
const LONGEST_SUBJECT = 150;
const PORTS = { starttls: 587, tls: 465, none: 25 } as const;

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Headers are made from one line each, so that no text can begin another one. */
export function mailOf(
  notice: Outgoing,
  { from, to }: Pick<ChannelOf<"email">, "from" | "to">,
): SendMailOptions {
  const { id, text, link, at, letter } = notice;
  const domain = /@([^\s<>@]+?)>?$/.exec(from)?.[1] ?? "localhost";
  const shown = `<p>${text.split("\n").map(escapeHtml).join("<br>")}</p>`;
  return {
    ...{ from, to },
    subject: oneLine(text.split("\n")[0] ?? "", LONGEST_SUBJECT),
    text: withLink(letter?.markdown.trimEnd() ?? text, link),
    html: letter?.mail ?? `${shown}${link === null ? "" : linkTo(link)}`,
    ...(letter === undefined ? {} : { attachments: attachmentsOf(letter) }),
    messageId: `<${id}@${domain}>`,
    date: new Date(at),
    headers: { "auto-submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

const withLink = (text: string, link: string | null): string =>
  link === null ? `${text}\n` : `${text}\n\n${link}\n`;

const linkTo = (link: string): string => `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`;

/** The pictures that the mail shows, and the whole as a file for programs that show no SVG. */
const attachmentsOf = ({ pictures, html }: Letter): NonNullable<SendMailOptions["attachments"]> => [
  ...pictures.map(({ name, svg }) => ({
    ...{ filename: `${name}.svg`, cid: name, content: svg, contentType: "image/svg+xml" },
    contentDisposition: "inline" as const,
  })),
  { filename: "digest.html", content: html, contentType: "text/html; charset=utf-8" },
];

export function email(config: ChannelOf<"email">): Notifier {
  const { host, security, user, password, caFile } = config;
  return {
    hand: async (notice, signal) => {
      try {
        const ca = caFile === undefined ? {} : { ca: await readFile(caFile, "utf8") };
        const transport = createTransport({
          host,
          port: config.port ?? PORTS[security],
          secure: security === "tls",
          requireTLS: security === "starttls",
          ignoreTLS: security === "none",
          ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
          tls: { minVersion: "TLSv1.2", ...ca },
          connectionTimeout: TIMEOUT_MS,
          greetingTimeout: TIMEOUT_MS,
          socketTimeout: TIMEOUT_MS,
        });
        const stop = (): void => transport.close();
        signal.addEventListener("abort", stop, { once: true });
        try {
          const { rejected } = await transport.sendMail(mailOf(notice, config));
          // Those that took it have it: the whole again would be twice for them.
          return rejected.length === 0
            ? { delivered: true }
            : notHanded(`${host} refused ${rejected.length} of ${config.to.length} receivers`, {
                retry: false,
              });
        } finally {
          signal.removeEventListener("abort", stop);
          transport.close();
        }
      } catch (error) {
        return judge(error, config);
      }
    },
  };
}

/** What a server refuses for good (5yz, RFC 5321 section 4.2.1) is not tried again; a wrong password can be mended. */
function judge(error: unknown, { host, user, password }: ChannelOf<"email">): Handed {
  const { code, responseCode, message } = Object(error) as Record<string, unknown>;
  const isSetUp = code === "EAUTH" || code === "ETLS" || code === "ENOAUTH";
  const isForGood = typeof responseCode === "number" && responseCode >= 500 && !isSetUp;
  const said = oneLine(typeof message === "string" ? message : "the call failed", 200);
  const secrets = [
    password,
    user === undefined ? undefined : Buffer.from(`\0${user}\0${password}`).toString("base64"),
  ];
  const clean = secrets.reduce<string>(
    (text, secret) => (secret === undefined || secret === "" ? text : text.replaceAll(secret, "***")),
    said,
  );
  return notHanded(`${host}: ${clean}`, { retry: !isForGood });
}
