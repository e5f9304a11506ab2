/**
 * Which service, environment and team is meant by the names that somebody says. Several names stand for one service; a
 * name that nobody knows would be held by no rule, and a rule about it would hold nowhere: it has to be said to be new.
 */
import type { Tier } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { guessTier } from "../../../domain/tier.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { registeredProjects } from "../../config/index.ts";
import { saidNames } from "../../data/index.ts";
import type { RuleContext } from "./rule-context.ts";

export interface Named {
  service?: string | undefined;
  environment?: string | undefined;
  team?: string | undefined;
  tier?: Tier | undefined;
}
type What = "service" | "environment" | "team";

/** So many names are told to whoever says one that is not among them. */
const TOLD = 8;

/**
 * @param isNew the caller says that an unknown name is meant
 * @returns the same with the names that services and environments have here
 * @throws ViceError `not-found` for an unknown name; `input.invalid` for one that stands for several, and for names that
 * contradict each other
 */
export function meantNames<N extends Named>(ctx: RuleContext, named: N, isNew: boolean): N {
  const meant = canonical(ctx, named);
  if (!isNew && !isReported(ctx, meant))
    for (const what of ["service", "environment", "team"] as const) assertKnown(ctx, what, meant[what]);
  return meant;
}

/** The quick way: mostly the service is in that environment. */
const isReported = ({ services, now }: RuleContext, { service, environment, team }: Named): boolean =>
  team === undefined &&
  service !== undefined &&
  services.store.read.status(
    { service, ephemeral: true, ...(environment === undefined ? {} : { environment }) },
    now(),
  ).length > 0;

/** Without asking whether they are known. @throws ViceError `input.invalid` for a name that stands for several */
export function canonical<N extends Named>({ services }: Pick<RuleContext, "services">, named: N): N {
  const names = saidNames(services);
  const meant = { ...named };
  const { service, environment } = named;
  if (service !== undefined) meant.service = only("service", service, names.services(service));
  if (environment !== undefined)
    meant.environment = only(
      "environment",
      environment,
      names.environments(environment, meant.service ?? null),
    );
  const project = soleService(services, meant.service);
  if (project !== null) meant.service = only("service", project, names.services(project));
  return meant;
}

function only(what: What, name: string, stands: readonly string[]): string {
  const [first = name, ...others] = stands;
  if (others.length === 0) return first;
  throw new ViceError("input.invalid", {
    message: `"${name}" stands for several: ${stands.join(", ")}.`,
    hint: `Say which ${what} is meant.`,
    stands,
  });
}

/** Where a command takes a service it takes a project too, when it has one service. */
function soleService(services: RuleContext["services"], name: string | undefined): string | null {
  if (name === undefined || services.store.read.status({ service: name, ephemeral: true }, 0).length > 0)
    return null;
  const all = registeredProjects(services);
  if (all.some((each) => each.services?.some((own) => foldName(own) === foldName(name)))) return null;
  const project = all.find((each) => foldName(each.project) === foldName(name));
  return project?.services?.length === 1 ? (project.services[0] ?? null) : null;
}

function assertKnown(ctx: RuleContext, what: What, name: string | undefined): void {
  if (name === undefined || (what === "environment" && guessTier(name) === "ephemeral")) return;
  const known = [...new Map(KNOWN[what](ctx).map((each) => [foldName(each), each])).values()];
  if (known.length === 0 || known.some((each) => foldName(each) === foldName(name))) return;
  const near = nearest(name, known);
  const more = known.length > TOLD ? ` and ${known.length - TOLD} more` : "";
  const some = `${known.slice(0, TOLD).join(", ")}${more}`;
  throw new ViceError("not-found", {
    what,
    name,
    ...(near === null ? {} : { nearest: near }),
    hint: `${near === null ? `Known: ${some}. ` : ""}If it is new: --new`,
  });
}

const KNOWN: Readonly<Record<What, (ctx: RuleContext) => string[]>> = {
  service: ({ services, now }) => [
    ...statusNames(services, "service", now()),
    ...services.store.names.reported().flatMap(({ service }) => service ?? []),
    ...registeredProjects(services).flatMap((each) => [each.project, ...(each.services ?? [])]),
  ],
  environment: ({ services, now }) => [
    ...statusNames(services, "environment", now()),
    ...services.config.environmentOrder,
    ...policyEnvironments(services),
  ],
  team: ({ services, now }) => [
    ...statusNames(services, "team", now()),
    ...registeredProjects(services).flatMap(({ policy }) => policy?.team ?? []),
  ],
};

const statusNames = ({ store }: RuleContext["services"], what: What, nowMs: number): string[] =>
  store.read.status({}, nowMs).flatMap((item) => item[what] ?? []);

/** Names of registered projects: where nothing was deployed yet a slip would find no rule at all. */
const policyEnvironments = (services: RuleContext["services"]): string[] =>
  registeredProjects(services).flatMap(({ policy }) => policy?.environments.map(({ name }) => name) ?? []);
