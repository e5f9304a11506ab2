/** Which addresses a call may go to: public ones, by the IANA special-purpose registries for IPv4 and IPv6. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

const SPECIAL_V4: ReadonlyArray<readonly [net: string, prefix: number]> = [
  ["0.0.0.0", 8], // this host
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared address space of carriers, and of Tailscale
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, with the metadata service of every cloud
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/** Inside 2000::/3, the only block of public addresses. */
const SPECIAL_V6: ReadonlyArray<readonly [net: string, prefix: number]> = [
  ["2001::", 23], // protocol assignments, Teredo
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4 carries any IPv4 address
  ["3fff::", 20], // documentation
];

const special = new BlockList();
for (const [net, prefix] of SPECIAL_V4) special.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of SPECIAL_V6) special.addSubnet(net, prefix, "ipv6");
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

/** Blocks whose last 32 bits are an IPv4 address that the packet really goes to: mapped, and NAT64 (RFC 6052). */
const CARRIES_V4 =
  /^(?:0000:0000:0000:0000:0000:ffff|0064:ff9b:0000:0000:0000:0000):([0-9a-f]{4}):([0-9a-f]{4})$/;

/** Whether an address is one of the public internet. What is no address is not public. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  const [, high, low] = CARRIES_V4.exec(expand(address)) ?? [];
  if (high !== undefined && low !== undefined) return isPublicAddress(dotted(high + low));
  return global.check(address, "ipv6") && !special.check(address, "ipv6");
}

const dotted = (hex: string): string =>
  [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(".");

/** All eight groups with four digits; the URL parser turns a dotted tail into groups. */
function expand(address: string): string {
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = short.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill("0"), ...right]
    .map((group) => group.padStart(4, "0"))
    .join(":");
}
