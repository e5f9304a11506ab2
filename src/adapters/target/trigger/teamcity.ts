/**
 * TeamCity: exactly the named build is queued (build configuration, branch, revision, or a build that is promoted as
 * snapshot dependency), then followed. Pages: jetbrains.com/help/teamcity/rest/start-and-cancel-builds, /rest/build,
 * /rest/buildlocator, /rest/buildcancelrequest, /rest/get-build-details, /help/teamcity/build-log (downloadBuildLog.html).
 */
import { z } from "zod";
import { type Api, at, idOf, LOG, listAt, refuse, textAt } from "./api.ts";
import { address, hole, text, texts } from "./spec.ts";
import { type Ask, defineVendor, type Progress, type Started, sinceCursor, viceVariables } from "./vendor.ts";

/** A value of a locator stands in parentheses and cannot hold any. */
const plain = text.refine((given) => !/[()]/.test(given), "parentheses mean something to TeamCity");

const schema = z.strictObject({
  url: address.describe("https://teamcity.example.com"),
  build: plain.describe("Id of the build configuration that deploys: Shop_Deploy"),
  branch: text.optional().describe("Branch, as TeamCity names it"),
  revision: plain.optional().describe(`Commit that is built: ${hole("commit")}`),
  promote: z
    .strictObject({ build: plain, number: plain.default(hole("version")) })
    .optional()
    .describe("A build that is handed on as snapshot dependency: its configuration and number"),
  parameters: texts.describe("Parameters: env.X, system.X or X"),
});
type Spec = z.output<typeof schema>;

const LOCATOR = (parts: Readonly<Record<string, string>>): string =>
  Object.entries(parts)
    .map(([name, value]) => `${name}:(${value})`)
    .join(",");
const query = (locator: string, fields: string): string =>
  `locator=${encodeURIComponent(locator)}&fields=${encodeURIComponent(fields)}`;

const startedOf = (body: unknown, id: string): Started => ({
  id,
  url: textAt(body, "webUrl"),
  refs: { build: id },
});

/** @returns the id of the build that is handed on */
async function promotedOf({ promote }: Spec, api: Api): Promise<string | null> {
  if (promote === undefined) return null;
  const locator = LOCATOR({
    buildType: `id:(${promote.build})`,
    number: promote.number,
    defaultFilter: "false",
  });
  const { body } = await api.get(`app/rest/builds?${query(`${locator},count:2`, "build(id,status,state)")}`, {
    absent: [404],
  });
  const found = listAt(body, "build").flatMap((each) => textAt(each, "id") ?? []);
  if (found[0] !== undefined && found.length === 1) return found[0];
  const many = found.length === 0 ? "no build" : "more than one build";
  throw refuse(
    `${promote.build} has ${many} with the number ${promote.number}.`,
    "Look at its builds at TeamCity.",
  );
}

function requestOf(ask: Ask<Spec>, promoted: string | null): object {
  const { build, branch, revision, parameters } = ask.spec;
  const own = Object.fromEntries(
    Object.entries(viceVariables(ask)).map(([name, value]) => [`env.${name}`, value]),
  );
  const properties = Object.entries({ ...own, ...parameters }).map(([name, value]) => ({ name, value }));
  const change = { locator: `buildType:(id:(${build})),version:(${revision})` };
  return {
    buildType: { id: build },
    ...(branch === undefined ? {} : { branchName: branch }),
    ...(revision === undefined ? {} : { lastChanges: { change: [change] } }),
    ...(promoted === null ? {} : { "snapshot-dependencies": { build: [{ id: Number(promoted) }] } }),
    properties: { property: properties },
    comment: { text: `vice ${ask.run}` },
  };
}

function progressOf(body: unknown): Progress {
  const number = textAt(body, "number");
  const name = number === null ? "the build" : `build ${number}`;
  const state = textAt(body, "state");
  const status = textAt(body, "status");
  if (state === "queued")
    return {
      state: "waiting",
      says: `in the queue: ${textAt(body, "waitReason") ?? "it is about to begin"}`,
    };
  if (state !== "finished") return { state: "running", says: `${name} is running` };
  const why = textAt(body, "statusText") ?? status;
  if (at(body, "canceledInfo") !== undefined && at(body, "canceledInfo") !== null) {
    const said = textAt(body, "canceledInfo", "text");
    return { state: "canceled", says: `${name} was canceled${said === null ? "" : `: ${said}`}` };
  }
  return { state: status === "SUCCESS" ? "succeeded" : "failed", says: `${name}: ${why}` };
}

const FIELDS = "id,number,state,status,statusText,webUrl,waitReason,canceledInfo(text)";
const stateOf = async ({ refs }: Started, api: Api): Promise<unknown> =>
  (await api.get(`app/rest/builds/id:${refs["build"]}?fields=${encodeURIComponent(FIELDS)}`)).body;

export const teamcity = defineVendor<Spec>({
  ...{ name: "teamcity", title: "TeamCity", schema, settleMs: 5000 },
  urlOf: ({ url }) => url,
  headers: (token): Record<string, string> => (token === null ? {} : { authorization: `Bearer ${token}` }),
  says: ({ build, promote }) =>
    `the build ${build}${promote === undefined ? "" : ` of ${promote.build} ${promote.number}`}`,
  look: async ({ spec }, api) => {
    const { body } = await api.get(
      `app/rest/buildTypes/id:(${encodeURIComponent(spec.build)})?fields=id,paused`,
    );
    await promotedOf(spec, api);
    return at(body, "paused") === true ? [`the build configuration ${spec.build} is paused`] : [];
  },
  start: async (ask, api) => {
    const answer = await api.post("app/rest/buildQueue", requestOf(ask, await promotedOf(ask.spec, api)));
    return startedOf(answer.body, idOf("TeamCity", answer, "id"));
  },
  // Every property of a build can be read again, also of those that nobody declared.
  find: async ({ spec, key }, api) => {
    const locator = `buildType:(id:(${spec.build})),defaultFilter:false,state:any,count:100`;
    const fields = "build(id,webUrl,properties(property(name,value)))";
    const { body } = await api.get(`app/rest/builds?${query(locator, fields)}`);
    const found = listAt(body, "build").find((each) =>
      listAt(each, "properties", "property").some((one) => textAt(one, "value") === key),
    );
    const id = textAt(found, "id");
    return id === null ? { what: "none" } : { what: "found", started: startedOf(found, id) };
  },
  follow: async (started, _ask, api) => progressOf(await stateOf(started, api)),
  log: async ({ refs }, _ask, cursor, api) => {
    const { status, text: whole } = await api.get(`downloadBuildLog.html?buildId=${refs["build"]}`, LOG);
    return sinceCursor(status === 200 ? whole : "", cursor);
  },
  cancel: async (started, { run }, _isForced, api) => {
    const state = textAt(await stateOf(started, api), "state");
    const where = state === "queued" ? "buildQueue" : "builds";
    const body = { comment: `canceled by vice ${run}`, readdIntoQueue: false };
    if (state !== "finished")
      await api.post(`app/rest/${where}/id:${started.refs["build"]}`, body, { fine: [404] });
    return null;
  },
});
