/** Heroku's Platform API as it is documented, for tests of its poller: releases and builds of an app, paged by `Range`. */
import { expect } from "vitest";
import type { Connection } from "../src/ports/source.ts";
import { type FakeApi, fakeApi } from "./fake-api.ts";

export const APP = { id: "a-1", name: "shop" };
const user = { id: "u-1", email: "robin@shop.example.com" };
export const commitOf = (version: number): string => version.toString(16).padStart(40, "a");

export const release = (version: number, createdAt: string, more: object = {}) => ({
  id: `r-${version}`,
  app: APP,
  slug: { id: `s-${version}` },
  stack: "heroku-24",
  status: "succeeded",
  version,
  description: `Deploy ${commitOf(version).slice(0, 8)}`,
  user,
  created_at: createdAt,
  updated_at: createdAt,
  ...more,
});
export const build = (version: number, createdAt: string, updatedAt: string) => ({
  id: `b-${version}`,
  app: { id: APP.id },
  status: "succeeded",
  release: { id: `r-${version}` },
  slug: { id: `s-${version}` },
  source_blob: { url: "https://source.example.com/app.tgz?sig=1", version: commitOf(version) },
  stack: "heroku-24",
  user,
  created_at: createdAt,
  updated_at: updatedAt,
});

interface Held {
  releases: ReturnType<typeof release>[];
  builds?: ReturnType<typeof build>[];
  stage?: string | null;
}

/** `Range: version ..; order=desc, max=50`, then what `Next-Range` said. */
export function herokuApi({ releases, builds = [], stage = "production" }: Held): Promise<FakeApi> {
  return fakeApi(({ path, headers }) => {
    if (headers["authorization"] !== "Bearer t0ken") return { status: 401, body: { id: "unauthorized" } };
    expect(headers["accept"]).toBe("application/vnd.heroku+json; version=3");
    if (path === "/apps/shop") return { body: APP };
    if (path === "/apps/a-1/pipeline-couplings")
      return stage === null
        ? { status: 404, body: { id: "not_found" } }
        : { body: { stage, pipeline: { id: "p-1", name: "shop" } } };
    const [, slug] = /^\/apps\/a-1\/slugs\/s-(\d+)$/.exec(path) ?? [];
    if (slug !== undefined) return { body: { id: `s-${slug}`, commit: commitOf(Number(slug)) } };
    const list = { "/apps/a-1/releases": releases, "/apps/a-1/builds": builds }[path];
    if (list === undefined) return { status: 404, body: { id: "not_found" } };
    const field = path.endsWith("releases") ? "version" : "created_at";
    const range = headers["range"] ?? "";
    const [, after, max] =
      new RegExp(`^${field} (?:\\](.+))?\\.\\.; order=desc, max=(\\d+)$`).exec(range) ?? expect.fail(range);
    const newest = [...list].sort((a, b) => (a.created_at > b.created_at ? -1 : 1));
    const orderedBy = (row: object): string => String(Reflect.get(row, field));
    const from = after === undefined ? 0 : newest.findIndex((row) => orderedBy(row) === after) + 1;
    const rows = newest.slice(from, from + Number(max));
    const last = rows.at(-1);
    if (from + rows.length >= newest.length || last === undefined) return { body: rows };
    const next = `${field} ]${orderedBy(last)}..; order=desc, max=${max}`;
    return { status: 206, headers: { "next-range": next }, body: rows };
  });
}

export const connect = (api: FakeApi, only = ["shop"]): Connection => ({
  url: api.url,
  token: "t0ken",
  only,
  instance: "",
});
