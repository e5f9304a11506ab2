/** The stage of a Heroku app, which no delivery carries: asked for at the Platform API, one call for an app. */
import type { Tier } from "../../../domain/activity.ts";
import type { ObjectKey, Transition } from "../../../domain/transition.ts";
import type { Connection, Enricher } from "../../../ports/source.ts";
import { ask } from "../polling.ts";
import { tagsOf, text } from "../shaping.ts";
import { couplingSchema } from "./schema.ts";

const API = "https://api.heroku.com";

/** Stages of a pipeline (Platform API reference "Pipeline Coupling"). */
const TIER_OF: Readonly<Record<string, Tier>> = {
  test: "testing",
  review: "ephemeral",
  development: "development",
  staging: "staging",
  production: "production",
};

const appIdOf = (transition: Transition): string | null =>
  transition.object.identityKind === "deployment" ? (transition.facts.tags?.["heroku.appId"] ?? null) : null;

/** The address may be left to us: there is one Heroku. */
export const apiOf = ({ url }: Connection): string => (url || API).replace(/\/+$/, "");

export function headersFor(token: string | null): Record<string, string> {
  const accept = { accept: "application/vnd.heroku+json; version=3" };
  return token === null ? accept : { ...accept, authorization: `Bearer ${token}` };
}

/**
 * Key: the app's id. An answer is a pipeline coupling; `null` = the app is in no pipeline (404).
 * `fetch` throws `RateLimited` on 429 and `outside.unreachable` for every other answer than 200 and 404.
 */
export const stageEnricher: Enricher = {
  wanted(transitions) {
    const byApp = new Map<string, ObjectKey[]>();
    for (const transition of transitions) {
      const app = appIdOf(transition);
      if (app === null || !/^[0-9a-z-]+$/i.test(app)) continue;
      byApp.set(app, [...(byApp.get(app) ?? []), transition.object]);
    }
    return [...byApp].map(([key, about]) => ({ key, about }));
  },

  async fetch(key, http, connection) {
    const url = `${apiOf(connection)}/apps/${encodeURIComponent(key)}/pipeline-couplings`;
    return (await ask(http, url, headersFor(connection.token), [404]))?.body ?? null;
  },

  apply(about, answer, answeredAt) {
    const coupling = couplingSchema.safeParse(answer);
    if (!coupling.success) return [];
    const { stage, pipeline } = coupling.data;
    const environment = text(stage);
    const tier = Object.hasOwn(TIER_OF, stage) ? TIER_OF[stage] : undefined;
    const tags = tagsOf({ "heroku.pipeline": pipeline?.name, "heroku.pipelineId": pipeline?.id });
    return about.map((object) => ({
      object,
      step: "observed",
      at: answeredAt,
      facts: { kind: "deployment", environment, tier: tier ?? null, tags },
    }));
  },
};
