/** `tls`: the certificate is trusted, is for the names that it should be for, and does not expire soon. */
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import { z } from "zod";
import { duration } from "../../domain/pipeline/forms.ts";
import { checkForm, port } from "../../domain/verify/forms.ts";
import type { CheckAnswer, Checker } from "../../ports/check.ts";
import { failure, hidden } from "./answer.ts";
import { assertOpen, openLookup, sayConnection } from "./reach.ts";

const DAY_MS = 86_400_000;

const schema = checkForm("tls", {
  host: z.string().min(1),
  port: port.default(443),
  names: z.array(z.string().min(1)).default([]).describe("Names that it must be for; else the host"),
  expires: duration.default(14 * DAY_MS).describe("It must be valid for at least so long: 14d"),
  ca: z.string().min(1).optional().describe("File with certificates that are trusted"),
  trusted: z.boolean().default(true).describe("false: whoever signed it"),
});
type TlsSpec = z.output<typeof schema>;

interface Met {
  certificate: PeerCertificate;
  /** Why it is not trusted. */
  distrust: unknown;
}

export const tlsCheck: Checker<TlsSpec> = {
  kind: "tls",
  about: "A certificate: trusted, for the right names, valid long enough",
  schema,
  subject: ({ host, port: number }) => `${host}:${number}`,
  run: async (call) => {
    const { spec, cwd, signal } = call;
    const { host, port: number, ca } = spec;
    try {
      const pem = ca === undefined ? undefined : await readFile(resolve(cwd, ca), "utf8");
      return hidden(call, judged(spec, await meet(spec, pem, signal)));
    } catch (error) {
      return failure(`${host}:${number}: ${sayConnection(error)}`);
    }
  },
};

function meet(
  { host, port: number, names }: TlsSpec,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<Met> {
  const [servername = host] = names;
  return new Promise((done, failed) => {
    assertOpen(host);
    const socket = connect({
      ...{ host, port: number, lookup: openLookup },
      // What is wrong is told below, all of it.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(isIP(servername) === 0 ? { servername: servername.replace(/^\*\./, "any.") } : {}),
      ...(ca === undefined ? {} : { ca }),
    });
    const stop = (): void => void socket.destroy(new Error("it does not answer"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    socket.on("close", () => signal.removeEventListener("abort", stop));
    socket.on("error", failed);
    socket.on("secureConnect", () => {
      const certificate = socket.getPeerCertificate();
      const distrust = socket.authorized ? null : { code: socket.authorizationError, message: "" };
      socket.destroy();
      done({ certificate, distrust });
    });
  });
}

function judged(spec: TlsSpec, { certificate, distrust }: Met): CheckAnswer {
  const { host, names, expires, trusted } = spec;
  const end = Date.parse(certificate.valid_to);
  if (Number.isNaN(end)) return failure("it showed no certificate");
  const leftMs = end - Date.now();
  const strangers = (names.length === 0 ? [host] : names).filter(
    (name) => checkServerIdentity(name.replace(/^\*\./, "any."), certificate) !== undefined,
  );
  const hasEnded = leftMs <= 0;
  const wrong = [
    ...(hasEnded ? [`its certificate expired on ${iso(end)}`] : []),
    ...(!hasEnded && leftMs < expires ? [`its certificate expires in ${days(leftMs)}, on ${iso(end)}`] : []),
    ...(strangers.length > 0 ? [`its certificate is not for ${strangers.join(", ")}`] : []),
    ...(trusted && distrust !== null && !hasEnded ? [sayConnection(distrust)] : []),
  ];
  if (wrong.length === 0) return { error: null, captures: {} };
  const expected = `valid for ${days(expires)}, for ${names.length === 0 ? host : names.join(", ")}`;
  const actual = `until ${iso(end)}, for ${certificate.subjectaltname ?? certificate.subject.CN ?? "nobody"}`;
  return { error: wrong.join("; "), expected, actual, captures: {} };
}

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const days = (ms: number): string => {
  const count = Math.floor(ms / DAY_MS);
  return `${count} ${count === 1 ? "day" : "days"}`;
};
