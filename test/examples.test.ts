// The examples are used as they stand, so that they cannot rot: the web project by its README, the CI snippets by their shell part.
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { EXAMPLES, ExampleWeb, SECRET } from "./example-web.ts";
import { amounts, level } from "./level.ts";
import { needs } from "./needs.ts";
import { type Server, startServer } from "./reliability/server.ts";

interface Run {
  id: string;
  name: string;
  status: string;
  steps: Array<{ key: string; status: string; outputs: Record<string, string> }>;
}

/** Each test is several commands, on a machine that does other things as well. */
const LONG = amounts.testTimeoutMs * 3;

interface Promoted {
  environment: string;
  artifact: { digest: string };
}

needs("sh").describe("examples/web", () => {
  let web: ExampleWeb;
  beforeAll(() => {
    web = new ExampleWeb();
  });
  afterAll(() => web.close());

  /** The digest of what runs, by environment. */
  const promoted = async (): Promise<Record<string, string>> => {
    const { items } = await web.json<{ items: Promoted[] }>("vice artifact promoted web");
    return Object.fromEntries(items.map(({ environment, artifact }) => [environment, artifact.digest]));
  };

  test(
    "is deployed, promoted byte for byte, checked, and needs somebody else for production",
    async () => {
      expect(await web.sh("vice deploy web dev --version v1")).toMatchObject({ code: 0 });
      expect(await web.answer("dev")).toContain("<h1>Hello</h1>");
      expect(await web.sh("vice verify web dev")).toMatchObject({
        code: 0,
        out: expect.stringContaining("2 passed."),
      });
      // The folder has moved on since: what runs in dev goes to staging, not what lies there now.
      const page = join(web.folder, "app/public/index.html");
      const text = readFileSync(page, "utf8");
      writeFileSync(page, text.replace("%greeting%", "Unfinished"));
      expect(await web.sh("vice deploy promote web staging")).toMatchObject({ code: 0 });
      writeFileSync(page, text);
      expect(await web.answer("staging")).toContain("<h1>Hello</h1>");
      const digests = await promoted();
      expect(Object.keys(digests).sort()).toEqual(["dev", "staging"]);
      expect(digests["dev"]).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(digests["staging"]).toBe(digests["dev"]);
      const refused = await web.sh("vice deploy promote web production");
      expect([refused.code, refused.out + refused.err]).toEqual([23, expect.stringContaining("approv")]);
      expect(await web.answer("production")).toBeNull();
    },
    LONG,
  );

  test(
    "a version that is broken goes back by itself, with the reason",
    async () => {
      const file = join(web.folder, "app/server.js");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace("text: page", 'text: ""'));
      const broken = await web.sh("vice deploy web dev --version v2");
      writeFileSync(file, text);
      expect([broken.code, broken.out]).toEqual([20, expect.stringContaining("front page")]);
      expect(await web.answer("dev", "/version")).toBe('{"version":"v1"}');
    },
    LONG,
  );

  test(
    "its secret stands in nothing that vice says, and in no file of its home but that of the release",
    async () => {
      const said = await web.sh(
        "vice deploy history web --json; vice audit export --json; vice config explain GUESTBOOK_KEY dev",
      );
      expect(said.code).toBe(0);
      expect(said.out + said.err).not.toContain(SECRET);
      const files = readdirSync(web.home, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name));
      const having = files.filter((file) => readFileSync(file, "latin1").includes(SECRET));
      expect(having.length).toBeGreaterThan(0);
      expect(having.filter((file) => !/\/apps\/web\/web\/[^/]+\/env\/[^/]+\.json$/.test(file))).toEqual([]);
      expect(having.map((file) => statSync(file).mode & 0o077)).toEqual(having.map(() => 0));
    },
    LONG,
  );

  test(
    "after going back the bytes before are those that are promoted",
    async () => {
      const digest = async (): Promise<string | undefined> => (await promoted())["dev"];
      const before = await digest();
      const page = join(web.folder, "app/public/index.html");
      const text = readFileSync(page, "utf8");
      writeFileSync(page, text.replace("<title>web</title>", "<title>new</title>"));
      expect(await web.sh("vice deploy web dev --version v2")).toMatchObject({ code: 0 });
      writeFileSync(page, text);
      expect(await digest()).not.toBe(before);
      expect(await web.answer("dev")).toContain("<title>new</title>");
      expect(await web.sh("vice rollback web dev")).toMatchObject({ code: 0 });
      expect(await digest()).toBe(before);
      expect(await web.answer("dev")).toContain("<title>web</title>");
    },
    LONG,
  );

  test(
    "is stopped and started; started twice it is one process, restarted another",
    async () => {
      expect(await web.sh("vice deploy stop web dev")).toMatchObject({ code: 0 });
      expect(await web.answer("dev")).toBeNull();
      const urls: string[] = [];
      for (const verb of ["start", "start", "restart"]) {
        const { code, out } = await web.sh(`vice deploy ${verb} web dev`);
        expect([code, out]).toEqual([0, expect.stringMatching(/http:\/\/localhost:\d+/)]);
        urls.push(/http:\/\/localhost:\d+/.exec(out)?.[0] ?? "");
        expect(await web.answer("dev", "/version")).toBe('{"version":"v1"}');
      }
      expect(urls[1]).toBe(urls[0]);
      expect(urls[2]).not.toBe(urls[0]);
      expect(await web.sh("vice verify web dev")).toMatchObject({ code: 0 });
    },
    LONG,
  );

  test(
    "its pipeline packs, fills in, copies, migrates, deploys, restarts, checks, and a person signs",
    async () => {
      const first = await web.sh("vice auto run . --input version=v3");
      expect([first.code, first.out + first.err]).toEqual([23, expect.stringContaining("vice auto approve")]);
      const runs = await web.json<{ items: Run[] }>("vice auto runs");
      const { id } = runs.items.find(({ name }) => name === "web") ?? { id: "" };
      expect(await web.sh(`vice auto approve ${id} look --note fine`)).toMatchObject({ code: 0 });
      const run = await web.json<Run>(`vice auto show ${id}`);
      expect(run.steps.map(({ key, status }) => `${key} ${status}`)).toEqual(
        "test pack settings publish migrate deploy restart smoke look"
          .split(" ")
          .map((key) => `${key} succeeded`),
      );
      expect(run.steps.find(({ key }) => key === "restart")?.outputs).toMatchObject({ version: "v3" });
      expect(readFileSync(join(web.folder, "out/settings.json"), "utf8")).toBe(
        '{ "version": "v3", "content": "public-files" }\n',
      );
      for (const made of ["web.tar.gz", "public/index.html", "schema-2"])
        expect(existsSync(join(web.folder, "out", made)), made).toBe(true);
    },
    LONG,
  );
});

/** What a CI system puts around the shell part: the package by npx, variables of its own, the script that deploys. */
const AROUND = {
  npx: '#!/bin/sh\n[ "$1 $2" = "--yes vice-deploy" ] || exit 99\nshift 2\nexec vice "$@"\n',
  get_octopusvariable: `#!/bin/sh
case "$1" in
  VICE_SERVER) echo "$THE_SERVER" ;;
  VICE_TOKEN) echo "$THE_TOKEN" ;;
  Octopus.Project.Name) echo api ;;
  Octopus.Environment.Name) echo production ;;
  Octopus.Release.Number) echo 1.4.2 ;;
esac
`,
};
const DEPLOY = "#!/bin/sh\ntouch deployed\n";

needs("sh", "bash", "git").describe("examples/ci", () => {
  let web: ExampleWeb;
  let server: Server;
  let token: string;
  beforeAll(async () => {
    web = new ExampleWeb();
    for (const [name, text] of Object.entries(AROUND)) script(join(web.bin, name), text);
    for (const name of ["deploy.sh", "build.sh", "test.sh"])
      script(join(web.folder, name), name === "deploy.sh" ? DEPLOY : "#!/bin/sh\n");
    cpSync(join(EXAMPLES, "ci"), join(web.folder, "ci"), { recursive: true });
    const git = "git -c user.name=Robin -c user.email=robin@example.com -c init.defaultBranch=main";
    expect((await web.sh(`${git} init -q; git add .; ${git} commit -q -m first`)).code).toBe(0);
    await web.sh("vice status"); // makes the home
    server = await startServer(web.home);
    token = (
      await web.json<{ token: string }>("vice token create ci --scopes deploy --scopes write --scopes read")
    ).token;
  });
  afterAll(async () => {
    await server?.end("SIGTERM");
    web.close();
  });
  beforeEach(() => rmSync(join(web.folder, "deployed"), { force: true }));

  const script = (file: string, text: string): void => {
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  };
  /** As a runner of that system calls it. */
  const carriedOut = async (lines: string) => {
    const sha = (await web.sh("git rev-parse HEAD")).out.trim();
    const said = await web.sh(lines, {
      ...{ CI_COMMIT_SHA: sha, GITHUB_SHA: sha, GIT_COMMIT: sha, VERSION: "v1.4.2" },
      ...{ VICE_SERVER: server.url, VICE_TOKEN: token, THE_SERVER: server.url, THE_TOKEN: token },
      VICE_HOME: join(web.place, "runner"),
    });
    return { ...said, deployed: existsSync(join(web.folder, "deployed")) };
  };
  const textOf = (name: string): string => readFileSync(join(EXAMPLES, "ci", name), "utf8");
  /** The shell part of each, as its system puts it together. */
  const shellOf: Record<string, () => string> = {
    "gitlab-ci.yml": () => {
      const { deploy } = parse(textOf("gitlab-ci.yml")) as {
        deploy: Record<"script" | "after_script", string[]>;
      };
      return [...deploy.script, ...deploy.after_script].join("\n");
    },
    "github-actions.yml": () => {
      const { jobs } = parse(textOf("github-actions.yml")) as {
        jobs: { deploy: { steps: Array<{ run?: string }> } };
      };
      return jobs.deploy.steps.flatMap(({ run }) => run ?? []).join("\n");
    },
    Jenkinsfile: () => {
      const found = textOf("Jenkinsfile").matchAll(/sh (?:'''([\s\S]*?)'''|'([^'\n]*)')/g);
      return [...found].map(([, many, one = ""]) => many?.replaceAll("\\\\", "\\") ?? one).join("\n");
    },
    "plain.sh": () => "sh ci/plain.sh",
    "octopus.sh": () => "sh ci/octopus.sh",
  };

  // Each is a dozen commands; GitLab's comes first, while nobody knows the service yet.
  const tried = level === "test" ? ["gitlab-ci.yml", "octopus.sh"] : Object.keys(shellOf);
  test.each(tried)(
    "%s: one line stops it while the cord is pulled, and lets it go on when it is released",
    async (name) => {
      writeFileSync(join(web.folder, "job.sh"), shellOf[name]?.() ?? "");
      const pulled = await web.sh('vice andon pull --service api --reason "wrong prices" --new --json');
      const stopped = await carriedOut("bash -eo pipefail job.sh");
      const { id } = JSON.parse(pulled.out) as { id: string };
      await web.sh(`vice andon release ${id} --reason "prices are right again"`);
      expect([stopped.code, stopped.deployed, stopped.out]).toEqual([
        23,
        false,
        expect.stringContaining("wrong prices"),
      ]);
      const goes = await carriedOut("bash -eo pipefail job.sh");
      expect([goes.code, goes.deployed, goes.out + goes.err]).toEqual([
        0,
        name !== "octopus.sh",
        expect.any(String),
      ]);
    },
    LONG,
  );
});
