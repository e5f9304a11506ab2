/**
 * Heroku: what runs in one app of a pipeline is promoted to others; a rollback makes an earlier release of them the
 * current one again. Pages: devcenter.heroku.com/articles/pipelines-using-the-platform-api (pipeline-promotions,
 * promotion-targets), changelog 3408 (`source.release.id`), platform-api-reference (release: create from an earlier one,
 * list by `Range`; slug), heroku/platform-api `schema.json`. Neither a promotion nor a release has a place for our key.
 */
import { z } from "zod";
import { type Api, idOf, listAt, refuse, textAt } from "./api.ts";
import { address, text } from "./spec.ts";
import { type Ask, defineVendor, type Found, type Progress, SKEW_MS, type Started } from "./vendor.ts";

const schema = z.strictObject({
  url: address.default("https://api.heroku.com"),
  pipeline: text.describe("Name or id of the pipeline"),
  from: text.describe("App whose release is promoted: shop-staging"),
  to: z
    .union([text, z.array(text).min(1)])
    .transform((given) => (typeof given === "string" ? [given] : given))
    .describe("App, or apps, that it is promoted to"),
});
type Spec = z.output<typeof schema>;

interface HerokuRelease {
  id: string;
  version: string;
  slug: string | null;
  status: string;
  isCurrent: boolean;
  createdMs: number;
}

const app = (name: string): string => `apps/${encodeURIComponent(name)}`;

/** Newest first. */
async function releasesOf(name: string, api: Api): Promise<HerokuRelease[]> {
  const headers = { range: "version ..; order=desc,max=30" };
  const { body } = await api.get(`${app(name)}/releases`, { headers });
  return listAt(body).flatMap((each) => {
    const [id, version] = [textAt(each, "id"), textAt(each, "version")];
    if (id === null || version === null) return [];
    const isCurrent = Reflect.get(Object(each), "current") === true;
    const createdMs = Date.parse(textAt(each, "created_at") ?? "");
    return [
      {
        id,
        version: `v${version}`,
        slug: textAt(each, "slug", "id"),
        status: textAt(each, "status") ?? "",
        isCurrent,
        createdMs,
      },
    ];
  });
}

/** The release that is wanted: by its number, by the commit of its slug; without either the current one. */
async function wantedOf(name: string, { release }: Ask<Spec>, api: Api): Promise<HerokuRelease> {
  const all = (await releasesOf(name, api)).filter(
    ({ slug, status }) => slug !== null && status === "succeeded",
  );
  const { commitSha, version } = release;
  if (commitSha !== null) {
    const seen = new Map<string, string | null>();
    for (const each of all) {
      const slug = each.slug ?? "";
      if (!seen.has(slug))
        seen.set(slug, textAt((await api.get(`${app(name)}/slugs/${slug}`)).body, "commit"));
      if (seen.get(slug) === commitSha) return each;
    }
    throw refuse(
      `None of the last releases of ${name} has the commit ${commitSha}.`,
      `Deploy it to ${name} first.`,
    );
  }
  const found = /^v\d+$/.test(version ?? "")
    ? all.find((each) => each.version === version)
    : all.find(({ isCurrent }) => isCurrent);
  if (found !== undefined) return found;
  throw refuse(`${name} has no release ${version ?? "that runs"}.`, "Look at its releases at Heroku.");
}

async function promote(ask: Ask<Spec>, api: Api): Promise<Started> {
  const { pipeline, from, to } = ask.spec;
  const wanted = await wantedOf(from, ask, api);
  const idFor = async (path: string): Promise<string> => idOf("Heroku", await api.get(path), "id");
  const [on, source] = [await idFor(`pipelines/${encodeURIComponent(pipeline)}`), await idFor(app(from))];
  const targets = [];
  for (const name of to) targets.push({ app: { id: await idFor(app(name)) } });
  ask.note({ slug: wanted.slug ?? "" });
  const release = wanted.isCurrent ? {} : { release: { id: wanted.id } };
  const body = { pipeline: { id: on }, source: { app: { id: source }, ...release }, targets };
  const id = idOf("Heroku", await api.post("pipeline-promotions", body), "id");
  return { id, url: null, refs: { promotion: id } };
}

/** One app after the other; what was done before a crash is noted. */
async function goBack(ask: Ask<Spec>, api: Api): Promise<Started> {
  const done: Record<string, string> = {};
  for (const name of ask.spec.to) {
    const known = ask.refs[`release ${name}`];
    if (known !== undefined) {
      done[name] = known;
      continue;
    }
    // Asked for before, and the answer was lost or another app refused.
    const before = await releasedSince(name, ask.refs[`slug ${name}`], ask, api);
    done[name] = before ?? (await releaseAgain(name, ask, api));
    ask.note({ [`release ${name}`]: done[name] });
  }
  return releasedAs(done);
}

async function releaseAgain(name: string, ask: Ask<Spec>, api: Api): Promise<string> {
  const wanted = await wantedOf(name, ask, api);
  ask.note({ [`slug ${name}`]: wanted.slug ?? "" });
  return idOf("Heroku", await api.post(`${app(name)}/releases`, { release: wanted.id }), "id");
}

async function releasedSince(
  name: string,
  slug: string | undefined,
  { intendedMs }: Ask<Spec>,
  api: Api,
): Promise<string | undefined> {
  if (slug === undefined) return undefined;
  const all = await releasesOf(name, api);
  return all.find((each) => each.slug === slug && each.createdMs >= intendedMs - SKEW_MS)?.id;
}

const releasedAs = (releases: Readonly<Record<string, string>>): Started => ({
  id: Object.values(releases).join(","),
  url: null,
  refs: Object.fromEntries(Object.entries(releases).map(([name, id]) => [`release ${name}`, id])),
});

/** By the releases that came to be since, of the slug that was to come there. */
async function find(ask: Ask<Spec>, api: Api): Promise<Found> {
  const found: Record<string, string> = {};
  const missing: string[] = [];
  for (const name of ask.spec.to) {
    const known = ask.refs[`release ${name}`];
    const slug = ask.refs[ask.isRollback ? `slug ${name}` : "slug"];
    const id = known ?? (await releasedSince(name, slug, ask, api));
    if (id === undefined) missing.push(name);
    else found[name] = id;
  }
  if (missing.length === 0) return { what: "found", started: releasedAs(found) };
  // A release is there as soon as it was asked for; a promotion makes it later.
  if (ask.isRollback) return { what: "none" };
  const isUntouched = Object.keys(ask.refs).length === 0;
  if (isUntouched) return { what: "none" };
  const reason = `${missing.join(" and ")} has no new release of it, and Heroku does not tell of promotions; look at the activity of ${ask.spec.to.join(", ")}`;
  return { what: "unknown", reason };
}

async function followReleases({ refs }: Started, { spec }: Ask<Spec>, api: Api): Promise<Progress> {
  const says: string[] = [];
  const states: string[] = [];
  for (const name of spec.to) {
    const { body } = await api.get(`${app(name)}/releases/${refs[`release ${name}`]}`);
    states.push(textAt(body, "status") ?? "pending");
    says.push(`${name}: v${textAt(body, "version")} ${states.at(-1)}`);
  }
  return { state: stateOf(states), says: says.join(", ") };
}

function stateOf(states: readonly string[]): Progress["state"] {
  if (states.length === 0 || states.includes("pending")) return "running";
  return states.every((state) => state === "succeeded") ? "succeeded" : "failed";
}

async function followPromotion(started: Started, api: Api): Promise<Progress> {
  const { body } = await api.get(`pipeline-promotions/${started.refs["promotion"]}/promotion-targets`);
  const targets = listAt(body);
  const says = targets.map((each) => {
    const why = textAt(each, "error_message");
    return `app ${textAt(each, "app", "id")} ${textAt(each, "status")}${why === null ? "" : `: ${why}`}`;
  });
  const release = targets.flatMap((each) => textAt(each, "release", "id") ?? []).join(",");
  const isNew = release !== "" && release !== started.refs["release"];
  return {
    state: stateOf(targets.map((each) => textAt(each, "status") ?? "pending")),
    says: says.length === 0 ? "the promotion begins" : says.join(", "),
    ...(isNew ? { started: { ...started, refs: { ...started.refs, release } } } : {}),
  };
}

export const heroku = defineVendor<Spec>({
  ...{ name: "heroku", title: "Heroku", schema, settleMs: 15_000 },
  urlOf: ({ url }) => url,
  headers: (token): Record<string, string> => ({
    accept: "application/vnd.heroku+json; version=3",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }),
  says: ({ pipeline, from, to }) => `a promotion in ${pipeline} from ${from} to ${to.join(", ")}`,
  look: async (ask, api) => {
    await api.get(`pipelines/${encodeURIComponent(ask.spec.pipeline)}`);
    for (const name of ask.spec.to) await api.get(app(name));
    await wantedOf(ask.spec.from, ask, api);
    return [];
  },
  start: (ask, api) => (ask.isRollback ? goBack(ask, api) : promote(ask, api)),
  find,
  isPart: (refs) => Object.keys(refs).some((name) => name.includes(" ")),
  follow: (started, ask, api) =>
    started.refs["promotion"] === undefined
      ? followReleases(started, ask, api)
      : followPromotion(started, api),
  // Heroku tells no log of a promotion; how its apps stand is told as it changes.
  log: async (started, ask, cursor, api) => {
    const { says } =
      started.refs["promotion"] === undefined
        ? await followReleases(started, ask, api)
        : await followPromotion(started, api);
    return { text: cursor === says ? "" : `${says}\n`, cursor: says };
  },
  cancel: async () => "Heroku cannot cancel a promotion",
});
