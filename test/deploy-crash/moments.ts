// Moments in a deployment, and what happens in them: the log and the targets of a wired vice are wrapped, not changed.
import { triggerTarget } from "../../src/adapters/target/trigger/index.ts";
import type { Wired } from "../../src/app/wire.ts";
import type { ActingVerb, TargetAdapter, TargetCall, Targets } from "../../src/ports/target.ts";

/**
 * `intended`: the intent is durable and nothing was done. `during`: so many milliseconds after the target began.
 * `ended`: all is done, and nobody has noted it.
 */
export interface Moment {
  step: string;
  when: "intended" | "during" | "ended";
  afterMs?: number;
}

export const sayMoment = ({ step, when, afterMs }: Moment): string =>
  `${when} ${step}${afterMs === undefined ? "" : ` +${afterMs} ms`}`;

/** What a moment does; a step waits for it. */
export type Does = (moment: Moment) => Promise<void> | void;

/** The waits of minutes take milliseconds. */
const HURRY = {
  ...{ firstMs: 4, mostMs: 20, longestMs: 40, cancelMs: 2000, killMs: 1000 },
  ...{ patienceMs: 400, settle: 0.02 },
};

/** Each moment comes once. */
export class Moments {
  readonly #open: Moment[];
  readonly #does: Does;
  /** Only the newest run is meant. */
  #run: string | null = null;

  constructor(moments: readonly Moment[], does: Does) {
    this.#open = [...moments];
    this.#does = does;
  }

  /** Those that have not come. */
  get left(): readonly Moment[] {
    return this.#open;
  }

  begins(run: string): void {
    this.#run = run;
  }

  async come(run: unknown, step: string, when: Moment["when"]): Promise<void> {
    if (run !== this.#run) return;
    const at = this.#open.findIndex((each) => each.step === step && each.when === when);
    const [moment] = at < 0 ? [] : this.#open.splice(at, 1);
    if (moment !== undefined) await this.#does(moment);
  }

  waitsFor(run: string, step: string): number | null {
    if (run !== this.#run) return null;
    return this.#open.find((each) => each.step === step && each.when === "during")?.afterMs ?? null;
  }
}

/** The targets of this vice, in a hurry where other systems are asked. */
export function hurry({ services }: Wired): void {
  const { home } = services.config;
  const { outbound, env, config, targets } = services;
  const sources = config.sources;
  const trigger = triggerTarget({ home, outbound, sources, env, pace: HURRY }) as TargetAdapter;
  services.targets = {
    kinds: targets.kinds,
    get: (kind) => (kind === "trigger" ? trigger : targets.get(kind)),
  };
}

export function watch({ services }: Wired, moments: Moments): void {
  const { log } = services;
  const append = log.append.bind(log);
  log.append = async (item) => {
    for (const { type, data } of item.events) {
      if (type === "vice.run.planned.v1") moments.begins(String(Object(data)["runId"]));
      if (type === "vice.step.ended.v1")
        await moments.come(Object(data)["runId"], Object(data)["step"], "ended");
    }
    const result = await append(item);
    for (const { type, data } of item.events)
      if (type === "vice.step.intended.v1")
        await moments.come(Object(data)["runId"], Object(data)["step"], "intended");
    return result;
  };
  services.targets = watched(services.targets, moments);
}

function watched({ kinds, get }: Targets, moments: Moments): Targets {
  const wrap = (adapter: TargetAdapter): TargetAdapter => {
    const acts = Object.entries(adapter.acts).map(([verb, act]) => [
      verb,
      async (call: TargetCall) => {
        const acting = act(call);
        const afterMs = moments.waitsFor(call.run, call.step);
        if (afterMs === null) return acting;
        await Promise.race([acting, new Promise((resolve) => setTimeout(resolve, afterMs))]);
        await moments.come(call.run, call.step, "during");
        return acting;
      },
    ]);
    return { ...adapter, acts: Object.fromEntries(acts) as { [V in ActingVerb]?: (typeof adapter.acts)[V] } };
  };
  return {
    kinds,
    get: (kind) => {
      const adapter = get(kind);
      return adapter === null ? null : wrap(adapter);
    },
  };
}
