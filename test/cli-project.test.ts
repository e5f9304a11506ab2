// Projects through both doors, on real folders: found, registered, shown, checked, removed; and `vice init` on small
// repositories of each kind, whose file must pass `vice project check`.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkPipeline } from "../src/app/check-pipeline.ts";
import { allCommands } from "../src/app/commands.ts";
import { init } from "../src/app/init-verb.ts";
import { initProject } from "../src/parts/config/index.ts";
import { spool } from "./cli-commands.ts";
import { type CliDoor, cliDoor, type Said } from "./cli-door.ts";
import { startDoor, type TestDoor } from "./http-door.ts";

let root: string;
let cli: CliDoor;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "vice-projects-"));
  cli = cliDoor();
});
afterEach(() => {
  cli.remove();
  rmSync(root, { recursive: true, force: true });
});

const put = (path: string, text: string): string => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const shop = (more = ""): string => `version: 1\nproject: shop\nservices: { shop: {}, api: {} }\n${more}`;

interface Listed {
  items: Array<{
    project: string;
    services: string[];
    origins: Array<{ origin: string; counts: boolean; problem: string | null }>;
  }>;
}
const listed = async (...words: string[]): Promise<Listed["items"]> =>
  (JSON.parse((await cli.vice("project", "list", "--under", root, "--json", ...words)).out) as Listed).items;

describe("known projects", () => {
  test("found and registered ones are listed alike; one project is one, and the newest counts", async () => {
    const file = put("shop/vice.yaml", shop());
    put("deep/er/vice.yaml", "version: 1\nproject: other\n");
    put("node_modules/dep/vice.yaml", "version: 1\nproject: foreign\n");
    put("broken/vice.yaml", "version: 1\nprojct: x\n");
    const found = await listed();
    expect(found.map(({ project }) => project)).toEqual([join(root, "broken"), "other", "shop"]);
    expect(found[0]?.origins[0]?.problem).toContain('unknown key "projct"');
    expect((await cli.vice("project", "register", file)).out).toBe("shop: registered.\n");
    expect((await cli.vice("project", "register", dirname(file))).out).toContain("nothing changed");

    utimesSync(file, new Date(0), new Date(0));
    writeFileSync(file, shop("team: a\n"));
    utimesSync(file, new Date("2020-01-01"), new Date("2020-01-01"));
    const older = (await listed()).find(({ project }) => project === "shop");
    expect(older?.origins.map(({ origin, counts }) => [origin, counts])).toEqual([
      ["registered", true],
      ["found", false],
    ]);
    utimesSync(file, new Date("2199-01-01"), new Date("2199-01-01"));
    const newer = (await listed()).find(({ project }) => project === "shop");
    expect(newer?.origins.map(({ origin, counts }) => [origin, counts])).toEqual([
      ["found", true],
      ["registered", false],
    ]);

    rmSync(file);
    const registered = (await listed()).find(({ project }) => project === "shop");
    expect(registered).toMatchObject({ services: ["shop", "api"], origins: [{ origin: "registered" }] });
  });

  test("removed, and named wrongly", async () => {
    await cli.vice("project", "register", put("vice.yaml", shop()));
    const wrong = await cli.vice("project", "remove", "shp");
    expect(wrong).toMatchObject({ code: 66 });
    expect(wrong.err).toContain('Did you mean "shop"?');
    expect((await cli.vice("project", "remove", "SHOP")).out).toBe("shop is no longer registered.\n");
    rmSync(join(root, "vice.yaml"));
    expect(await listed()).toEqual([]);
  });

  test("what holds in an environment, each value with its line; secrets are not shown", async () => {
    const file = put(
      "vice.yaml",
      shop(
        `environments:\n  - dev\n  - name: prod\n    values:\n      config: { values: { LOG: error } }\nconfig:\n  values: { LOG: info, PORT: 80, DB_PASSWORD: hunter2 }\n  secrets: { DB: age }\n`,
      ),
    );
    const said = await cli.vice("project", "show", "shop", "--under", root, "--env", "PROD", "--json");
    const { effective, defaultEnvironment } = JSON.parse(said.out) as {
      defaultEnvironment: string;
      effective: { origins: Array<{ key: string; value: unknown; at: string }> };
    };
    expect(defaultEnvironment).toBe("dev");
    expect(effective.origins.map(({ key, value, at }) => [key, value, at])).toEqual([
      ["config.values.LOG", "error", `${file}:8`],
      ["config.values.PORT", 80, `${file}:10`],
      ["config.values.DB_PASSWORD", "***", `${file}:10`],
      ["config.secrets.DB", "age", `${file}:11`],
    ]);
    expect((await cli.vice("project", "show", "--under", root)).out).toContain("dev");
    expect((await cli.vice("project", "show", "--under", root, "--env", "pord")).err).toContain(
      'Did you mean "prod"?',
    );
  });

  test("a file that is wrong is refused with its line, by check and by register", async () => {
    const file = put("vice.yaml", "version: 1\nproject: shop\nservises: {}\n");
    for (const verb of ["check", "register"]) {
      const said = await cli.vice("project", verb, file);
      expect(said.code).toBe(65);
      expect(said.err).toContain(`${file}:3: unknown key "servises"`);
      expect(said.err).toContain('Did you mean "services"?');
    }
    expect((await cli.vice("project", "check", join(root, "none"))).code).toBe(66);
    expect((await cli.viceWith({ input: shop() }, "project", "check", "-")).out).toContain(
      "standard input is right",
    );
  });

  test("no value of a secret reaches the log, neither as project nor as what was run", async () => {
    await cli.vice(
      "project",
      "register",
      put("vice.yaml", shop("config: { values: { DB_PASSWORD: hunter2 } }\n")),
    );
    const files = ["vice.db", "vice.db-wal"].map((name) => {
      try {
        return readFileSync(join(cli.home, name), "latin1");
      } catch {
        return ""; // folded into the main file
      }
    });
    expect(files.join("")).toContain("vice.project.registered.v1");
    expect(files.join("")).not.toContain("hunter2");
  });
});

test("a secret in the open is refused by check and register, and told by neither", async () => {
  const file = put("vice.yaml", shop("config:\n  secrets: { DB: hunter2 }\n"));
  for (const verb of ["check", "register"]) {
    const said = await cli.vice("project", verb, file);
    expect(said.code).toBe(65);
    expect(said.err).toContain(
      `${file}:5: config.secrets.DB: it does not say where the secret is; write env:NAME`,
    );
    expect(said.err).not.toContain("hunter2");
  }
});

test("references and rules of secrets survive registering", async () => {
  const secrets = "secrets: { A: age, B: { command: [pass, b] }, C: 'env:C', D: 'age:tls.age' }";
  const rules = "schema: { A: { secret: true }, B: {}, C: {}, D: {} }";
  await cli.vice("project", "register", put("vice.yaml", shop(`config: { ${secrets}, ${rules} }\n`)));
  const log = ["vice.db", "vice.db-wal"].map((name) => {
    const file = join(cli.home, name);
    return existsSync(file) ? readFileSync(file, "latin1") : "";
  });
  expect(log.join("")).toContain('"B":{"command":["pass","b"]}');
  expect(log.join("")).not.toContain("***");
});

describe("over HTTP", () => {
  let http: TestDoor;
  beforeAll(async () => {
    http = await startDoor({ commands: allCommands });
  });
  afterAll(() => http.close());

  test("a rule that would be taken for a secret is not lost in silence", async () => {
    const text = "version: 1\nproject: vault\nenvironments: { dev: , secret: { approvals: 2 } }\n";
    const answer = await http.post("/v1/commands/project.register", { files: [{ text }] });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json())).toContain("is called like a secret");
  });

  test("a project is sent, listed, shown, refused and removed", async () => {
    const run = (id: string, body: unknown) => http.post(`/v1/commands/${id}`, body);
    const bad = await run("project.register", { files: [{ text: "version: 1\nproject: shop\nteem: a\n" }] });
    expect(bad.status).toBe(400);
    expect(bad.json()).toMatchObject({
      error: { code: "project.invalid", message: 'vice.yaml:3: unknown key "teem"' },
    });
    await run("project.register", {
      files: [{ text: shop("environments: [dev, prod]\n"), place: "https://git.example.com/shop" }],
    });
    expect((await http.ask("/v1/projects")).json()).toMatchObject({
      items: [
        {
          project: "shop",
          environments: ["dev", "prod"],
          origins: [{ origin: "registered", place: "https://git.example.com/shop" }],
        },
      ],
    });
    expect((await http.ask("/v1/projects/shop?environment=prod")).json()).toMatchObject({
      effective: { environment: "prod" },
    });
    expect((await http.ask("/v1/projects/nope")).status).toBe(404);
    expect((await run("project.check", { files: [{ text: shop() }] })).json()).toMatchObject({
      result: { items: [{ project: "shop" }] },
    });
    await run("project.remove", { project: "shop" });
    expect((await http.ask("/v1/projects")).json()).toEqual({ items: [] });
  });
});

describe("vice init", () => {
  const initialise = (...words: string[]): Promise<Said> =>
    cli.viceWith({ builtins: [init] }, "init", root, ...words);
  const written = (): Record<string, unknown> =>
    parse(readFileSync(join(root, "vice.yaml"), "utf8")) as Record<string, unknown>;

  const service = { name: "x", start: "node ." };
  test.each<[what: string, files: Record<string, string>, found: string, expected: object]>([
    ["nothing", {}, "Found nothing", { environments: [{ name: "staging" }, { name: "production" }] }],
    [
      "package.json",
      {
        "package.json": JSON.stringify({
          name: "@acme/web",
          private: true,
          scripts: { start: "node .", build: "a", test: "b" },
        }),
      },
      "scripts start, build, test",
      {
        project: "web",
        services: { web: { target: { process: { start: "npm start" } } } },
        pipeline: {
          steps: { build: { run: "npm run build" }, test: { needs: ["build"], run: "npm run test" } },
        },
      },
    ],
    [
      "a published package with an image",
      {
        "package.json": JSON.stringify({ ...service, publishConfig: {} }),
        Dockerfile: "FROM scratch\nEXPOSE 80\n",
      },
      "listens on 80",
      { services: { x: { artifact: { npm: "x" } } } },
    ],
    ["Procfile", { Procfile: "release: migrate\nweb: bin/web -p 1\n" }, "processes release, web", {}],
    ["Dockerfile", { Dockerfile: "FROM scratch\n" }, "an image is built here", {}],
    [
      "compose",
      {
        "compose.yaml":
          "services:\n  web: { build: . }\n  api: { build: { context: ./api } }\n  db: { image: postgres }\n",
      },
      "containers web, api, db",
      {
        services: {
          web: { target: { command: "docker compose up --detach --build" } },
          api: { path: "api" },
        },
      },
    ],
    [
      "Ansible: each environment has its own inventory, and none is for all",
      {
        "ansible/deploy.yml": "- hosts: all\n",
        "ansible/inventories/prod/hosts": "a\n",
        "ansible/inventories/staging.ini": "b\n",
      },
      "a playbook of Ansible",
      {
        environments: [
          {
            name: "staging",
            values: {
              target: { command: "ansible-playbook -i ansible/inventories/staging.ini ansible/deploy.yml" },
            },
          },
          {
            name: "prod",
            values: {
              target: { command: "ansible-playbook -i ansible/inventories/prod ansible/deploy.yml" },
            },
          },
        ],
      },
    ],
    [
      "Kubernetes",
      {
        "k8s/base/web.yaml": "kind: Deployment\nmetadata: { name: web }\n---\nkind: Service\n",
        "k8s/overlays/dev/kustomization.yaml": "a: 1\n",
      },
      "manifests of Kubernetes for web",
      {
        services: { web: {} },
        environments: [{ name: "dev", values: { target: { command: "kubectl apply -k k8s/overlays/dev" } } }],
      },
    ],
    [
      "GitLab CI",
      {
        ".gitlab-ci.yml":
          "build: { script: x }\nlive: { environment: { name: production } }\npre: { environment: staging }\nrev: { environment: review/$X }\n",
      },
      "deploys in live, pre, rev",
      {
        environments: [
          { name: "staging", values: { target: { trigger: { gitlab: { job: "pre" } } } } },
          { name: "production", values: { target: { trigger: { gitlab: { job: "live" } } } } },
        ],
      },
    ],
    [
      "GitHub Actions",
      {
        ".github/workflows/ship.yml": "jobs:\n  deploy:\n    steps: []\n",
        ".github/workflows/test.yml": "jobs: { test: {} }\n",
      },
      "a pipeline that does not deploy",
      {},
    ],
    [
      "Jenkinsfile",
      { Jenkinsfile: "stage('Build') {}\nstage('Deploy to qa') {}\nstage(\"Deploy to prod\") {}\n" },
      "deploys in Deploy to qa, Deploy to prod",
      { environments: [{ name: "qa" }, { name: "prod" }] },
    ],
    [
      "a script made for it goes before all others",
      { "scripts/deploy.sh": "#!/bin/sh\n", Makefile: "build:\n", Procfile: "web: x\n" },
      "a script that deploys",
      {},
    ],
    ["a Makefile", { Makefile: "deploy: build\n\ttrue\n" }, "its target deploy", {}],
  ])("%s", async (_what, files, found, expected) => {
    for (const [path, text] of Object.entries(files)) put(path, text);
    const said = await initialise();
    expect(said).toMatchObject({ code: 0, out: "" });
    expect(said.err).toContain(found);
    expect(said.err).toContain("vice project check");
    expect(written()).toMatchObject(expected);
    expect((await cli.vice("project", "check", root)).code).toBe(0);
  });

  test("the way that is taken is the surest one, the others stand beside it", async () => {
    put("deploy.sh", "#!/bin/sh\n");
    put("Procfile", "web: bin/web\n");
    await initialise();
    const text = readFileSync(join(root, "vice.yaml"), "utf8");
    expect(text).toContain("    target: { command: ./deploy.sh }  # deploy.sh\n");
    expect(text).toContain("    # or target: { process: { start: bin/web } }  # Procfile\n");
  });

  test("never writes over one that is there; --dry-run prints and writes nothing", async () => {
    const dry = await initialise("--dry-run");
    expect(parse(dry.out)).toMatchObject({ version: 1 });
    expect(() => statSync(join(root, "vice.yaml"))).toThrow();
    put("vice.yaml", "mine: true\n");
    const said = await initialise();
    expect(said.code).toBe(64);
    expect(said.err).toContain("is there already. It was left as it is.");
    expect(readFileSync(join(root, "vice.yaml"), "utf8")).toBe("mine: true\n");
    expect((await initialise("--dry-run", "--json")).code).toBe(0);
  });

  test("may be read by whom the folder is for", async () => {
    chmodSync(root, 0o755);
    await initialise();
    expect(statSync(join(root, "vice.yaml")).mode & 0o777).toBe(0o644);
  });

  test("whatever stands in the files, what is written is right", () => {
    const names = fc.constantFrom(
      "package.json",
      "Procfile",
      "compose.yaml",
      ".gitlab-ci.yml",
      "Jenkinsfile",
      "k8s/a.yaml",
      "site.yml",
    );
    const word = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom("true", "null", "a: b", "# x", "x-a", "*a", "1", "deploy"),
    );
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      word.map((name) => JSON.stringify({ name, scripts: { deploy: name, build: name } })),
      fc.dictionary(word, word, { maxKeys: 3 }).map((services) =>
        JSON.stringify({
          services: Object.fromEntries(Object.entries(services).map(([key, build]) => [key, { build }])),
        }),
      ),
      fc
        .dictionary(word, word, { maxKeys: 3 })
        .map((jobs) =>
          JSON.stringify(
            Object.fromEntries(Object.entries(jobs).map(([key, environment]) => [key, { environment }])),
          ),
        ),
      word.map((name) => JSON.stringify({ kind: "Deployment", metadata: { name } })),
    );
    fc.assert(
      fc.property(fc.dictionary(names, texts, { maxKeys: 4 }), (files) => {
        rmSync(root, { recursive: true, force: true });
        mkdirSync(root);
        for (const [path, text] of Object.entries(files)) put(path, text);
        const asked = { folder: root, dryRun: true, pipeline: null, checkPipeline };
        expect(initProject(asked).text).toContain("version: 1");
      }),
      { numRuns: 150 },
    );
  });

  describe("--from-history", () => {
    const uuid = (n: number): string => `01940000-0000-7000-8000-${String(n).padStart(12, "0")}`;
    const at = (seconds: number): string =>
      new Date(Date.parse("2026-11-20T10:00:00Z") + seconds * 1000).toISOString();
    interface Step {
      from: number;
      to: number;
      parent?: number;
      name?: string;
      command?: string;
      cwd?: string;
      status?: string;
    }
    const record = (
      n: number,
      { from, to, parent, name = "npm", command, cwd = root, status = "succeeded" }: Step,
    ): void => {
      const id = uuid(n);
      const tags = command === undefined ? {} : { command };
      const parentId = parent === undefined ? null : uuid(parent);
      const start = { v: 1, op: "start", id, at: at(from), kind: "action", name, parentId, tags };
      const facts = { v: 1, op: "facts", id, at: at(from), tags: { cwd } };
      const end = { v: 1, op: "end", id, at: at(to), status, durationMs: (to - from) * 1000 };
      spool(cli.home, ...[start, facts, end].map((each) => JSON.stringify(each)));
    };
    const fromHistory = (...words: string[]): Promise<Said> =>
      cli.viceWith(
        { builtins: [init], env: { VICE_HOME: cli.home } },
        "init",
        root,
        "--from-history",
        ...words,
      );

    test("steps of the newest whole, as they waited for each other, with their usual times", async () => {
      for (const [run, base] of [100, 200].entries()) {
        const offset = run * 1000;
        record(base, { from: offset, to: offset + 60, name: "release", command: "./release.sh" });
        const parent = base;
        record(base + 1, { from: offset, to: offset + 20 + run * 4, parent, command: "npm run build" });
        record(base + 2, {
          from: offset + 1,
          to: offset + 11,
          parent,
          name: "unit tests",
          command: 'sh -c "a && b"',
          cwd: join(root, "web"),
        });
        record(base + 3, {
          from: offset + 30,
          to: offset + 40,
          parent,
          name: "copy",
          command: "scp --password=*** x",
          status: run === 0 ? "failed" : "succeeded",
        });
        record(base + 4, { from: offset + 41, to: offset + 42, parent, name: "smoke test" });
      }
      record(300, { from: 5000, to: 5001, name: "elsewhere", command: "ls", cwd: "/somewhere/else" });
      expect(await fromHistory()).toMatchObject({ code: 0 });
      expect(written()).toMatchObject({
        pipeline: {
          steps: {
            "npm-run-build": { run: "npm run build" },
            "unit-tests": { run: { command: ["sh", "-c", "a && b"], cwd: "web" } },
            copy: { needs: ["npm-run-build", "unit-tests"], run: ["scp", "--password=***", "x"] },
            "smoke-test": { needs: ["copy"], manual: "smoke-test" },
          },
        },
      });
      const text = readFileSync(join(root, "vice.yaml"), "utf8");
      expect(text).toContain('"release", recorded 2 times');
      expect(text).toContain("# usually 22 s, ran 2 times\n    npm-run-build");
      expect(text).toContain("# usually 10 s, ran 2 times, failed once\n");
      expect((await cli.vice("project", "check", root)).code).toBe(0);
    });

    test("single steps stand one after the other", async () => {
      record(1, { from: 0, to: 10, command: "npm test" });
      record(2, { from: 5, to: 20, name: "deploy", command: "./deploy.sh" });
      record(3, { from: 30, to: 40, command: "npm test" });
      await fromHistory();
      expect(written()).toMatchObject({
        pipeline: {
          steps: { deploy: { run: "./deploy.sh" }, "npm-test": { needs: ["deploy"], run: "npm test" } },
        },
      });
    });

    test("nothing was recorded: says how to", async () => {
      const said = await fromHistory();
      expect(said.code).toBe(66);
      expect(said.err).toContain("vice run");
      expect(() => statSync(join(root, "vice.yaml"))).toThrow();
    });
  });
});
