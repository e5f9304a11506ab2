// A trigger target at a fake vendor, as the conformance suite and the tests of each vendor use it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRestrictedHttp } from "../../src/adapters/http-client/restricted.ts";
import { triggerTarget } from "../../src/adapters/target/trigger/index.ts";
import { type TargetWorld, targetConformance } from "../../src/conformance/target.ts";
import type { Release, TargetAdapter, TargetCall } from "../../src/ports/target.ts";
import { BROKEN, ENDLESS, type FakeVendor } from "./server.ts";

/** In a hurry: the waits of minutes take milliseconds. */
export const HURRY = {
  firstMs: 4,
  mostMs: 20,
  longestMs: 40,
  cancelMs: 2000,
  killMs: 1000,
  patienceMs: 400,
  settle: 0.02,
};

export const releaseOf = (version: string, at: number): Release => ({
  ...{ id: `0193-release-${at}`, version, commitSha: null, artifact: null },
});

export const openHome = (): string => mkdtempSync(join(tmpdir(), "vice-trigger-"));

export interface TargetOptions {
  home: string;
  env?: Readonly<Record<string, string>>;
  allowPrivateHosts?: readonly string[];
  pace?: Partial<typeof HURRY>;
}

export const targetOf = ({
  home,
  env = {},
  allowPrivateHosts = [],
  pace = {},
}: TargetOptions): TargetAdapter =>
  triggerTarget({
    outbound: (ownHost) => createRestrictedHttp({ allowPrivateHosts, ownHost }),
    ...{ home, sources: [], env, pace: { ...HURRY, ...pace } },
  }) as TargetAdapter;

/** A world for the conformance suite. */
export function worldOf(fake: FakeVendor, spec: unknown, env: Readonly<Record<string, string>>): TargetWorld {
  const home = openHome();
  return {
    adapter: () => targetOf({ home, env }),
    ...{ spec, cwd: home },
    releases: [releaseOf("1.4.1", 1), releaseOf("1.4.2", 2), releaseOf("1.4.3", 3)],
    broken: { release: releaseOf(BROKEN, 4), verb: "switch" },
    endless: { release: releaseOf(ENDLESS, 5), verb: "switch" },
    truth: async () => fake.truth(),
    effects: async () => fake.runs.length,
    close: async () => {
      await fake[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export interface Called {
  call: TargetCall;
  lines: string[];
  control: AbortController;
}

export function callOf(adapter: TargetAdapter, spec: unknown, over: Partial<TargetCall> = {}): Called {
  const lines: string[] = [];
  const control = new AbortController();
  const call: TargetCall = {
    place: { project: "example-shop", service: "shop", environment: "staging" },
    spec: adapter.schema.parse(spec),
    cwd: "/",
    release: releaseOf("1.4.2", 2),
    former: null,
    ...{
      env: {},
      secrets: [],
      fencingToken: 1,
      run: "run-1",
      step: "switch",
      attempt: 1,
      key: "run-1/switch/1",
    },
    signal: control.signal,
    log: (line) => void lines.push(line),
    ...over,
  };
  return { call, lines, control };
}

/** The conformance suite at one vendor. */
export function conformanceAt(
  vendor: string,
  open: () => Promise<FakeVendor>,
  spec: (url: string) => object,
  token: string,
): void {
  targetConformance(`trigger ${vendor}`, {
    open: async () => {
      const fake = await open();
      return worldOf(fake, spec(fake.url), tokenFor(vendor, fake, token));
    },
    ...{ fences: true, says: "deploying 1.4.1" },
  });
}

export const tokenFor = (
  vendor: string,
  { url }: { url: string },
  token: string,
): Record<string, string> => ({
  [`VICE_TRIGGER_TOKEN_${vendor.toUpperCase()}`]: `${url} ${token}`,
});

export interface Site {
  fake: FakeVendor;
  home: string;
  /** As a new process of vice has it. */
  target: (over?: Partial<TargetOptions>) => TargetAdapter;
  call: (over?: Partial<TargetCall>) => Called;
}

/** One test with a vendor, a home and calls of its own. */
export async function atSite(
  open: () => Promise<FakeVendor>,
  { vendor, token, spec }: { vendor: string; token: string; spec: (url: string) => object },
  body: (site: Site) => Promise<void>,
): Promise<void> {
  await using fake = await open();
  const home = openHome();
  const target: Site["target"] = (over = {}) =>
    targetOf({ home, env: tokenFor(vendor, fake, token), ...over });
  try {
    await body({ fake, home, target, call: (over) => callOf(target(), spec(fake.url), over) });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Acts and expects the verb to be there. */
export async function act(adapter: TargetAdapter, verb: "prepare" | "switch" | "rollback", call: TargetCall) {
  const found = adapter.acts[verb];
  if (found === undefined) throw new Error(`no ${verb}`);
  return found(call);
}
