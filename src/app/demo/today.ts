/** Today at Example Shop, by a script: one of everything that the page can show, whatever chance did before. Pure. */
import { changeScenes, ideaFor, makeChange } from "./changes.ts";
import { SERVICES } from "./company.ts";
import { TODAY_MS } from "./history.ts";
import { localDeployment } from "./local-scenes.ts";
import { shopTests } from "./numbers.ts";
import { closePreview, openPreview } from "./previews.ts";
import { release } from "./release.ts";
import type { Idea, Outcome, Release, Scene, Service } from "./story.ts";
import { board } from "./tickets.ts";
import { alarmHooks, flagHook } from "./tools/alarms.ts";
import { configRelease } from "./tools/heroku.ts";
import { octopus } from "./tools/octopus.ts";
import { placeOf, rollOut, type World } from "./world.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function named(name: string): Service {
  const service = SERVICES.find((each) => each.name === name);
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return service;
}

/** Scenes of today; those that are still to come (a running deployment's end) are among them. */
export function today(world: World, nowMs: number): Scene[] {
  const ago = (minutes: number): number => nowMs - minutes * MINUTE;
  const to = (
    made: Release,
    environment: string,
    minutes: number,
    outcome: Outcome = "succeeded",
  ): Scene[] => {
    const place = placeOf(made.service, environment);
    const times = {
      queuedMs: ago(minutes) - 8000,
      startMs: ago(minutes),
      endMs: ago(minutes) + place.usualMs,
    };
    return rollOut(world, made, place, { ...times, outcome }).scenes;
  };
  const fresh: Fresh = (name, minutes, idea = {}) =>
    release(world, named(name), ago(minutes), 3 * MINUTE, idea);

  const scenes = [
    ...shopIsBehind(fresh, to, ago),
    ...searchIsRolledBack(world, fresh, to, ago),
    ...warehouseFails(world, fresh, to, nowMs),
    ...accountsWaits(world, fresh, to, nowMs),
    ...mobileRuns(world, fresh, to, nowMs),
    ...websiteIsCanceled(world, fresh, to, nowMs),
    ...mailerIsConfigured(world, nowMs),
    ...paymentsGoesOut(fresh, to),
    ...isWorkedOn(world, nowMs),
    ...board(world, nowMs),
    flagHook({
      ...{ flag: "delivery-date", title: "Delivery date in the basket", service: "shop" },
      ...{ environment: "prod-eu", on: true, login: "alexis", atMs: ago(57) },
    }),
  ];
  for (const [name, environment] of SHOWN) {
    world.busyUntil.set(placeOf(named(name), environment), nowMs + SHOWN_MS);
  }
  return scenes;
}

/** What the script wants to be seen is left alone for a while. */
const SHOWN = [
  ["shop", "prod-eu"],
  ["search", "prod-eu"],
  ["warehouse", "prod-eu"],
] as const;
const SHOWN_MS = 15 * MINUTE;

type Fresh = (name: string, minutes: number, idea?: Partial<Idea>) => { made: Release; scenes: Scene[] };
type Ago = (minutes: number) => number;
type To = (made: Release, environment: string, minutes: number, outcome?: Outcome) => Scene[];

/** Two releases have passed staging, production has neither. */
function shopIsBehind(fresh: Fresh, to: To, ago: Ago): Scene[] {
  const older = fresh("shop", 410);
  const newer = fresh("shop", 95, {
    ...{ title: "Offer a passkey when somebody signs in", ticket: "SHOP-79", lifeMs: 2.6 * DAY },
  });
  return [
    ...older.scenes,
    ...to(older.made, "dev", 400),
    ...to(older.made, "staging", 370),
    ...newer.scenes,
    ...to(newer.made, "dev", 88),
    ...to(newer.made, "staging", 61),
    ...shopTests(newer.made, ago(90)),
  ];
}

function searchIsRolledBack(world: World, fresh: Fresh, to: To, ago: (minutes: number) => number): Scene[] {
  const title = "Rank by what sold yesterday";
  const { made, scenes } = fresh("search", 300, {
    ...{ title, ticket: "SHOP-83", labels: ["ranking"], lifeMs: 1.7 * DAY },
  });
  const before = world.running.get(placeOf(made.service, "prod-eu"));
  const out = [...scenes, ...to(made, "dev", 292), ...to(made, "staging", 270), ...to(made, "prod-eu", 190)];
  if (before === undefined) return out;
  const [beganMs, endedMs] = [ago(181), ago(160)];
  const alarm = alarmHooks({
    ...{ number: 312, service: "search", team: "discovery", title: "Search finds nothing for shoes" },
    ...{ priority: "P2", login: "noor", beganMs, endedMs },
  });
  const undone = fresh("search", 110, {
    ...{
      title: `Revert "${title}"`,
      ticket: null,
      lifeMs: 40 * MINUTE,
      branch: "revert-640-rank-by-what-sold",
    },
    body: `This reverts commit ${made.commitSha}.`,
  });
  return [...out, ...alarm, ...to(before, "prod-eu", 165), ...undone.scenes, ...to(undone.made, "dev", 102)];
}

function warehouseFails(world: World, fresh: Fresh, to: To, nowMs: number): Scene[] {
  const { made, scenes } = fresh("warehouse", 240);
  const lost = placeOf(made.service, "prod-us");
  const startMs = nowMs - 30 * 60 * MINUTE;
  const never = rollOut(world, made, lost, { queuedMs: startMs - 5000, startMs, endMs: null }).scenes;
  world.busyUntil.delete(lost);
  return [
    ...never,
    ...scenes,
    ...to(made, "dev", 225),
    ...to(made, "staging", 190),
    ...localDeployment({
      made,
      environment: "staging",
      startMs: nowMs - 189 * MINUTE,
      endMs: nowMs - 184 * MINUTE,
    }),
    ...to(made, "prod-eu", 42, "failed"),
  ];
}

/** It waits for somebody to say yes, who does so in a few minutes. */
function accountsWaits(world: World, fresh: Fresh, to: To, nowMs: number): Scene[] {
  const { made, scenes } = fresh("accounts", 200);
  const place = placeOf(made.service, "prod-eu");
  const queuedMs = nowMs - 25 * MINUTE;
  const { rollout, scenes: waits } = rollOut(world, made, place, { queuedMs, startMs: null, endMs: null });
  const begun = { ...rollout, startMs: nowMs + 7 * MINUTE, endMs: nowMs + 9 * MINUTE };
  world.busyUntil.set(place, begun.endMs);
  const [, ...goesOn] = octopus.rollout(begun);
  return [...scenes, ...to(made, "dev", 190), ...to(made, "staging", 150), ...waits, ...goesOn];
}

/** It began two minutes ago and ends in three. */
function mobileRuns(world: World, fresh: Fresh, to: To, nowMs: number): Scene[] {
  const { made, scenes } = fresh("mobile-api", 50, {
    ...{ title: "Take a passkey instead of a password", ticket: "SHOP-80", lifeMs: 1.4 * DAY },
  });
  const times = { queuedMs: nowMs - 2.2 * MINUTE, startMs: nowMs - 2 * MINUTE, endMs: nowMs + 3 * MINUTE };
  return [
    ...scenes,
    ...to(made, "dev", 44),
    ...rollOut(world, made, placeOf(made.service, "staging"), times).scenes,
  ];
}

function websiteIsCanceled(world: World, fresh: Fresh, to: To, nowMs: number): Scene[] {
  const { made, scenes } = fresh("website", 120);
  const closed = openPreview(world, made, 477, nowMs - TODAY_MS + 30 * MINUTE);
  const open = openPreview(world, made, 481, nowMs - 70 * MINUTE);
  return [
    ...closed.scenes,
    ...closePreview(closed.rollout, nowMs - 130 * MINUTE),
    ...open.scenes,
    ...scenes,
    ...to(made, "dev", 112),
    ...to(made, "staging", 100, "canceled"),
  ];
}

/** A changed setting is a release at Heroku, and no deployment of code. */
function mailerIsConfigured(world: World, nowMs: number): Scene[] {
  const service = named("mailer");
  const place = placeOf(service, "prod-eu");
  const made = world.running.get(place);
  if (made === undefined) return [];
  const times = { queuedMs: nowMs, startMs: nowMs, endMs: nowMs };
  const number = world.nextNumber();
  return configRelease(
    { release: made, place, number, login: "noor", outcome: "succeeded", ...times },
    nowMs - 80 * MINUTE,
  );
}

/** GitHub deploys it up to staging and Octopus to production: two names, one service. */
function paymentsGoesOut(fresh: Fresh, to: To): Scene[] {
  const { made, scenes } = fresh("payments", 330, {
    ...{
      title: "Confirm a payment with a passkey",
      ticket: "SHOP-78",
      lifeMs: 1.9 * DAY,
      branch: "shop-78-confirm",
    },
  });
  return [
    ...scenes,
    ...to(made, "dev", 320),
    ...to(made, "staging", 300),
    ...to(made, "prod-eu", 140),
    ...to(made, "prod-us", 118),
    ...to(made, "prod-us", 20),
  ];
}

/** Changes that are open: one since this morning, one that was forgotten. */
function isWorkedOn(world: World, nowMs: number): Scene[] {
  const open = (name: string, lifeMs: number, given: Partial<Idea>): Scene[] => {
    const service = named(name);
    const idea = ideaFor(world, service, nowMs, { ...given, lifeMs });
    const base = world.releases.get(service)?.at(-1)?.commitSha ?? null;
    return changeScenes(world, makeChange(world, service, base, idea, { mergedMs: null, untilMs: nowMs }));
  };
  return [
    ...open("website", 0.4 * DAY, { title: "Explain passkeys", ticket: "SHOP-81" }),
    ...open("reports", 11 * DAY, { title: "Compare with last year" }),
    ...open("checkout", 3 * DAY, { title: "Check the address while it is typed" }),
  ];
}
