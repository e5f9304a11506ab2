/** `dns`: a name has the records that it should have. */
import { Resolver } from "node:dns/promises";
import { z } from "zod";
import { checkForm } from "../../domain/verify/forms.ts";
import type { CheckAnswer, Checker } from "../../ports/check.ts";
import { failure, hidden } from "./answer.ts";
import { tools } from "./tools.ts";

const RECORDS = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] as const;

const schema = checkForm("dns", {
  host: z.string().min(1).describe("The name that is asked for"),
  record: z.enum(RECORDS).default("A"),
  server: z.string().min(1).optional().describe("Who is asked: 127.0.0.1:5353; else as this machine does"),
  expect: z
    .strictObject({
      values: z.array(z.string()).min(1).optional().describe("All of these, and others may be there"),
      only: z.boolean().default(false).describe("With values: no others"),
      matches: z.string().optional().describe("A regular expression that one of them fits"),
      exists: z.boolean().default(true).describe("false: there must be none"),
    })
    .prefault({}),
});
type DnsSpec = z.output<typeof schema>;

export const dnsCheck: Checker<DnsSpec> = {
  kind: "dns",
  about: "Records of a name, as this machine or a certain server knows them",
  schema,
  subject: ({ host, record }) => `${record} ${host}`,
  run: async (call) => {
    const { spec, signal } = call;
    const { host, record, server, expect } = spec;
    const resolver = new Resolver({ timeout: 2000, tries: 3 });
    const stop = (): void => resolver.cancel();
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      if (server !== undefined) resolver.setServers([server]);
      const found = recordsOf(await resolver.resolve(host, record));
      return hidden(call, judged(expect, found));
    } catch (error) {
      const isNone = NONE.has(String(Object(error)["code"]));
      if (isNone) return hidden(call, judged(expect, []));
      return failure(`${record} ${host}: ${sayProblem(error)}`);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  },
};

const NONE = new Set(["ENODATA", "ENOTFOUND"]);
const PLAIN: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the server that knows does not listen",
  ETIMEOUT: "the server that knows does not answer",
  ECANCELLED: "the server that knows does not answer",
  ESERVFAIL: "the server that knows has failed",
  EREFUSED: "the server that knows refuses to say",
  ERR_INVALID_IP_ADDRESS: "a server is an address, as 127.0.0.1:5353",
};

const sayProblem = (error: unknown): string => {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return PLAIN[String(code)] ?? String(message ?? code ?? error);
};

/** One text for each, in the order of zone files. */
function recordsOf(found: unknown): string[] {
  const list: unknown[] = Array.isArray(found) ? found : [found];
  return list.map((each) => {
    if (typeof each !== "object" || each === null) return String(each);
    if (Array.isArray(each)) return each.join("");
    const values = Object.entries(each).filter(([key]) => key !== "type");
    return ORDER.concat(values.map(([key]) => key).filter((key) => !ORDER.includes(key)))
      .flatMap((key) => values.find(([name]) => name === key)?.[1] ?? [])
      .join(" ");
  });
}

const ORDER: readonly string[] = [
  "critical",
  "issue",
  "issuewild",
  "priority",
  "weight",
  "port",
  "exchange",
  "name",
];

function judged(
  { values = [], only, matches, exists }: DnsSpec["expect"],
  found: readonly string[],
): CheckAnswer {
  const has = (value: string): boolean => found.some((each) => each.toLowerCase() === value.toLowerCase());
  const lost = values.filter((value) => !has(value));
  const extra = only
    ? found.filter((each) => !values.some((value) => value.toLowerCase() === each.toLowerCase()))
    : [];
  const fits = matches === undefined || found.some((each) => tools.match(matches, each) !== null);
  const wrong = [
    ...(exists && found.length === 0 ? ["there is no such record"] : []),
    ...(!exists && found.length > 0 ? ["there is such a record"] : []),
    ...(exists && lost.length > 0 && found.length > 0 ? [`${lost.join(", ")} is missing`] : []),
    ...(extra.length > 0 ? [`${extra.join(", ")} is too much`] : []),
    ...(fits || found.length === 0 ? [] : [`none fits /${matches}/`]),
  ];
  if (wrong.length === 0) return { error: null, captures: {} };
  const expected = exists
    ? values.join(", ") || (matches === undefined ? "a record" : `/${matches}/`)
    : "none";
  return { error: wrong.join("; "), expected, actual: found.join(", ") || "none", captures: {} };
}
