/** In which environments something is: each service is judged by the commits of its own repository. */

import type { Activity } from "../../../domain/activity.ts";
import { compare, promotionRank } from "../../../domain/promotion.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import type { StatusItem } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { successesIn } from "../successes.ts";
import type { Part, Subject } from "./subject.ts";
import { TakenBack, type Taker } from "./taken-back.ts";
import { type State, type Verdict, verdictFor } from "./verdict.ts";

export interface Place {
  service: string | null;
  environment: string | null;
  tier: StatusItem["tier"];
  tenant: string | null;
  state: State;
  /** All of it; `null` = not known, see `reason`. */
  isThere: boolean | null;
  /** How many of its commits are there, of those that concern this service. */
  commitsThere: number;
  commitsOf: number;
  /** When the deployment that brought it ended; `null` = it is not there, or came before what is known. */
  since: string | null;
  /** When the deployment that took it away ended; `null` = it was not seen there before. */
  until: string | null;
  deployment: string | null;
  version: string | null;
  /** The revert that runs there too; `null` = none of it was taken back there. */
  takenBackBy: Taker | null;
  reason: string | null;
}

export interface Places {
  places: Place[];
  /** Other places of which nobody can say whether they have to do with it: neither repository nor commits are known. */
  unsure: number;
}

interface Context {
  services: Services;
  nowMs: number;
}

interface Judging extends Context {
  takenBack: TakenBack;
}

type Running = StatusItem & { running: Activity };

/** Successes of one place that are looked at for the one that brought it. */
const SAMPLE = 500;
/** And for one that had it, where it is not. */
const LOOKED_BACK = 50;
/** Commits whose builds and deployments say which services they are of. */
const CARRIED = 20;

/** @returns only services whose repository or history has to do with it */
export function placesOf(subject: Subject, ctx: Context): Places {
  const { services, nowMs } = ctx;
  const running = services.store.read
    .status({}, nowMs)
    .filter((item): item is Running => item.running !== null);
  const concern = new Concern(subject, running, ctx);
  const rank = promotionRank(services.config.environmentOrder);
  const concerned = running.flatMap((item) => {
    const parts = concern.partsOf(item);
    return parts === null ? [] : [{ item, parts }];
  });
  const judging = { ...ctx, takenBack: new TakenBack(ctx) };
  const places = concerned
    .sort(
      ({ item: a }, { item: b }) =>
        compare(a.service ?? "", b.service ?? "") ||
        rank(a.environment, a.tier) - rank(b.environment, b.tier) ||
        compare(a.environment ?? "", b.environment ?? ""),
    )
    .map(({ item, parts }) => placeOf(parts, item, judging));
  const others = running.filter((item) => concern.partsOf(item) === null);
  return { places, unsure: others.filter(({ running: head }) => isDark(head, ctx)).length };
}

const isDark = ({ repository, commitSha }: Activity, { services }: Context): boolean =>
  repository === null && (commitSha === null || services.store.commits.get(commitSha) === null);

/** Which of its commits are the business of a place. */
class Concern {
  readonly #parts: readonly Part[];
  readonly #homes: ReadonlySet<string>;
  readonly #ctx: Context;
  /** By service: what one of its places, or what was built and deployed of it, has to do with. */
  readonly #byService = new Map<string, Part[]>();

  constructor({ parts, repository }: Subject, running: readonly Running[], ctx: Context) {
    this.#parts = parts;
    this.#ctx = ctx;
    this.#homes = new Set(
      [repository, ...parts.map((part) => part.repository)].flatMap((home) =>
        home === null ? [] : repositoryKey(home),
      ),
    );
    for (const part of parts.slice(0, CARRIED))
      for (const { service } of ctx.services.store.commits.carrying(`commit ${part.sha}`, ctx.nowMs))
        if (service !== null) this.#add(service, this.#withHomeOf(part));
    for (const { service, running: head } of running)
      if (service !== null) this.#add(service, this.#ofHome(head) ?? this.#reachedFrom(head));
  }

  /** @returns `null` = it has nothing to do with it */
  partsOf({ service, running }: Running): readonly Part[] | null {
    const own = this.#ofHome(running);
    if (own !== null) return own;
    const parts = service === null ? this.#reachedFrom(running) : (this.#byService.get(service) ?? []);
    return parts.length === 0 ? null : parts;
  }

  #add(service: string, parts: readonly Part[]): void {
    const known = this.#byService.get(service) ?? [];
    this.#byService.set(service, [...known, ...parts.filter((part) => !known.includes(part))]);
  }

  /** By the repository, where both name one. */
  #ofHome({ repository }: Activity): readonly Part[] | null {
    const home = repository === null ? null : repositoryKey(repository);
    if (home === null || !this.#homes.has(home)) return null;
    const own = this.#parts.filter(
      (part) => part.repository === null || repositoryKey(part.repository) === home,
    );
    return own.length > 0 || this.#parts.length === 0 ? own : null;
  }

  /** A repository that has another name here: its oldest commit tells whether what runs there has to do with it. */
  #reachedFrom({ commitSha }: Activity): readonly Part[] {
    if (commitSha === null) return [];
    const { commits } = this.#ctx.services.store;
    const oldest = new Map(this.#parts.map((part) => [part.repository, part]));
    return [...oldest.values()].flatMap((part) => {
      const found = commits.isIn(commitSha, part.sha);
      return found.known && found.reaches ? this.#withHomeOf(part) : [];
    });
  }

  #withHomeOf = ({ repository }: Part): readonly Part[] =>
    this.#parts.filter((part) => part.repository === repository);
}

const GONE: ReadonlySet<State> = new Set(["not-yet", "partly", "taken-back"]);

function placeOf(parts: readonly Part[], item: Running, ctx: Judging): Place {
  const { service, environment, tier, tenant, running } = item;
  const verdict = verdictFor(parts, running.commitSha, ctx.services, ctx.takenBack);
  const first = verdict.state === "there" ? broughtBy(parts, item, ctx) : null;
  const taker = GONE.has(verdict.state) ? takenBy(parts, item, ctx) : null;
  return {
    ...{ service, environment, tier, tenant },
    state: taker !== null && verdict.state === "not-yet" ? "no-longer" : verdict.state,
    isThere: verdict.state === "unknown" ? null : verdict.state === "there",
    ...{ commitsThere: verdict.there, commitsOf: parts.length, reason: verdict.reason },
    since: first?.occurredAt ?? null,
    until: taker?.occurredAt ?? null,
    deployment: (first ?? taker)?.id ?? null,
    version: (first ?? running).version,
    takenBackBy: verdict.takenBackBy === null ? null : ctx.takenBack.name(verdict.takenBackBy),
  };
}

/** The first of the unbroken row of deployments, up to now, that have it. */
function broughtBy(parts: readonly Part[], item: Running, ctx: Judging): Activity | null {
  let first: Activity | null = null;
  const stateOf = stateAt(parts, ctx);
  for (const each of successesIn(item, SAMPLE, ctx)) {
    if (each.deploymentKind === "teardown" || stateOf(each) !== "there") break;
    first = each;
  }
  return first;
}

/** The one after the last that had it. */
function takenBy(parts: readonly Part[], item: Running, ctx: Judging): Activity | null {
  let after: Activity | null = null;
  const stateOf = stateAt(parts, ctx);
  for (const each of successesIn(item, LOOKED_BACK, ctx)) {
    if (each.deploymentKind !== "teardown" && stateOf(each) === "there") return after;
    after = each;
  }
  return null;
}

/** Several deployments of one commit are judged once. */
function stateAt(parts: readonly Part[], ctx: Judging): (deployment: Activity) => Verdict["state"] {
  const known = new Map<string | null, Verdict["state"]>();
  return ({ commitSha }) => {
    const state = known.get(commitSha) ?? verdictFor(parts, commitSha, ctx.services, ctx.takenBack).state;
    known.set(commitSha, state);
    return state;
  };
}
