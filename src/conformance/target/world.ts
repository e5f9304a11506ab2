/** What an adapter brings so that the suite can put it to the test, and how the suite calls it. */
import { expect } from "vitest";
import type { Outcome } from "../../domain/pipeline/decide.ts";
import type { ActingVerb, Release, TargetAdapter, TargetCall } from "../../ports/target.ts";

/** A place of its own with what is around it: folders, a server that stands for the vendor. */
export interface TargetWorld {
  /** As a process of vice has it that began just now: what it knows of earlier calls it reads from where it kept it. */
  adapter: () => TargetAdapter;
  /** What stands behind the kind in vice.yaml. */
  spec: unknown;
  cwd: string;
  /**
   * Three that work, in the order of their deployment; each has a version. What runs there prints the value of the
   * variable VICE_TEST_SECRET, where the target hands values on.
   */
  releases: readonly [Release, Release, Release];
  /** One that does not come up, and the verb that has to notice; `null` = the target cannot notice it. */
  broken: { release: Release; verb: ActingVerb } | null;
  /** One with which this verb goes on until it is stopped. */
  endless: { release: Release; verb: ActingVerb } | null;
  /** Past the adapter: the version that is there now; `null` = nothing. */
  truth: () => Promise<string | null>;
  /** Past the adapter: how often something was begun there that must not be done twice. Rises, never falls. */
  effects: () => Promise<number>;
  /** Ends what runs, behind the back of the adapter; absent where vice has nothing to do with that. */
  strike?: () => Promise<void>;
  close: () => Promise<void>;
}

export interface TargetConformance {
  open: () => Promise<TargetWorld>;
  /** Whether it keeps state there, and so must refuse a fencing token that is smaller than the greatest it has seen. */
  fences: boolean;
  /** In this text `logs` has what the running release says; `null` = the target keeps no logs. */
  says: string | null;
  /** What is canceled has to settle within so many milliseconds; default 5,000. */
  settleMs?: number;
}

export interface Check {
  about: string;
  run: () => Promise<void>;
}

export const SECRET = "s3cret-of-the-shop/42";
const PLACE = { project: "example-shop", service: "shop", environment: "staging" };

/** The steps of a deployment, as far as the adapter has them. */
export const DEPLOYING = ["prepare", "start", "health", "switch"] as const satisfies readonly ActingVerb[];

export interface CallOptions {
  former?: Release | null;
  fencingToken?: number;
  attempt?: number;
  signal?: AbortSignal;
  run?: string;
}

/** A world in use: makes the calls as a deployment makes them, and keeps all that was told. */
export class Session {
  readonly world: TargetWorld;
  readonly log: string[] = [];
  /** Everything that came back, as text. */
  readonly told: string[] = [];
  #adapter: TargetAdapter;

  constructor(world: TargetWorld) {
    this.world = world;
    this.#adapter = world.adapter();
  }

  get adapter(): TargetAdapter {
    return this.#adapter;
  }

  /** vice ended, and another process of it begins. */
  restart(): void {
    this.#adapter = this.world.adapter();
  }

  has(verb: ActingVerb): boolean {
    return this.#adapter.acts[verb] !== undefined;
  }

  call(verb: string, release: Release, options: CallOptions = {}): TargetCall {
    const { former = null, fencingToken = 1, attempt = 1, run = `run-of-${release.id}` } = options;
    return {
      place: PLACE,
      spec: this.#adapter.schema.parse(this.world.spec),
      cwd: this.world.cwd,
      release,
      former,
      env: { VICE_TEST_SECRET: SECRET },
      secrets: [SECRET],
      fencingToken,
      run,
      step: verb,
      attempt,
      key: `${run}/${verb}/${attempt}`,
      signal: options.signal ?? new AbortController().signal,
      log: (line) => void this.log.push(line),
    };
  }

  async act(verb: ActingVerb, release: Release, options: CallOptions = {}): Promise<Outcome> {
    const act = this.#adapter.acts[verb];
    if (act === undefined) throw new Error(`the target has no ${verb}`);
    const outcome = await act(this.call(verb, release, options));
    this.told.push(JSON.stringify(outcome));
    return outcome;
  }

  async recover(verb: ActingVerb, release: Release, options: CallOptions = {}) {
    const found = await this.#adapter.recover(verb, this.call(verb, release, options));
    this.told.push(JSON.stringify(found));
    return found;
  }

  /** All of it, as it goes when all is well. */
  async deploy(release: Release, former: Release | null = null): Promise<void> {
    for (const verb of DEPLOYING.filter((each) => this.has(each))) await this.fine(verb, release, { former });
    if (former !== null && this.has("stop")) await this.fine("stop", former, { run: `run-of-${release.id}` });
    if (this.has("cleanup")) await this.fine("cleanup", release, { former });
  }

  /** Those before this one. */
  async upTo(verb: ActingVerb, release: Release, former: Release | null = null): Promise<void> {
    for (const each of DEPLOYING) {
      if (each === verb) return;
      if (this.has(each)) await this.fine(each, release, { former });
    }
  }

  async fine(verb: ActingVerb, release: Release, options: CallOptions = {}): Promise<Outcome> {
    const outcome = await this.act(verb, release, options);
    expect(outcome, `${verb} of ${release.version}`).toMatchObject({ outcome: "succeeded", error: null });
    return outcome;
  }
}

/** A check with a world of its own. */
export const check = (
  { open }: TargetConformance,
  about: string,
  body: (session: Session, world: TargetWorld) => Promise<void>,
): Check => ({
  about,
  run: async () => {
    const world = await open();
    try {
      await body(new Session(world), world);
    } finally {
      await world.close();
    }
  },
});
