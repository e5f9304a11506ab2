// Values and secrets through both doors, on a real folder with real encryption: what is printed, what is hidden, who may.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { allCommands } from "../src/app/commands.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { wire, wireWithoutStore } from "../src/app/wire.ts";
import type { Grant } from "../src/domain/rules/roles.ts";
import { type Changes, type CliDoor, cliDoor, type Said } from "./cli-door.ts";
import { startDoor, type TestDoor } from "./http-door.ts";

let root: string;
let former: string;
let cli: CliDoor;
let identity: string;
let recipient: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "vice-config-"));
  former = process.cwd();
  process.chdir(root);
  cli = cliDoor();
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  put("vice.yaml", shop());
});
afterEach(() => {
  process.chdir(former);
  cli.remove();
  rmSync(root, { recursive: true, force: true });
});

const SECRET = "postgres://u:s3cret-pw@db/shop";

const put = (path: string, text: string): string => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const shop = (more = ""): string => `version: 1
project: shop
services:
  api: { config: { values: { LOG_LEVEL: debug } } }
  web: {}
environments:
  - staging
  - { name: prod, values: { config: { values: { LOG_LEVEL: warn, ONLY: x } } } }
config:
  values: { LOG_LEVEL: info, PORT: 8080 }
  secrets: { DATABASE_URL: age, API_KEY: env:SHOP_KEY }
  recipients: [${recipient}]
${more}`;

/** With the private key at hand. */
function vice(...words: string[]): Promise<Said> {
  return viceWith({}, ...words);
}
function viceWith(changes: Changes, ...words: string[]): Promise<Said> {
  const own = {
    VICE_HOME: cli.home,
    PATH: process.env["PATH"],
    VICE_AGE_KEY: identity,
    SHOP_KEY: "key-123456",
  };
  const openLocal: Changes["openLocal"] = (mode, { home, waitMs }) => {
    const config = loadServerConfig(own, { home });
    return mode === "none" ? wireWithoutStore(config, own) : wire({ config, env: own, mode, waitMs });
  };
  return cli.viceWith({ openLocal, ...changes }, ...words);
}
const set = (key: string, environment: string, input = `${SECRET}\n`): Promise<Said> =>
  viceWith({ input }, "config", "secret", "set", key, environment, "-");

describe("in the folder of the project", () => {
  test("the line of the founding text runs as written; nothing is printed while something is missing", async () => {
    const wrong = await vice("envy", "--format", "json", "shop");
    expect(wrong.code).toBe(65);
    expect(wrong.out).toBe("");
    expect(wrong.err).toContain("vice.yaml:11: DATABASE_URL: secrets/staging.age.yaml is not there");
    await set("DATABASE_URL", "staging");
    const said = await vice("envy", "--format", "json", "shop");
    expect(said.code).toBe(0);
    expect(JSON.parse(said.out)).toEqual({
      ...{ API_KEY: "key-123456", DATABASE_URL: SECRET, LOG_LEVEL: "info", PORT: "8080" },
    });
    expect((await vice("envy", "--format", "dotenv", "api")).out).toContain("LOG_LEVEL=debug\n");
    // No store was needed, none was made.
    expect(readdirSync(cli.home)).toEqual([]);
  });

  test("the same values in five formats", async () => {
    await set("DATABASE_URL", "staging");
    const render = async (format: string) => (await vice("config", "render", "--format", format)).out;
    expect(await render("env")).toContain(`export DATABASE_URL=${SECRET}\n`);
    expect(await render("dotenv")).toContain(`DATABASE_URL=${SECRET}\n`);
    expect(await render("yaml")).toContain(`PORT: "8080"\n`);
    expect(await render("json")).toContain(`"DATABASE_URL": "${SECRET}"`);
    const kubernetes = await render("k8s-secret");
    expect(kubernetes).toContain("name: shop-staging\n");
    expect(kubernetes).toContain(`DATABASE_URL: ${Buffer.from(SECRET).toString("base64")}\n`);
  });

  test("a terminal sees no secrets unless asked to; a file with one is its owner's alone", async () => {
    await set("DATABASE_URL", "staging");
    const shown = await viceWith({ isTTY: true }, "config", "render");
    expect(shown.out).toContain("export DATABASE_URL='***'");
    expect(shown.out + shown.err).not.toContain("s3cret");
    expect((await viceWith({ isTTY: true }, "config", "render", "--json")).out).not.toContain("s3cret");
    expect((await viceWith({ isTTY: true }, "config", "render", "--reveal")).out).toContain(SECRET);
    const said = await viceWith({ isTTY: true }, "config", "render", "-f", "dotenv", "--output", ".env");
    expect(said.out).toContain("2 of them secret, for its owner alone (0600)");
    expect(statSync(join(root, ".env")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(root, ".env"), "utf8")).toContain(SECRET);
  });

  test("explain says file, line, layer and what was overridden; get gives one value; set holds for once", async () => {
    const said = await vice(
      "config",
      "explain",
      "LOG_LEVEL",
      "prod",
      "--service",
      "api",
      "--set",
      "LOG_LEVEL=trace",
    );
    expect(said.out.split("\n")).toEqual([
      'LOG_LEVEL in shop/api in prod is "trace"',
      "  from --set, for this once",
      '  over "warn" from vice.yaml:8 (environment)',
      '  over "debug" from vice.yaml:4 (service)',
      '  over "info" from vice.yaml:10 (project)',
      "",
    ]);
    expect((await vice("config", "get", "LOG_LEVEL", "prod")).out).toBe("warn\n");
    expect((await vice("config", "get", "LOG_LEVL")).err).toContain('Did you mean "LOG_LEVEL"?');
    expect((await vice("config", "get", "DATABASE_URL")).err).toContain(
      "vice config secret get DATABASE_URL",
    );
    const typed = await vice("config", "render", "--set", "DATABASE_URL=hunter2");
    expect(typed.code).toBe(65);
    expect(typed.err).not.toContain("hunter2");
  });

  test("diff says of secrets only whether they are the same", async () => {
    await set("DATABASE_URL", "staging");
    await set("DATABASE_URL", "prod");
    const same = JSON.parse((await vice("config", "diff", "staging", "prod", "--all", "--json")).out);
    const outcomes = (answer: { items: Array<{ key: string; outcome: string }> }) =>
      Object.fromEntries(answer.items.map(({ key, outcome }) => [key, outcome]));
    expect(outcomes(same)).toEqual({
      ...{ API_KEY: "same", DATABASE_URL: "same", LOG_LEVEL: "different", ONLY: "only-right", PORT: "same" },
    });
    await set("DATABASE_URL", "prod", "postgres://other-pw@db");
    const said = await vice("config", "diff", "staging", "prod");
    expect(said.out).toMatch(/DATABASE_URL +secret \(age\), different/);
    expect(said.out).not.toMatch(/s3cret|other-pw/);
  });

  test("check finds what is missing, unknown, unreadable, in the open, unused, and numbers that YAML changes", async () => {
    await set("DATABASE_URL", "prod");
    await set("DATABASE_ULR", "staging");
    put("a.template", `x=$\{{ values.PROT }}\n`);
    put("vice.yaml", shop("").replace("PORT: 8080", "PORT: 8080, VERSION: 1.10, SMTP_PASSWORD: hunter2"));
    const said = await vice("config", "check");
    expect(said.code).toBe(65);
    expect(said.out.replace(/ \[.*\]$/gm, "").split("\n")).toEqual([
      "vice.yaml:11: DATABASE_URL: secrets/staging.age.yaml has no DATABASE_URL; did you mean DATABASE_ULR?",
      "vice.yaml:10: SMTP_PASSWORD looks like a secret in the open; put it below secrets, by reference",
      "secrets/staging.age.yaml: nothing in vice.yaml asks for DATABASE_ULR; did you mean DATABASE_URL?",
      "vice.yaml:10: VERSION: 1.10 is the number 1.1 to YAML; put it in quotes",
      "",
    ]);
    expect(said.out).not.toContain("hunter2");
    put("vice.yaml", shop("  templates: [{ from: a.template, to: a.conf }]\n"));
    expect((await vice("config", "check", "shop", "prod")).out).toBe(
      "a.template:1: there is no values.PROT; did you mean values.PORT? [prod/api, prod/web]\n",
    );
    put("a.template", "x\n");
    expect((await vice("config", "check", "shop", "prod")).code).toBe(0);
  });

  test("templates are written all or not at all, below the folder, and with a secret for the owner alone", async () => {
    await set("DATABASE_URL", "staging");
    const templates = (...list: string[]) => put("vice.yaml", shop(`  templates: [${list.join(", ")}]\n`));
    put("a.template", `port=$\{{ values.PORT }}\n`);
    put("b.template", `url=$\{{ secrets.DATABASE_URL }}\n`);
    put("c.template", `$\{{ values.NONE }}\n`);
    templates("{ from: a.template, to: out/a }", "{ from: c.template, to: out/c }");
    expect((await vice("config", "template")).err).toContain("c.template:1: there is no values.NONE");
    expect(readdirSync(root)).not.toContain("out");
    templates(
      "{ from: a.template, to: out/a, mode: '0640' }",
      "{ from: b.template, to: out/b, mode: '0644' }",
    );
    expect((await vice("config", "template")).code).toBe(0);
    const mode = (name: string): number => statSync(join(root, "out", name)).mode & 0o777;
    expect([mode("a"), mode("b")]).toEqual([0o640, 0o600]);
    expect(readFileSync(join(root, "out/b"), "utf8")).toBe(`url=${SECRET}\n`);
    templates("{ from: a.template, to: ../a }");
    expect((await vice("config", "template")).err).toContain("outside the folder");
  });

  test("secrets are added by who cannot read them, and given to other recipients by who can", async () => {
    const own = identity;
    identity = await generateX25519Identity();
    expect((await set("DATABASE_URL", "staging")).out).toBe(
      "DATABASE_URL is in secrets/staging.age.yaml, for 1 recipient.\n",
    );
    expect((await set("NEW", "staging", "x")).out).toContain("Add: config: { secrets: { NEW: age } }");
    expect((await vice("config", "secret", "get", "DATABASE_URL")).err).toContain("no key here opens it");
    const listed = await vice("config", "secret", "list");
    expect(listed.out).toMatch(/DATABASE_URL +age +vice.yaml:11 +no: no key here opens it/);
    expect((await vice("config", "secret", "rotate-recipients")).err).toContain("Nothing was changed");

    const other = await identityToRecipient(identity);
    put("vice.yaml", shop().replace(recipient, `${recipient}, ${other}`));
    identity = own;
    const file = join(root, "secrets/staging.age.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}# a note\n`);
    const rotated = await vice("config", "secret", "rotate-recipients");
    expect(rotated.out).toContain("secrets/staging.age.yaml: 2 secrets for 2 recipients.");
    expect(readFileSync(file, "utf8")).toContain("# a note");
    expect((await vice("config", "secret", "get", "DATABASE_URL")).out).toBe(`${SECRET}\n`);
    expect(readFileSync(file, "utf8")).not.toContain("s3cret");
  });
});

describe("a registered project behind a server", () => {
  let http: TestDoor;
  const bare = { service: null, team: null };
  const roles: readonly Grant[] = [
    { ...bare, who: "t-deploy", role: "deployer", environment: "staging" },
    { ...bare, who: "*", role: "viewer", environment: null },
  ];
  afterEach(() => http.close());

  async function serve(): Promise<void> {
    await set("DATABASE_URL", "staging");
    await set("DATABASE_URL", "prod");
    const env = { VICE_AGE_KEY: identity, SHOP_KEY: "key-123456" };
    const services = () => ({ baseUrl: "http://127.0.0.1" });
    http = await startDoor({ commands: allCommands, env, config: { roles }, services });
    const admin = await http.token("admin");
    const files = [{ text: shop(), name: "vice.yaml", place: root, origin: "sent" }];
    const said = await http.post(
      "/v1/commands/project.register",
      { files },
      { authorization: `Bearer ${admin}` },
    );
    expect(said.status).toBe(200);
  }
  const as = (token: string) => ({ authorization: `Bearer ${token}` });

  test("opens secrets only for deployers of that environment, and none for a file that was sent", async () => {
    await serve();
    const deployer = as(await http.token("deploy"));
    const get = (environment: string, headers: Record<string, string>) =>
      http.post(
        "/v1/commands/config.secret.get",
        { project: "shop", key: "DATABASE_URL", environment },
        headers,
      );
    expect((await get("staging", deployer)).json()).toEqual({
      result: { key: "DATABASE_URL", text: SECRET },
    });
    const refused = await get("prod", deployer);
    expect([refused.status, refused.text.includes("s3cret")]).toEqual([403, false]);
    expect((await get("staging", as(await http.token("read")))).status).toBe(403);

    const values = (query: string, headers: Record<string, string>) =>
      http.ask(`/v1/projects/shop/values?format=json&${query}`, { headers });
    expect((await values("environment=staging&reveal=true", deployer)).text).toContain("s3cret");
    expect((await values("environment=prod&reveal=true", deployer)).status).toBe(403);
    const hidden = await values("environment=prod", deployer);
    expect(JSON.parse(hidden.json<{ text: string }>().text)).toMatchObject({
      DATABASE_URL: "***",
      LOG_LEVEL: "warn",
    });

    const own = { text: shop().replace("env:SHOP_KEY", "{ command: [id] }"), place: root };
    const sent = { key: "API_KEY", environment: "staging", files: [own] };
    const answer = await http.post("/v1/commands/config.secret.get", sent, as(await http.token("admin")));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("A server opens no secrets for a file that was sent to it");
    expect(http.log.join("")).not.toContain("s3cret");
  });

  test("only an admin says by --set where a secret is: it may be any file or variable of the server", async () => {
    await serve();
    const other = put("of-somebody-else", "not-yours-4711");
    const told = async (id: string, more: object, scope: "deploy" | "admin") => {
      const input = { project: "shop", environment: "staging", set: { API_KEY: `file:${other}` }, ...more };
      const answer = await http.post(`/v1/commands/${id}`, input, as(await http.token(scope)));
      return [answer.status, answer.text.includes("not-yours-4711"), answer.text] as const;
    };
    const [status, isTold, text] = await told("config.render", { reveal: true }, "deploy");
    expect([status, isTold]).toEqual([403, false]);
    expect(text).toContain("API_KEY");
    expect((await told("config.render", { reveal: true }, "admin")).slice(0, 2)).toEqual([200, true]);
    const deploying = { service: "api", plan: true };
    expect((await told("deploy.deploy", deploying, "deploy"))[0]).toBe(403);
    expect(
      (await told("deploy.deploy", { ...deploying, set: { LOG_LEVEL: "env:X" } }, "deploy"))[2],
    ).toContain("no target");
  });

  test("explains, compares and checks, without a secret in any answer", async () => {
    await serve();
    const reader = as(await http.token("read"));
    const ask = async (path: string) =>
      (await http.ask(`/v1/projects/shop/${path}`, { headers: reader })).text;
    expect(await ask("values/LOG_LEVEL?environment=prod")).toContain('"value":"warn"');
    expect(await ask("values-diff?left=staging&right=prod&all=true")).toContain(
      '"key":"DATABASE_URL","outcome":"unknown"',
    );
    expect(await ask("secrets?environment=prod")).toContain('"opens":null');
    expect(await ask("values-check")).toContain('"items":[]');
    for (const path of ["values?environment=staging", "values-diff?left=staging&right=prod", "secrets"])
      expect(await ask(path)).not.toContain("s3cret");
  });

  test("who opened a secret is noted, and the secret nowhere", async () => {
    await serve();
    const asked = { project: "shop", key: "DATABASE_URL", environment: "staging" };
    const deployer = as(await http.token("deploy"));
    await http.post("/v1/commands/config.secret.get", asked, deployer);
    const url = "/v1/projects/shop/values?format=json&reveal";
    await http.ask(`${url}=true&environment=staging`, { headers: deployer });
    await http.ask(`${url}=true&environment=prod`, { headers: deployer });
    await http.ask(`${url}=false&environment=staging`, { headers: deployer });
    const commands = http.services.store.log
      .events(0, 100)
      .map(({ data }) => Object(data) as { command?: string; outcome: string })
      .flatMap(({ command, outcome }) => (command?.startsWith("config.") ? `${command} ${outcome}` : []));
    const rendered = ["config.render ok", "config.render error"];
    expect(commands).toEqual(["config.secret.get ok", ...rendered]);
    const home = http.services.config.home;
    const log = readdirSync(home)
      .filter((name) => name.startsWith("vice.db"))
      .map((name) => readFileSync(join(home, name), "latin1"));
    expect(log.join("")).toContain("config.secret.get");
    expect(log.join("")).not.toContain("s3cret");
  });

  test("what somebody types by --set is noted by its name alone: it may be a secret", async () => {
    await serve();
    const typed = {
      service: "api",
      environment: "staging",
      set: { DATABASE_URL: "postgres://u:typed-by-slip@db" },
    };
    await http.post("/v1/commands/deploy.deploy", typed, as(await http.token("deploy")));
    const events = http.services.store.log.events(0, 100);
    const [noted] = events.filter(({ data }) => Object(data).command === "deploy.deploy");
    expect(noted?.data).toMatchObject({ input: { set: { DATABASE_URL: expect.any(String) } } });
    expect(JSON.stringify(events)).not.toContain("typed-by-slip");
  });
});
