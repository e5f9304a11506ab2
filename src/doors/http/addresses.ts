/** Says which addresses and Host headers mean this machine. */
import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** IPv4 in IPv6 clothes (`::ffff:127.0.0.1`) as plain IPv4. */
export const plainAddress = (address: string): string =>
  address.toLowerCase().startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;

export function isLoopbackAddress(given: string): boolean {
  if (given === "127.0.0.1" || given === "::1") return true;
  const address = plainAddress(given);
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 6 ? "ipv6" : "ipv4");
}

/** `localhost`, 127.0.0.0/8 or ::1, as a name to listen on. */
export const isLoopbackHost = (host: string): boolean =>
  host.toLowerCase() === "localhost" || isLoopbackAddress(host.replace(/^\[|\]$/g, ""));

/** The same for a Host header, with any port. Names that only resolve to this machine do not count (DNS rebinding). */
export function isLoopbackHostHeader(header: string | undefined): boolean {
  const [, host] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(header ?? "") ?? [];
  return host !== undefined && isLoopbackHost(host);
}

/** Addresses and networks (`10.0.0.0/8`) as a test; words that are neither are left out. */
export function addressTest(words: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const word of words) {
    const [address = "", bits] = word.split("/");
    const version = isIP(address);
    if (version === 0) continue;
    const type = version === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(bits), type);
  }
  return (given) => {
    const address = plainAddress(given);
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? "ipv6" : "ipv4");
  };
}
