// Conditional requests: what has not changed is not sent again, and the poller cannot tell the difference.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type FakeAnswer, type FakeApi, fakeApi, plainHttp } from "../../../../../test/fake-api.ts";
import github from "../../../../adapters/source/github/index.ts";
import type { Connection } from "../../../../ports/source.ts";
import { conditional } from "./conditional.ts";

/** Answers as GitHub does: an ETag for each, and 304 without a body to whom has it. */
function withEtags(answer: (path: string) => FakeAnswer, statuses: number[]): Promise<FakeApi> {
  return fakeApi(({ path, headers }) => {
    const { status = 200, headers: more = {}, body } = answer(path);
    const etag = `W/"${createHash("sha1").update(JSON.stringify(body)).digest("hex")}"`;
    const known = status === 200 && headers["if-none-match"] === etag;
    statuses.push(known ? 304 : status);
    if (known) return { status: 304, headers: { etag, "x-ratelimit-remaining": "59" }, body: undefined };
    return { status, headers: { etag, ...more }, body };
  });
}

test("the second walk over GitHub costs no rate limit where nothing has changed, and tells the same", async () => {
  const repository = {
    id: 4321,
    full_name: "example-shop/shop",
    html_url: "https://github.com/example-shop/shop",
  };
  const pulls = [
    {
      number: 7,
      state: "open",
      created_at: "2026-11-20T08:00:00Z",
      updated_at: "2026-11-20T08:30:00Z",
      html_url: "https://github.com/example-shop/shop/pull/7",
    },
  ];
  const statuses: number[] = [];
  await using api = await withEtags((path) => {
    if (path.endsWith("/shop")) return { body: repository };
    if (path.endsWith("/runs")) return { body: { total_count: 0, workflow_runs: [] } };
    return { body: path.endsWith("/pulls") ? pulls : [] };
  }, statuses);
  const connection: Connection = { url: api.url, token: "t", only: ["example-shop/shop"], instance: "" };
  const http = conditional(plainHttp);
  const walk = async () => {
    const told = [];
    for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
      const page = await github.poller.page(connection, "2026-11-20T00:00:00Z", cursor, http, undefined);
      told.push(...page.transitions);
      cursor = page.cursor;
    }
    return told;
  };
  const before = await walk();
  expect(before.length).toBeGreaterThan(0);
  expect(new Set(statuses.splice(0))).toEqual(new Set([200]));
  expect(await walk()).toEqual(before);
  expect(statuses.splice(0)).toEqual(Array(8).fill(304));
  pulls[0] = { ...pulls[0], number: 8 } as (typeof pulls)[number];
  expect((await walk()).map(({ object }) => object.externalId)).toContain("pull/4321/8");
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
});

test("an answer without an ETag and one that is no success are asked for as before", async () => {
  let answer: FakeAnswer = { body: [1] };
  await using api = await fakeApi(() => answer);
  const http = conditional(plainHttp);
  for (const next of [{ body: [1] }, { status: 500, headers: { etag: '"x"' }, body: [2] }, { body: [3] }]) {
    answer = next;
    expect((await http.getJson(`${api.url}/list`, {})).body).toEqual(next.body);
  }
  expect(api.requests.some(({ headers }) => "if-none-match" in headers)).toBe(false);
});

test("keeps no more than it may, the last used longest", async () => {
  const statuses: number[] = [];
  await using api = await withEtags((path) => ({ body: { path, text: "x".repeat(50) } }), statuses);
  const http = conditional(plainHttp, 110);
  const ask = (path: string) => http.getJson(`${api.url}${path}`, {});
  for (const path of ["/1", "/2", "/1", "/3", "/1", "/2"]) await ask(path);
  expect(statuses).toEqual([200, 200, 304, 200, 304, 200]);
});
