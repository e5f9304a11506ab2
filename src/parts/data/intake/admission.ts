/** Lets deliveries in: the source must be known, the sender proven, the body readable. */
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { HookRequest, Sources } from "../../../ports/services.ts";
import type { Source } from "../../../ports/source.ts";
import type { Store } from "../../../ports/store.ts";
import { verify } from "./authenticity.ts";
import { unwrapForm } from "./form-body.ts";
import { openBody } from "./open-body.ts";
import { parseBody } from "./parse-body.ts";

export interface Admission {
  /** @throws ViceError `source.unknown` */
  find(name: string): Promise<Source>;
  /** @returns whether it is verified. @throws ViceError `hook.unsigned` */
  admit(source: Source, request: HookRequest): boolean;
  /** Whether a delivery that is taken anyway (its sender is known by token) is signed too. */
  isProven(source: Source, request: HookRequest): boolean;
  /** The request with a body that is JSON in UTF-8. @throws ViceError `body.*`; the refusal is counted */
  open(source: Source, request: HookRequest): Promise<HookRequest>;
  /** @throws ViceError `body.*`; the refusal is counted */
  parse(request: HookRequest): unknown;
}

interface Parts {
  store: Store;
  sources: Sources;
  now: () => number;
}

export function admissionOf({ store, sources, now }: Parts): Admission {
  const find = async (name: string): Promise<Source> => {
    const source = await sources.get(name);
    if (source !== null) return source;
    const known = sources.names();
    throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
  };

  /** Names of instances come from strangers: only known ones are counted by themselves. */
  const reject = ({ source, instance }: HookRequest, reason: string): void =>
    store.deliveries.rejected(
      source,
      sources.isConfigured(source, instance) ? (instance ?? "") : "",
      reason,
      now(),
    );

  const isProven = (
    source: Source,
    { source: name, instance, headers, rawBody, key }: HookRequest,
  ): boolean => {
    const { secrets, options } = sources.instance(name, instance);
    const schemes = source.schemesFor?.(options) ?? source.schemes;
    return (
      secrets.length > 0 &&
      verify({ schemes, secrets, headers, rawBody, url: { key }, nowMs: now() }).verified
    );
  };

  const admit = (source: Source, request: HookRequest): boolean => {
    const { secrets, options } = sources.instance(request.source, request.instance);
    const schemes = source.schemesFor?.(options) ?? source.schemes;
    if (secrets.length === 0 && request.allowUnsigned) return false;
    if (request.knownSender === true) return isProven(source, request);
    const { headers, rawBody, key } = request;
    const verdict =
      secrets.length === 0
        ? {
            verified: false as const,
            reason: "no secret is set for this source, and unsigned deliveries are only taken in open mode",
          }
        : verify({ schemes, secrets, headers, rawBody, url: { key }, nowMs: now() });
    if (verdict.verified) return true;
    reject(request, verdict.reason);
    throw new ViceError("hook.unsigned", { source: source.title, reason: verdict.reason });
  };

  /** What cannot be read counts as refused; what there is no room for now comes again. */
  const counted = (request: HookRequest, error: unknown): unknown => {
    const isRefusal = !(error instanceof ViceError && error.code === "store.unavailable");
    if (isRefusal) reject(request, error instanceof ViceError ? error.message : "it cannot be read");
    return error;
  };

  const open = async (source: Source, request: HookRequest): Promise<HookRequest> => {
    try {
      return await openBody(source, request);
    } catch (error) {
      throw counted(request, error);
    }
  };

  const parse = (request: HookRequest): unknown => {
    try {
      return parseBody(unwrapForm(request.headers["content-type"], request.rawBody));
    } catch (error) {
      throw counted(request, error);
    }
  };

  return { find, admit, isProven, open, parse };
}
