// One comment on a change, edited each time, through forges that answer as GitHub and GitLab document it.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { deployment, T0 } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { commitCommands } from "../../data/commits/commit-commands.ts";
import { whereComment } from "./where-comment.ts";

let house: WiredHouse;
let server: Server;
afterEach(async () => {
  await house.close();
  server.close();
});

interface Forge {
  comments: Array<{ id: number; body: string }>;
  asked: string[];
  isDown: boolean;
  labels: string[];
}

async function forge(list: RegExp, one: RegExp): Promise<{ url: string; forge: Forge }> {
  const state: Forge = {
    comments: [{ id: 1, body: "Looks good" }],
    asked: [],
    isDown: false,
    labels: ["bug", "deployed: old"],
  };
  server = createServer((request, response) => {
    let sent = "";
    request.on("data", (chunk: Buffer) => {
      sent += chunk.toString();
    });
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      state.asked.push(`${request.method} ${pathname}`);
      if (state.isDown) return response.writeHead(503).end();
      if (pathname.endsWith("/merge_requests/15") || pathname.includes("/labels"))
        return answerLabels(state, request.method ?? "", decodeURIComponent(pathname), sent, response);
      const body = sent === "" ? "" : String((JSON.parse(sent) as { body: string }).body);
      const id = one.exec(pathname)?.[1];
      if (id !== undefined) for (const each of state.comments) if (each.id === Number(id)) each.body = body;
      if (id === undefined && !list.test(pathname)) return response.writeHead(404).end();
      if (request.method === "POST") state.comments.push({ id: state.comments.length + 1, body });
      const rows = searchParams.get("page") === "1" ? state.comments : [];
      return response.writeHead(request.method === "POST" ? 201 : 200).end(JSON.stringify(rows));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, forge: state };
}

/** As GitHub's labels of an issue, and as the labels of a merge request of GitLab. */
function answerLabels(
  state: Forge,
  method: string,
  path: string,
  sent: string,
  response: ServerResponse,
): void {
  const said = (sent === "" ? {} : JSON.parse(sent)) as {
    labels?: string[];
    add_labels?: string;
    remove_labels?: string;
  };
  const gone = [
    ...(said.remove_labels?.split(",") ?? []),
    ...(method === "DELETE" ? [path.split("/labels/")[1] ?? ""] : []),
  ];
  const added = [...(said.labels ?? []), ...(said.add_labels?.split(",") ?? [])];
  state.labels = [...state.labels.filter((label) => !gone.includes(label)), ...added];
  const rows = state.labels.map((name) => ({ id: 1, name, color: "ededed" }));
  response.end(JSON.stringify(path.includes("/labels") ? rows : { iid: 15, labels: state.labels }));
}

const SHA = "ab".repeat(20);

async function open(source: string, url: string, repository: string): Promise<void> {
  const poll = { url, token: "t0ken", only: [], everySeconds: 300, backfillDays: 1 };
  house = await openWired({ sources: [{ source, instance: null, secrets: [], options: undefined, poll }] });
  const [add] = commitCommands;
  if (add === undefined) throw new Error("no command");
  await house.run(add, {
    repository,
    commits: [{ sha: SHA, parents: [], message: "Pay (#15)\n\nSee merge request !15" }],
  });
  house.services.store.log.append([deployment("1", { repository, commitSha: SHA, environment: "staging" })]);
}
const write = async (what: string, more: object = {}) =>
  whereComment.output.parse(await house.run(whereComment, { what, ...more }));

test("GitHub: written once, then edited, also when others comment; what could not be written waits", async () => {
  const { url, forge: state } = await forge(
    /^\/api\/v3\/repos\/example\/shop\/issues\/15\/comments$/,
    /\/issues\/comments\/(\d+)$/,
  );
  await open("github", url, `${url}/example/shop`);
  const page = `${url}/example/shop/pull/15`;
  expect(await write(page)).toMatchObject({ change: "#15", state: "delivered" });
  house.services.store.log.append([
    deployment("2", { repository: `${url}/example/shop`, commitSha: SHA, environment: "prod-eu" }),
  ]);
  state.comments.unshift({ id: 9, body: "Nice" });
  await write(page);
  expect(state.comments).toHaveLength(3);
  const own = state.comments.find(({ body }) => body.includes("vice:where"))?.body ?? "";
  expect(own).toContain("| shop | staging | yes |");
  expect(own).toContain("| shop | prod-eu | yes |");
  state.isDown = true;
  expect(await write(page)).toMatchObject({ state: "waiting", problem: expect.stringContaining("503") });
  expect(
    house.services.store.outbox.channels().find(({ channel }) => channel.startsWith("change:"))?.waiting,
  ).toBe(1);
});

test("GitLab: notes of the merge request", async () => {
  const { url, forge: state } = await forge(
    /^\/api\/v4\/projects\/group%2Fapp\/merge_requests\/15\/notes$/,
    /\/notes\/(\d+)$/,
  );
  await open("gitlab", url, `${url}/group/app`);
  const page = `${url}/group/app/-/merge_requests/15`;
  await write(page);
  await write(page);
  expect(state.comments).toHaveLength(2);
  expect(state.asked.map((each) => each.split(" ")[0])).toEqual(["GET", "POST", "GET", "PUT"]);
});

test("without a connection nothing is written, and a commit cannot be commented on", async () => {
  const { url } = await forge(/^$/, /^$/);
  await open("github", url, "https://github.com/example/shop");
  await expect(write("https://github.com/example/shop/pull/15")).rejects.toThrow(
    "No connection with a token goes to github.com",
  );
  await expect(write(SHA)).rejects.toThrow("only changes");
});

test.each([
  ["github", "example/shop", "/pull/15", ["GET", "POST", "DELETE"]],
  ["gitlab", "group/app", "/-/merge_requests/15", ["GET", "PUT"]],
])("%s: labels say which environments have it; others stay, and the second time nothing is written", async (source, name, path, first) => {
  const { url, forge: state } = await forge(/\/(comments|notes)$/, /\/(?:comments|notes)\/(\d+)$/);
  await open(source, url, `${url}/${name}`);
  const page = `${url}/${name}${path}`;
  const onLabels = (): string[] =>
    state.asked
      .splice(0)
      .filter((each) => /labels|merge_requests\/15$/.test(each))
      .map((each) => each.split(" ")[0] ?? "");
  await write(page);
  expect(onLabels()).toEqual([]);
  expect(await write(page, { label: true })).toMatchObject({ state: "delivered", labelled: ["staging"] });
  expect(state.labels).toEqual(["bug", "deployed: staging"]);
  expect(onLabels()).toEqual(first);
  await write(page, { label: true });
  expect(onLabels()).toEqual(["GET"]);
  expect(state.labels).toEqual(["bug", "deployed: staging"]);
});

test("an environment that two services spell in different ways is one: it is labelled when both have all of it", async () => {
  const { url } = await forge(/\/(comments|notes)$/, /\/(?:comments|notes)\/(\d+)$/);
  await open("github", url, `${url}/example/shop`);
  const api = (id: string, commitSha: string) => {
    const facts = { service: "api", repository: `${url}/example/shop`, commitSha, environment: "Staging" };
    house.services.store.log.append([deployment(id, facts, "succeeded", T0 + Number(id) * 60_000)]);
  };
  const page = `${url}/example/shop/pull/15`;
  api("2", "cd".repeat(20));
  expect(await write(page, { label: true })).toMatchObject({ labelled: [] });
  api("3", SHA);
  expect((await write(page, { label: true })).labelled).toHaveLength(1);
});
