/** Trello: the suite of the port, a card's way over its board by webhook, and the same years by the actions of the board. */
import { expect, test } from "vitest";
import { fakeApi, plainHttp } from "../../../../test/fake-api.ts";
import { pollAll, rowsOfAll } from "../../../../test/poll-all.ts";
import { rowsOf, transitionsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import trello from "./index.ts";

sourceConformance(trello);

const BOARD = "5f0000000000000000000001";
const START = Date.parse("2024-12-01T08:00:00Z");
const HOUR = 3_600_000;
const hex = (n: number, width: number): string => n.toString(16).padStart(width, "0");
const cardId = (n: number): string => `${hex((START + n * HOUR) / 1000, 8)}${hex(n, 16)}`;

/** As "Get Actions of a Board" and webhooks give it. */
const action = (n: number, nth: number, type: string, data: object) => ({
  id: `${hex(n * 10 + nth, 8)}${hex(nth, 16)}`,
  type,
  date: new Date(START + n * HOUR + nth * 24 * HOUR).toISOString(),
  memberCreator: { id: "m", fullName: "Robin Example", username: "robin" },
  data: {
    board: { id: BOARD, name: "Example Shop", shortLink: "b" },
    card: { id: cardId(n), idShort: n, shortLink: `c${n}`, name: `Card ${n}`, ...Object(data)["card"] },
    ...Object.fromEntries(Object.entries(data).filter(([key]) => key !== "card")),
  },
});
const list = (name: string) => ({ id: `l-${name}`, name });
const moved = (n: number, nth: number, from: string, to: string) =>
  action(n, nth, "updateCard", { listBefore: list(from), listAfter: list(to), old: { idList: "x" } });
const archived = (n: number, nth: number, name: string) =>
  action(n, nth, "updateCard", { list: list(name), card: { closed: true }, old: { closed: false } });
const wayOf = (n: number) => [
  action(n, 0, "createCard", { list: list("To Do") }),
  moved(n, 1, "To Do", "Doing"),
  moved(n, 2, "Doing", "Done"),
  archived(n, 3, "Done"),
];

const read = (body: unknown, options: unknown = undefined) => ({
  ...{ headers: {}, body, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options },
});
const hook = (one: object, options?: unknown) => read({ action: one, model: { id: BOARD } }, options);

test("a card made, worked on and done is one ticket with its lists; putting it away afterwards gives nothing up", () => {
  const [row, ...others] = rowsOf(
    trello,
    wayOf(7).map((one) => hook(one)),
  );
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    ...{ kind: "ticket", status: "succeeded", service: "Example Shop", externalId: cardId(7) },
    startedAt: new Date(START + 7 * HOUR + 24 * HOUR).toISOString(),
    finishedAt: new Date(START + 7 * HOUR + 48 * HOUR).toISOString(),
    url: "https://trello.com/c/c7",
    actor: { name: "Robin Example", login: "robin" },
    tags: { key: "c7", number: "7", title: "Card 7", column: "Done" },
  });
});

test.each([
  ["put away without being done", [archived(1, 1, "Doing")], "canceled"],
  ["deleted", [action(1, 1, "deleteCard", { list: list("Doing") })], "canceled"],
  [
    "put away and taken out again",
    [
      archived(1, 1, "Doing"),
      action(1, 2, "updateCard", { list: list("Doing"), card: { closed: false }, old: { closed: true } }),
    ],
    "running",
  ],
  ["renamed", [action(1, 1, "updateCard", { list: list("Doing"), old: { name: "x" } })], "pending"],
  ["taken back from done", [moved(1, 1, "To Do", "Done"), moved(1, 2, "Done", "Doing")], "running"],
])("%s", (_, then, status) => {
  const all = [action(1, 0, "createCard", { list: list("To Do") }), ...then];
  expect(
    rowsOf(
      trello,
      all.map((one) => hook(one)),
    )[0],
  ).toMatchObject({ status });
});

test("what lists mean may be said; what says nothing of a card's way is not used", () => {
  const options = { openLists: ["wünsche"], doneLists: ["fertig*"] };
  const made = action(1, 0, "createCard", { list: list("Wünsche") });
  const steps = [made, moved(1, 1, "Wünsche", "Fertig 2026")].map(
    (one) => transitionsOf(trello, [hook(one, options)])[0]?.[0].step,
  );
  expect(steps).toEqual(["requested", "succeeded"]);
  expect(trello.normalise(hook(action(1, 0, "commentCard", {})))).toMatchObject({ outcome: "ignored" });
  expect(trello.normalise(read({ model: {} }))).toMatchObject({ outcome: "unmapped" });
});

test("the actions of two boards come in pages, with key and token, and say what webhooks say: beside them nothing is new", async () => {
  const all = Array.from({ length: 600 }, (_, n) => wayOf(n + 1)).flat();
  const newest = all.toSorted((a, b) => (a.date < b.date ? 1 : -1));
  await using api = await fakeApi(({ path, query }) => {
    if (path !== `/1/boards/${BOARD}/actions`) return { body: [] };
    const from =
      query.get("before") === null ? 0 : newest.findIndex(({ id }) => id === query.get("before")) + 1;
    return { body: newest.slice(from, from + Number(query.get("limit"))) };
  });
  const connection = { url: api.url, token: "k3y:t0ken", only: [BOARD, "other"], instance: "" };
  const polled = await pollAll(
    trello.poller ?? { page: () => Promise.reject() },
    connection,
    "2024-11-20T00:00:00.000Z",
  );
  expect([polled.transitions.length, polled.pages]).toEqual([2400, 4]);
  expect(polled.progress.at(-1)).toBe(1);
  expect(polled.progress).toEqual(polled.progress.toSorted((a, b) => a - b));
  expect(api.requests[0]?.headers["authorization"]).toBe(
    'OAuth oauth_consumer_key="k3y", oauth_token="t0ken"',
  );
  expect(api.requests[0]?.query.get("since")).toBe("2024-11-20T00:00:00.000Z");
  const told = transitionsOf(
    trello,
    all.map((one) => hook(one)),
  ).map(([one]) => one);
  const rows = rowsOfAll(polled.transitions);
  expect(rows.length).toBe(600);
  expect(rowsOfAll([...told, ...polled.transitions])).toEqual(rowsOfAll(told));
  await expect(
    trello.poller?.page({ ...connection, only: [] }, "", null, plainHttp, undefined),
  ).rejects.toThrow("Trello board");
});
