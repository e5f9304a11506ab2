/** Everything that a call needs to talk to its vendor: the filled-in spec, the client with its credential, the mask. */
import type { Services } from "../../../ports/services.ts";
import type { TargetCall } from "../../../ports/target.ts";
import { maskOf } from "../../process/mask-stream.ts";
import { type Api, createApi } from "./api.ts";
import type { Credentials } from "./credentials.ts";
import type { Entry } from "./journal.ts";
import type { Pace } from "./pace.ts";
import { fillIn, sayMissing } from "./spec.ts";
import { VENDORS } from "./table.ts";
import type { Ask, Vendor } from "./vendor.ts";

export interface Work {
  vendor: Vendor;
  ask: Ask;
  /** Ends its requests with the step. */
  api: Api;
  calm: Api;
  /** `null` = none belongs to the address. */
  token: string | null;
  mask: (text: string) => string;
  /** Why it cannot be said what is to be started. */
  problem: string | null;
}

export interface WorkOptions {
  verb: string;
  call: TargetCall<Readonly<Record<string, unknown>>>;
  entry: Entry | null;
  pace: Pace;
  outbound: Services["outbound"];
  credentials: Credentials;
}

export function workOf({ verb, call, entry, pace, outbound, credentials }: WorkOptions): Work {
  const vendor = VENDORS.find(({ name }) => call.spec[name] !== undefined);
  if (vendor === undefined) throw new Error("a trigger without a vendor");
  const isRollback = entry?.isRollback ?? verb === "rollback";
  const release = entry?.release ?? (isRollback ? (call.former ?? call.release) : call.release);
  const { place, key, run } = call;
  const { spec, missing } = fillIn(call.spec[vendor.name], { place, release, key, run });
  // What was filled in must fit as well as what stands in the file.
  const issue = missing.length > 0 ? undefined : vendor.schema.safeParse(spec).error?.issues[0];
  const unfit = issue === undefined ? null : `${issue.path.join(".")}: ${issue.message}`;
  const problem = missing.length > 0 ? sayMissing(missing) : unfit;
  const base = vendor.urlOf(spec);
  const token = credentials.tokenFor(vendor.name, base);
  const mask = maskOf([...call.secrets, ...partsOf(token)]).text;
  const common = {
    ...{ title: vendor.title, vendor: vendor.name, base, token, pace, mask },
    headers: vendor.headers(token),
    // A project may name any address, also one inside: only who runs vice may let it go there.
    http: outbound(credentials.isNamed(base) ? new URL(base).hostname : null),
    outside: outbound(null),
  };
  const ask: Ask = {
    ...{ spec, place, release, isRollback, key: entry?.key ?? key, run, refs: entry?.refs ?? {} },
    intendedMs: entry === null ? pace.now() : Date.parse(entry.intendedAt),
    note: () => {},
    log: call.log,
  };
  return {
    ...{ vendor, ask, token, mask, problem },
    api: createApi({ ...common, signal: call.signal }),
    calm: createApi({ ...common, signal: new AbortController().signal }),
  };
}

/** Of `user:token` also the token alone, and as it travels. */
const partsOf = (token: string | null): string[] =>
  token === null ? [] : [token, ...token.split(":").slice(1), Buffer.from(token).toString("base64")];
