/** Where checks may go: anywhere that the owner of a project names, except the places where clouds keep their keys. */
import { lookup } from "node:dns";
import { BlockList, isIP, isIPv4, type LookupFunction } from "node:net";

/** The metadata service of a cloud hands credentials to whoever asks from the machine. */
const closed = new BlockList();
closed.addSubnet("169.254.0.0", 16, "ipv4");
closed.addAddress("100.100.100.200", "ipv4");
closed.addAddress("192.0.0.192", "ipv4");
closed.addSubnet("fe80::", 10, "ipv6");
closed.addAddress("fd00:ec2::254", "ipv6");
closed.addAddress("fd20:ce::254", "ipv6");
// The same, carried within IPv6: mapped, NAT64 and 6to4.
closed.addSubnet("::ffff:169.254.0.0", 112, "ipv6");
closed.addSubnet("64:ff9b::169.254.0.0", 112, "ipv6");
closed.addSubnet("2002:a9fe::", 32, "ipv6");

export const isClosed = (address: string): boolean =>
  isIP(address) !== 0 && closed.check(address, isIPv4(address) ? "ipv4" : "ipv6");

export class ClosedAddress extends Error {
  constructor(host: string) {
    super(`${host} is a link-local or metadata address, where checks never go`);
  }
}

/** A host name or address as it stands in a URL. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");

/** @throws ClosedAddress for an address that is written out */
export function assertOpen(host: string): void {
  if (isClosed(bare(host))) throw new ClosedAddress(host);
}

/** What was looked at is what is connected to. */
export const openLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (problem, addresses) => {
    if (problem !== null) return done(problem, []);
    if (addresses.some(({ address }) => isClosed(bare(address)))) return done(new ClosedAddress(host), []);
    const [first] = addresses;
    if (options.all === true) return done(null, addresses);
    return first === undefined
      ? done(new Error(`${host} has no address`), [])
      : done(null, first.address, first.family);
  });
};

const PLAIN: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "nobody knows this name",
  EAI_AGAIN: "the name cannot be resolved now",
  ECONNRESET: "the connection was broken off",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself (ca: file.pem trusts it)",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody known (ca: file.pem trusts it)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody known (ca: file.pem trusts it)",
  CERT_HAS_EXPIRED: "its certificate has expired",
};

/** What a failed connection means. */
export function sayConnection(error: unknown): string {
  const { code, errors, message } = Object(error) as {
    code?: unknown;
    errors?: unknown[];
    message?: unknown;
  };
  if (typeof code === "string" && PLAIN[code] !== undefined) return PLAIN[code];
  if (Array.isArray(errors) && errors.length > 0) return sayConnection(errors[0]);
  return typeof message === "string" && message !== "" ? message : String(code ?? error);
}
