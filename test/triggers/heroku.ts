// Heroku's Platform API as its reference describes it: releases with slugs, promotions with targets, a rollback.
import {
  type Asked,
  type FakeVendor,
  fakeVendor,
  NOTHING,
  pick,
  type Run,
  type Said,
  TOKEN,
} from "./server.ts";

/** What was built in the app that is promoted from: version, and the commit of its slug. */
export interface Built {
  version: number;
  commit: string;
}

export const commitOf = (version: string): string =>
  Buffer.from(version).toString("hex").padEnd(40, "0").slice(0, 40);

/** The slug of a commit is named by it; the version that is there is told by its slug. */
export const fakeHeroku = (versions: readonly string[]): Promise<FakeVendor> =>
  fakeVendor((asked, fake) => {
    if (asked.headers["authorization"] !== `Bearer ${TOKEN}`)
      return { status: 401, body: { id: "unauthorized", message: "Invalid credentials provided." } };
    if (asked.headers["accept"] !== "application/vnd.heroku+json; version=3")
      return { status: 406, body: { message: "no such version" } };
    return answer(asked, fake, versions);
  });

const slugOf = (version: string): string => `slug-${commitOf(version)}`;

function answer({ method, path, body }: Asked, fake: FakeVendor, versions: readonly string[]): Said {
  const on = `${method} ${path}`;
  if (on === "GET /pipelines/shop") return { body: { id: "pipeline-1", name: "shop" } };
  if (on === "GET /apps/shop-staging" || on === "GET /apps/shop")
    return { body: { id: `id-of-${path.slice(6)}`, name: path.slice(6) } };
  if (on === "GET /apps/shop-staging/releases")
    return { body: versions.map((version, at) => stagingRelease(version, at, versions.length)).toReversed() };
  const [, commit] = /^GET \/apps\/[^/]+\/slugs\/slug-(.+)$/.exec(on) ?? [];
  if (commit !== undefined) return { body: { id: `slug-${commit}`, commit } };
  if (on === "POST /pipeline-promotions") {
    const wanted = pick(body, "source", "release", "id");
    const version =
      wanted === undefined
        ? (versions.at(-1) ?? "")
        : (versions.find((each) => `staging-${each}` === wanted) ?? "");
    return {
      status: 201,
      body: { id: `promotion-${fake.start(version, [], { body }).id}`, status: "pending" },
    };
  }
  if (on === "GET /apps/shop/releases")
    return { body: fake.runs.filter(isReleased).toReversed().map(release) };
  if (on === "POST /apps/shop/releases") {
    const earlier = fake.runs.find(({ id }) => `release-${id}` === pick(body, "release"));
    if (earlier === undefined) return NOTHING;
    return { status: 201, body: release(fake.start(earlier.version, [], { isBack: true })) };
  }
  const [, id, what] =
    /^GET \/(?:pipeline-promotions\/promotion|apps\/shop\/releases\/release)-(\d+)(\/promotion-targets)?$/.exec(
      on,
    ) ?? [];
  const run = fake.runs.find((each) => String(each.id) === id);
  if (run === undefined) return NOTHING;
  fake.advance(run);
  return { body: what === undefined ? release(run) : [target(run)] };
}

const stagingRelease = (version: string, at: number, of: number) => ({
  ...{ id: `staging-${version}`, version: at + 3, status: "succeeded", current: at === of - 1 },
  ...{ slug: { id: slugOf(version) }, created_at: "2026-11-20T10:00:00Z" },
});

const isReleased = ({ state, facts }: Run): boolean =>
  facts["isBack"] === true || state === "succeeded" || state === "running";
const STATUS = {
  waiting: "pending",
  running: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "failed",
} as const;

const release = (run: Run) => ({
  ...{
    id: `release-${run.id}`,
    version: run.id,
    status: STATUS[run.state],
    current: run.state === "succeeded",
  },
  ...{ slug: { id: slugOf(run.version) }, created_at: run.startedAt },
});
const target = (run: Run) => ({
  ...{
    app: { id: "id-of-shop" },
    status: STATUS[run.state],
    release: run.state === "succeeded" ? { id: `release-${run.id}` } : null,
  },
  error_message: run.state === "failed" ? `deploying ${run.version} failed` : null,
});
