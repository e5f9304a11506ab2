/**
 * Jenkins: a job is built with parameters, its queue item becomes a build, the build is followed.
 * Pages: www.jenkins.io/doc/book/using/remote-access-api, the `api/` pages of a Jenkins ("Accessing Progressive Console
 * Output": `logText/progressiveText?start=`, headers X-Text-Size and X-More-Data), JENKINS-23235 and stackoverflow 24507262
 * (201 with `Location: .../queue/item/N/`; `executable`, `cancelled` and `why` of a queue item),
 * `jenkins/model/ParameterizedJobMixIn.java` (409 for a job that is not buildable; parameters that a job does not
 * declare are left out).
 */
import { z } from "zod";
import { pathOfJob } from "../../source/jenkins/place.ts";
import { stepOfResult } from "../../source/jenkins/run.ts";
import { type Api, at, LOG, listAt, refuse, textAt } from "./api.ts";
import { address, text, texts } from "./spec.ts";
import {
  type Ask,
  defineVendor,
  type Found,
  type Progress,
  SKEW_MS,
  type Started,
  viceVariables,
} from "./vendor.ts";

const schema = z.strictObject({
  url: address.describe("https://ci.example.com, with the path below which Jenkins is reached"),
  job: text.describe("Full name with folders: team/shop-deploy"),
  parameters: texts.describe(
    "Parameters of the build; declare VICE_KEY and VICE_RUN_ID in the job and they are filled too",
  ),
});
type Spec = z.output<typeof schema>;

/** @returns `null` for a job without parameters */
async function declaredOf(spec: Spec, api: Api): Promise<string[] | null> {
  const tree = "buildable,property[parameterDefinitions[name]]";
  const { body } = await api.get(`${pathOfJob(spec.job)}/api/json?tree=${tree}`);
  if (at(body, "buildable") === false)
    throw refuse(`The job ${spec.job} is switched off.`, "Switch it on at Jenkins.");
  const all = listAt(body, "property").flatMap((property) => listAt(property, "parameterDefinitions"));
  return all.length === 0 ? null : all.flatMap((each) => textAt(each, "name") ?? []);
}

const parametersOf = (ask: Ask<Spec>, declared: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...viceVariables(ask), ...ask.spec.parameters }).filter(([name]) =>
      declared.includes(name),
    ),
  );

const buildOf = ({ spec }: Pick<Ask<Spec>, "spec">, number: string, api: Api): Started => ({
  id: `${spec.job}#${number}`,
  url: `${api.base}/${pathOfJob(spec.job)}/${number}/`,
  refs: { number },
});
const itemOf = ({ spec }: Pick<Ask<Spec>, "spec">, queue: string, api: Api): Started => ({
  id: `queue ${queue} of ${spec.job}`,
  url: `${api.base}/${pathOfJob(spec.job)}/`,
  refs: { queue },
});

interface Seen {
  started: Started;
  atMs: number;
  values: string[];
}

const PARAMETERS = "actions[parameters[name,value]]";
const valuesIn = (each: unknown): string[] =>
  listAt(each, "actions").flatMap((action) =>
    listAt(action, "parameters").flatMap((one) => textAt(one, "value") ?? []),
  );

/** What waits and what was built of this job, newest first. */
async function seenOf(ask: Ask<Spec>, api: Api): Promise<Seen[]> {
  const path = pathOfJob(ask.spec.job);
  const queue = await api.get(`queue/api/json?tree=items[id,inQueueSince,task[url],${PARAMETERS}]`);
  const job = await api.get(`${path}/api/json?tree=builds[number,timestamp,${PARAMETERS}]{0,100}`);
  const isOfJob = (item: unknown): boolean => (textAt(item, "task", "url") ?? "").endsWith(`/${path}/`);
  const waiting = listAt(queue.body, "items").filter(isOfJob);
  const see = (each: unknown, id: string, since: string, make: typeof buildOf): Seen[] => {
    const name = textAt(each, id);
    if (name === null) return [];
    return [{ started: make(ask, name, api), atMs: Number(textAt(each, since)), values: valuesIn(each) }];
  };
  return [
    ...waiting.flatMap((item) => see(item, "id", "inQueueSince", itemOf)),
    ...listAt(job.body, "builds").flatMap((build) => see(build, "number", "timestamp", buildOf)),
  ];
}

async function find(ask: Ask<Spec>, api: Api): Promise<Found> {
  const declared = (await declaredOf(ask.spec, api)) ?? [];
  const isMarked = Object.values(parametersOf(ask, declared)).includes(ask.key);
  const seen = await seenOf(ask, api);
  const found = seen.find(({ values }) => values.includes(ask.key));
  if (found !== undefined) return { what: "found", started: found.started };
  const since = seen.filter(({ atMs }) => atMs >= ask.intendedMs - SKEW_MS);
  if (isMarked || since.length === 0) return { what: "none" };
  const which = since.map(({ started }) => started.id).join(", ");
  const reason = `The job declares no parameter VICE_KEY, so nobody knows whether ${which} is it; look at ${api.base}/${pathOfJob(ask.spec.job)}/`;
  return { what: "unknown", reason };
}

async function followItem(started: Started, queue: string, ask: Ask<Spec>, api: Api): Promise<Progress> {
  const { status, body } = await api.get(
    `queue/item/${queue}/api/json?tree=cancelled,why,executable[number]`,
    { absent: [404] },
  );
  const number =
    textAt(body, "executable", "number") ?? (status === 404 ? await numberOf(queue, ask, api) : null);
  if (number !== null)
    return { state: "running", says: `build #${number} has begun`, started: buildOf(ask, number, api) };
  if (at(body, "cancelled") === true) return { state: "canceled", says: "it was taken out of the queue" };
  if (status === 404)
    throw refuse(
      `Jenkins knows neither queue item ${queue} nor a build of it.`,
      "Look at the builds of the job.",
    );
  return {
    state: "waiting",
    says: `in the queue: ${textAt(body, "why") ?? "it is about to begin"}`,
    started,
  };
}

/** Queue items are forgotten after some minutes; a build remembers the one it came from. */
async function numberOf(queue: string, { spec }: Ask<Spec>, api: Api): Promise<string | null> {
  const { body } = await api.get(`${pathOfJob(spec.job)}/api/json?tree=builds[number,queueId]{0,100}`);
  const build = listAt(body, "builds").find((each) => textAt(each, "queueId") === queue);
  return textAt(build, "number");
}

const SAYS: Readonly<Record<string, string>> = { UNSTABLE: "unstable: its steps went through, tests failed" };

export const jenkins = defineVendor<Spec>({
  ...{ name: "jenkins", title: "Jenkins", schema, settleMs: 5000 },
  urlOf: ({ url }) => url,
  // "Authenticating scripted clients": user and API token as Basic; with an API token no crumb is asked for.
  headers: (token) => {
    if (token === null) return {};
    const basic = `Basic ${Buffer.from(token).toString("base64")}`;
    return { authorization: token.includes(":") ? basic : `Bearer ${token}` };
  },
  says: ({ job }) => `the job ${job}`,
  look: async ({ spec }, api) => {
    const declared = (await declaredOf(spec, api)) ?? [];
    const strange = Object.keys(spec.parameters).filter((name) => !declared.includes(name));
    return strange.map(
      (name) => `the job ${spec.job} declares no parameter ${name}, so Jenkins would leave it out`,
    );
  },
  start: async (ask, api) => {
    const declared = await declaredOf(ask.spec, api);
    const path = pathOfJob(ask.spec.job);
    const form = parametersOf(ask, declared ?? []);
    const where = declared === null ? "build" : "buildWithParameters";
    const answer = await api.post(`${path}/${where}`, null, { form, fine: [302, 303] });
    const location = answer.headers["location"] ?? "";
    // Older ones go back to the page of the job when it is queued (JENKINS-23235); to anywhere else it was not.
    if (answer.status !== 201 && !new URL(location, `${api.base}/`).pathname.endsWith(`/${path}/`))
      throw refuse(`Jenkins sends us on to ${location.split("?")[0]}.`, "Look at `url` and at the token.");
    // Only the number: the address may be another one than we may talk to.
    const queue = /\/queue\/item\/(\d+)/.exec(location)?.[1];
    return queue === undefined ? null : itemOf(ask, queue, api);
  },
  find,
  follow: async (started, ask, api) => {
    const { queue, number } = started.refs;
    if (number === undefined) return followItem(started, queue ?? "", ask, api);
    const { body } = await api.get(`${pathOfJob(ask.spec.job)}/${number}/api/json?tree=building,result`);
    const result = textAt(body, "result");
    if (at(body, "building") !== false || result === null)
      return { state: "running", says: `build #${number} is running` };
    const step = stepOfResult(result);
    const state = step === "succeeded" || step === "canceled" ? step : "failed";
    return { state, says: `build #${number}: ${SAYS[result] ?? result}` };
  },
  log: async ({ refs }, { spec }, cursor, api) => {
    const from = cursor ?? "0";
    if (refs["number"] === undefined) return { text: "", cursor: from };
    const answer = await api.get(
      `${pathOfJob(spec.job)}/${refs["number"]}/logText/progressiveText?start=${from}`,
      LOG,
    );
    if (answer.status !== 200) return { text: "", cursor: from };
    return { text: answer.text, cursor: answer.headers["x-text-size"] ?? from };
  },
  cancel: async ({ refs }, { spec }, _isForced, api) => {
    const { queue, number } = refs;
    const path =
      number === undefined ? `queue/cancelItem?id=${queue}` : `${pathOfJob(spec.job)}/${number}/stop`;
    await api.post(path, null, { form: {}, fine: [302, 404] });
    return null;
  },
});
