/** The kinds of checks that there are. */
import type { Checker, CheckerParts, Checkers } from "../../ports/check.ts";
import { maskOf } from "../process/mask-stream.ts";
import { commandCheck } from "./command.ts";
import { createCookies } from "./cookies.ts";
import { deployedCheck } from "./deployed.ts";
import { dnsCheck } from "./dns.ts";
import { httpCheck } from "./http.ts";
import { tcpCheck } from "./tcp.ts";
import { tlsCheck } from "./tls.ts";

const tableOf = ({ processes }: CheckerParts): readonly Checker[] => [
  httpCheck,
  tcpCheck,
  tlsCheck,
  dnsCheck,
  commandCheck(processes),
  deployedCheck(processes),
];

/** What vice itself works with is not for checks. */
const OWN = /^VICE_/;

export function createCheckers(
  parts: CheckerParts,
  env: Readonly<Record<string, string | undefined>>,
): Checkers {
  const table = new Map(tableOf(parts).map((checker) => [checker.kind, checker]));
  return {
    kinds: () => [...table.keys()],
    get: (kind) => table.get(kind) ?? null,
    secret: (name) => (OWN.test(name) ? null : (env[name] ?? null)),
    cookies: () => createCookies(),
    mask: (text, secrets) => maskOf(secrets).text(text),
    done: (run) => parts.processes.forget(run),
  };
}
