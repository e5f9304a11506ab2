/** Resolves a name once and hands on only addresses that may be called: what was checked is what is connected to. */
import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./address-rules.ts";

/** A call was about to go to an address that is not public. */
export class PrivateAddress extends Error {
  constructor(host: string, address: string) {
    super(`${host} is at ${address}, which is not a public address`);
    this.name = "PrivateAddress";
  }
}

/** All addresses of a name. */
export type Resolve = (
  host: string,
  options: { family: number | "IPv4" | "IPv6"; hints: number },
  done: (problem: Error | null, addresses: LookupAddress[]) => void,
) => void;

const bySystem: Resolve = (host, options, done) => lookup(host, { ...options, all: true }, done);

/** @param mayBePrivate whether this host was named in the configuration */
export function pinnedLookup(
  mayBePrivate: (host: string) => boolean,
  resolve: Resolve = bySystem,
): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { family: options.family ?? 0, hints: options.hints ?? 0 }, (problem, addresses) => {
      if (problem !== null) return callback(problem, []);
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      if (refused !== undefined && !mayBePrivate(host)) {
        return callback(new PrivateAddress(host, refused.address), []);
      }
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return first === undefined
        ? callback(new Error(`${host} has no address`), [])
        : callback(null, first.address, first.family);
    });
  };
}
