/** Asks every pushed series what it did at deployments, within limits, and lets others work in between. */

import { DEFAULT_IMPACT, eachTested, type Tested } from "../../../domain/series/impact.ts";
import { type Asked, type Moved, movedOf } from "../../../domain/series/moved.ts";
import { type Point, seriesName } from "../../../domain/series/series.ts";
import type { SeriesInfo } from "../../../ports/series.ts";
import type { Services } from "../../../ports/services.ts";
import { saidNames } from "../../data/index.ts";
import { inSlices } from "../in-slices.ts";
import type { Known } from "./impact-deployments.ts";

/** Those that had a point last. */
export const MOST_SERIES = 200;
/** Of one series; more are thinned out evenly. */
const MOST_POINTS = 5000;
/** Of the whole question, each about a millisecond: with more series fewer deployments are asked about, the newest first. */
const MOST_TESTS = 2000;
/** So many tests are one piece of work. */
const PIECE = 8;

/** Labels that say whose series it is; one that says another service or environment was not moved by this one. */
const SERVICE_LABELS = ["service", "service_name", "app"];
const ENVIRONMENT_LABELS = ["environment", "env", "deployment_environment"];

export interface Question {
  fromMs: number;
  /** Not included. */
  toMs: number;
  /** Newest first: neighbours of each other, and asked about. */
  deployments: readonly Known[];
  /** Only this one is asked about; the others are its neighbours. */
  only?: Known;
}

export interface Answer {
  moved: Moved<Known>[];
  /** Series that were asked, and those that are too many. */
  asked: number;
  leftOut: number;
  tests: number;
  /** Deployments of which something could be said. */
  deployments: number;
  points(series: string): Point[];
}

export async function askSeries(services: Services, question: Question): Promise<Answer> {
  const { fromMs, toMs, deployments, only } = question;
  const concerns = concerning(services);
  const places = placesOf(only === undefined ? deployments : [only]);
  const known = services.store.series
    .list()
    .filter(({ firstAt, lastAt }) => Date.parse(lastAt) >= fromMs && Date.parse(firstAt) < toMs);
  const isOurs = await inSlices(known, (series) => places.some((place) => concerns(series, place)));
  const all = known.filter((_series, at) => isOurs[at]).sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
  const wanted = all.slice(0, MOST_SERIES);
  const most = Math.max(1, Math.floor(MOST_TESTS / Math.max(1, wanted.length)));
  const read = (series: SeriesInfo): Point[] => pointsOf(services, series, fromMs, toMs);
  const asked: Asked<Known>[] = [];
  for (const series of wanted) {
    const near = deployments.filter((deployment) => concerns(series, deployment));
    asked.push({ series: seriesName(series), tested: await testedBy(read(series), near, only, most) });
  }
  const named = new Map(wanted.map((series) => [seriesName(series), series]));
  const done = asked.flatMap(({ tested }) => tested.filter(({ shift }) => shift !== null));
  return {
    moved: movedOf(asked),
    ...{ asked: wanted.length, leftOut: all.length - wanted.length },
    deployments: new Set(done.flatMap((tested) => tested.deployments.map(({ id }) => id))).size,
    tests: done.length,
    points: (name) => {
      const series = named.get(name);
      return series === undefined ? [] : read(series);
    },
  };
}

async function testedBy(
  points: readonly Point[],
  deployments: readonly Known[],
  only: Known | undefined,
  most: number,
): Promise<Tested<Known>[]> {
  const isWanted = (group: readonly Known[]): boolean =>
    only === undefined || group.some(({ id }) => id === only.id);
  const list: Tested<Known>[] = [];
  let done = 0;
  await pause();
  for (const tested of eachTested(points, deployments, DEFAULT_IMPACT, isWanted)) {
    done += tested.shift === null ? 0 : 1;
    if (done > most) break;
    list.push(tested);
    if (list.length % PIECE === 0) await pause();
  }
  return list;
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One deployment for each place: labels say no more than that, and there may be thousands of series. */
const placesOf = (deployments: readonly Known[]): Known[] => [
  ...new Map(
    deployments.map((each) => [JSON.stringify([each.service, each.environment]), each] as const),
  ).values(),
];

/** Whether a deployment can have moved a series, by the labels of that. */
function concerning(services: Services): (series: SeriesInfo, deployment: Known) => boolean {
  const names = saidNames(services);
  return ({ labels }, { service, environment }) => {
    const said = (keys: readonly string[]) =>
      keys.map((key) => labels[key]).find((value) => value !== undefined);
    const [ofService, ofEnvironment] = [said(SERVICE_LABELS), said(ENVIRONMENT_LABELS)];
    if (ofService !== undefined && (service === null || !names.isService(ofService, service))) return false;
    if (ofEnvironment === undefined) return true;
    return environment !== null && names.isEnvironment(ofEnvironment, environment, service);
  };
}

/** The one with these labels and no others. */
function pointsOf({ store }: Services, series: SeriesInfo, fromMs: number, toMs: number): Point[] {
  const name = seriesName(series);
  const found =
    store.series.points(series, fromMs, toMs).find((each) => seriesName(each) === name)?.points ?? [];
  const every = Math.max(1, Math.ceil(found.length / MOST_POINTS));
  return every === 1 ? found : found.filter((_point, at) => at % every === 0);
}
