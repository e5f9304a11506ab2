// Deliveries of every source, varied from the adapters' own samples: other ids, versions, places, states and times.
import fc from "fast-check";
import { loadSources } from "../src/adapters/source/table.ts";
import { sha256Hex } from "../src/kit/ids.ts";
import type { Sent } from "./wired-house.ts";

/** What makes one delivery differ from the sample of its source. */
interface Variation {
  /** Which of a few objects it is about. */
  object: number;
  release: number;
  place: number;
  state: number;
  minute: number;
}

/** Per source: the words of its sample that stand for object, place and state, and what may stand there instead. */
interface Words {
  object: readonly RegExp[];
  /** Its id names the delivery itself: the same id again with another body does not count by contract. */
  unique?: RegExp;
  place?: { word: RegExp; others: readonly string[] };
  state?: { word: RegExp; others: readonly string[] };
}

const PLACES = ["prod-eu", "staging", "PROD-EU", "pr-12"];
const TIERS = ["production", "staging", "Production"];
const WORDS: Readonly<Record<string, Words>> = {
  gitlab: {
    object: [/(?<="deployment_id":)9000000000000015/],
    place: { word: /(?<="environment":")prod-eu/, others: PLACES },
    state: {
      word: /(?<="status":")success/,
      others: ["success", "failed", "running", "canceled", "created"],
    },
  },
  github: {
    object: [/(?<="deployment":\{"id":)9000000000001500/],
    place: { word: /(?<="(original_)?environment":")prod-eu/g, others: PLACES },
    state: {
      word: /(?<="state":")success/,
      others: ["success", "failure", "in_progress", "error", "inactive", "queued"],
    },
  },
  heroku: {
    object: [/7e577e57(?=-77aa)/, /(?<="version":)42/],
    state: { word: /(?<="status":")succeeded/, others: ["succeeded", "failed", "pending"] },
  },
  jenkins: {
    object: [/(?<="number":)900000042/, /(?<=deploy-shop\/)900000042/g],
    place: { word: /(?<="ENVIRONMENT":")production/, others: TIERS },
    state: {
      word: /"phase":"COMPLETED","status":"SUCCESS"/,
      others: [
        '"phase":"COMPLETED","status":"SUCCESS"',
        '"phase":"FINALIZED","status":"FAILURE"',
        '"phase":"STARTED"',
      ],
    },
  },
  teamcity: {
    object: [/9000000000020417/g],
    place: { word: /(?<="value":")production/, others: TIERS },
    state: { word: /(?<="status":")SUCCESS/, others: ["SUCCESS", "FAILURE"] },
  },
  octopus: {
    object: [/Deployments-9000000000000311/g],
    state: {
      word: /(?<="Category":")DeploymentSucceeded/,
      others: ["DeploymentSucceeded", "DeploymentFailed", "DeploymentStarted", "DeploymentQueued"],
    },
  },
  devlake: {
    object: [/(?<="id":")vice-test-2041/],
    place: { word: /PRODUCTION/, others: ["PRODUCTION", "STAGING"] },
    state: {
      word: /"finishedDate":"[^"]*","result":"SUCCESS"/,
      others: ['"result":null', '"finishedDate":"2026-11-20T10:01:30+00:00","result":"FAILURE"'],
    },
  },
  cloudevents: {
    object: [],
    unique: /7e577e57(?=-5b1e)/g,
    place: { word: /(?<="environment":\{"id":")production/, others: TIERS },
    state: {
      word: /service\.deployed/g,
      others: ["service.deployed", "service.rolledback", "service.removed", "service.upgraded"],
    },
  },
  jira: {
    object: [/9000000000010042/g],
    state: { word: /"indeterminate"/, others: ['"indeterminate"', '"done"', '"new"'] },
  },
  "azure-devops": {
    object: [/9000000042/],
    place: { word: /(?<="name":")Production/, others: TIERS },
    state: {
      word: /deployment-completed-event(.*?)"status":"succeeded"/s,
      others: [
        'deployment-completed-event$1"status":"succeeded"',
        'deployment-completed-event$1"status":"rejected"',
        'deployment-started-event$1"status":"queued"',
      ],
    },
  },
  bitbucket: {
    object: [/(?<=results\/)42/],
    state: { word: /SUCCESSFUL/, others: ["SUCCESSFUL", "FAILED", "INPROGRESS", "STOPPED"] },
  },
  netlify: {
    object: [/7e577e5777aa4c0d8f352d9a(?=","site_id)/],
    place: { word: /(?<="context":")production/, others: ["production", "branch-deploy", "deploy-preview"] },
    state: { word: /(?<="state":")ready/, others: ["ready", "error", "building", "enqueued"] },
  },
  flux: {
    object: [/7e577e57-77aa-4c0d-8f35-2d9a6f0f7c17/],
    place: { word: /(?<="namespace":")production/, others: PLACES },
    state: {
      word: /"severity":"info","reason":"ReconciliationSucceeded"/,
      others: [
        '"severity":"info","reason":"ReconciliationSucceeded"',
        '"severity":"info","reason":"Progressing"',
        '"severity":"error","reason":"HealthCheckFailed"',
      ],
    },
  },
  spinnaker: {
    object: [/vice-test-01J0STAGE/g],
    place: { word: /(?<="account":")production/, others: PLACES },
    state: {
      word: /orca:stage:complete/,
      others: ["orca:stage:complete", "orca:stage:starting", "orca:stage:failed"],
    },
  },
  pagerduty: {
    object: [/VICETEST01/g],
    state: {
      word: /incident\.triggered/,
      others: ["triggered", "acknowledged", "resolved", "reopened"].map((word) => `incident.${word}`),
    },
  },
  valuestream: {
    object: [/vicetest1t4v2a9zr5xg/],
    place: { word: /(?<="env":")production/, others: TIERS },
    state: { word: /(?<="Action":")start/, others: ["start", "end"] },
  },
  generic: {
    object: [/(?<="id":")vice-test-2041/],
    place: { word: /(?<="environment":")production/, others: PLACES },
    state: {
      word: /"status":"succeeded"/,
      others: ["succeeded", "failed", "running", "canceled", "queued"].flatMap((status) => [
        `"status":"${status}"`,
        `"status":"${status}","deploymentKind":"config"`,
        `"status":"${status}","deploymentKind":"teardown"`,
      ]),
    },
  },
};

const sources = await loadSources();
const NAMES = Object.keys(WORDS).filter((name) => sources.has(name));

/** One delivery of any source. */
export const delivery: fc.Arbitrary<Sent> = fc
  .record({
    source: fc.constantFrom(...NAMES, "generic", "generic", "gitlab", "github"),
    variation: fc.record({
      object: fc.nat(3),
      release: fc.nat(3),
      place: fc.nat(3),
      state: fc.nat(14),
      minute: fc.oneof(fc.nat(20), fc.nat(600)),
    }),
  })
  .map(({ source, variation }) => varied(source, variation));

function varied(source: string, variation: Variation): Sent {
  const { headers, body } = sources.get(source)?.sample ?? { headers: {}, body: {} };
  const { object = [], unique: own, place, state } = WORDS[source] ?? {};
  let text = JSON.stringify(body);
  for (const word of object) text = text.replace(word, (id) => other(id, variation.object));
  if (own !== undefined) text = text.replace(own, sha256Hex(JSON.stringify(variation)).slice(0, 8));
  if (place !== undefined) text = text.replace(place.word, chosen(place.others, variation.place));
  if (state !== undefined) text = text.replace(state.word, chosen(state.others, variation.state));
  text = text.replaceAll("1.4.2", `1.4.${variation.release}`);
  text = text.replaceAll(
    "279484c09fbe69ededfced8c1bb6e6d24616b468",
    `279484c09fbe69ededfced8c1bb6e6d24616b46${variation.release}`,
  );
  return {
    source,
    headers: withoutIds(headers),
    body: JSON.parse(shifted(text, variation.minute)) as unknown,
  };
}

const chosen = (others: readonly string[], at: number): string => others[at % others.length] ?? "";

/** An id of the same length, so that offsets into texts stay right. */
const other = (id: string, by: number): string =>
  id.slice(0, -1) + (((Number.parseInt(id.slice(-1), 16) || 0) + by) % 10);

/** The body alone says whether a delivery came before. */
const withoutIds = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/delivery|idempotency|identifier/.test(name)),
  );

/** All times of the text, moved by some minutes. */
function shifted(text: string, minutes: number): string {
  const move = (time: string): number => Date.parse(time) + minutes * 60_000;
  return text
    .replace(/(2026-11-\d\dT\d\d:\d\d:\d\d)/g, (time) =>
      new Date(move(`${time}Z`)).toISOString().slice(0, 19),
    )
    .replace(/(2026-11-\d\d) (\d\d:\d\d:\d\d)/g, (_, day, time) =>
      new Date(move(`${day}T${time}Z`)).toISOString().slice(0, 19).replace("T", " "),
    )
    .replace(/(?<=")(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?=\+0000)/g, (_, y, mo, d, h, mi, s) =>
      new Date(move(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)).toISOString().slice(0, 19).replace(/[-:]/g, ""),
    )
    .replace(/17951\d{8}/g, (ms) => String(Number(ms) + minutes * 60_000));
}
