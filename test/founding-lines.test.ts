// The command lines of the founding documents, as written, on a machine that never saw vice: the built command, no server.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ExampleWeb, type Said } from "./example-web.ts";
import { type FakeS3, fakeS3 } from "./fake-s3.ts";
import { needs } from "./needs.ts";
import { startServer } from "./reliability/server.ts";

const DASHBOARD = `
dashboards:
  early: { environment: dev }
`;

/** As it stands there, with what is put in for the words in brackets, and what it says. */
const LINES: ReadonlyArray<[written: string, put: Record<string, string>, says: RegExp]> = [
  ["vice envy <options...> <project>", { options: "--format dotenv" }, /^GREETING=Hello\nGUESTBOOK_KEY=/],
  ["vice envy <options...> <project>", { options: "--format json --host web-1" }, /"GREETING": "Hello"/],
  ["vice pride deploy <project>", {}, /✓ web \w{12} runs in dev: http:\/\/localhost:\d+/],
  ["vice wrath <project> <options...>", { options: "--format text" }, /2 passed\./],
  [
    "vice wrath <project> <options...>",
    { options: "--environment dev --format tap" },
    /^ok 2 - right version$/m,
  ],
  ["vice gluttony report <project>", {}, /Last 90 days: 1 deployment, 100\.0 % succeeded/],
  [
    "vice gluttony report <saved dashboard name>",
    { "saved dashboard name": "early" },
    /^early\n.*\nweb +dev/,
  ],
  ["vice gluttony report <saved dashboard name>", { "saved dashboard name": "all" }, /^all\n.*\nweb +dev/],
  ['vice lust <project> -m "..."', { "...": "Everything's looking good, guys" }, /✓ terminal/],
  [
    "vice greed backup <options...> <S3 URL>",
    { options: "--no-color" },
    /Backed up to s3:\/\/bucket\/vice\//,
  ],
];

const filled = (written: string, put: Record<string, string>): string =>
  written
    .replace('"..."', `"${put["..."] ?? ""}"`)
    .replace(
      /<([^>]+?)(\.\.\.)?>/g,
      (_whole, name: string) => ({ project: "web", "S3 URL": "s3://bucket/vice", ...put })[name] ?? "",
    );

needs("sh").describe("the lines of the founding documents", () => {
  let web: ExampleWeb;
  let s3: FakeS3;
  beforeAll(async () => {
    web = new ExampleWeb();
    s3 = await fakeS3();
    mkdirSync(web.home, { recursive: true });
    writeFileSync(join(web.home, "vice.server.yaml"), DASHBOARD);
  });
  afterAll(async () => {
    web.close();
    await s3[Symbol.asyncDispose]();
  });

  test.each(LINES)("%s, %j", async (written, put, says) => {
    const { code, out, err } = await web.sh(filled(written, put), s3.environment);
    expect([code, out, err]).toEqual([0, expect.stringMatching(says), expect.any(String)]);
  });

  test("vscli event ... start, vscli event ... end", async () => {
    const said: Said = await web.sh(`
TRACEID="$(vscli event -tag='source|gcloud' -tag='service|api' -type=pipeline start)"    # vscli being a link to vice
vscli event -type=pipeline end -event-id=\${TRACEID}
echo "$TRACEID"`);
    expect(said).toMatchObject({ code: 0, err: "" });
    const { items } = await web.json<{ items: object[] }>("vice activities --kind pipeline");
    expect(items).toMatchObject([
      { id: said.out.trim(), service: "api", status: "succeeded", tags: { source: "gcloud" } },
    ]);
  });

  test("what was deployed without a server is there when one is started", async () => {
    const server = await startServer(web.home);
    try {
      const { items } = (await (await fetch(`${server.url}/v1/status`)).json()) as { items: object[] };
      expect(items).toMatchObject([{ service: "web", environment: "dev", running: { source: "vice" } }]);
    } finally {
      await server.end("SIGTERM");
    }
  });
});
