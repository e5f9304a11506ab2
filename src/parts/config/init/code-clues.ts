/** Clues in what a project is written in and started with: package.json, Procfile, Makefile, scripts, images. */
import { type Clue, type Detector, RANK } from "./clue.ts";
import { isRecord } from "./repository.ts";

export const packageJson: Detector = (repository) => {
  const said = parsed(repository.read("package.json"));
  if (said === null) return [];
  const scripts = Object.entries(isRecord(said["scripts"]) ? said["scripts"] : {}).filter(
    ([, line]) => typeof line === "string",
  );
  const names = scripts.map(([name]) => name);
  const name = typeof said["name"] === "string" ? said["name"] : null;
  const steps = Object.fromEntries(
    ["lint", "build", "test"].filter((each) => names.includes(each)).map((each) => [each, `npm run ${each}`]),
  );
  const isPublished = name !== null && said["private"] !== true && isRecord(said["publishConfig"]);
  const clue: Clue = {
    file: "package.json",
    says: names.length === 0 ? "a package" : `a package with the scripts ${names.slice(0, 8).join(", ")}`,
    ...(name === null ? {} : { project: name.replace(/^@[^/]*\//, "") }),
    ...(isPublished ? { artifact: { npm: name } } : {}),
    ...(names.includes("start")
      ? { target: { value: { process: { start: "npm start" } }, rank: RANK.start } }
      : {}),
    steps,
  };
  const deploys = names.includes("deploy");
  const script = { value: { command: "npm run deploy" }, rank: RANK.script };
  return [clue, ...(deploys ? [{ file: "package.json", says: "its script deploy", target: script }] : [])];
};

function parsed(text: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isRecord(value) ? value : null;
  } catch {
    return null; // not there, or not finished
  }
}

const SCRIPTS = [
  "deploy.sh",
  "deploy",
  "bin/deploy",
  "bin/deploy.sh",
  "script/deploy",
  "scripts/deploy.sh",
  "scripts/deploy",
  "ci/deploy.sh",
];

export const deployScript: Detector = (repository) => {
  const found = SCRIPTS.find((path) => repository.read(path) !== null);
  const make = /^deploy\s*:(?!=)/m.test(repository.read("Makefile") ?? "");
  return [
    ...(found === undefined
      ? []
      : [
          {
            file: found,
            says: "a script that deploys",
            target: { value: { command: `./${found}` }, rank: RANK.script },
          },
        ]),
    ...(make
      ? [
          {
            file: "Makefile",
            says: "its target deploy",
            target: { value: { command: "make deploy" }, rank: RANK.script },
          },
        ]
      : []),
  ];
};

export const procfile: Detector = (repository) => {
  const lines = [...(repository.read("Procfile") ?? "").matchAll(/^([\w-]+):[ \t]*(\S.*)$/gm)];
  const processes = lines.map(([, name = "", line = ""]) => [name, line.trim()] as const);
  if (processes.length === 0) return [];
  const [, start] =
    processes.find(([name]) => name === "web") ?? processes.find(([name]) => name !== "release") ?? [];
  const says = `processes ${processes.map(([name]) => name).join(", ")}`;
  const target =
    start === undefined ? {} : { target: { value: { process: { start } }, rank: RANK.procfile } };
  return [{ file: "Procfile", says, ...target }];
};

export const dockerfile: Detector = (repository) => {
  const file = ["Dockerfile", "Containerfile"].find((path) => repository.read(path) !== null);
  if (file === undefined) return [];
  const port = /^\s*EXPOSE\s+(\d+)/im.exec(repository.read(file) ?? "")?.[1];
  const says = `an image is built here${port === undefined ? "" : `, it listens on ${port}`}`;
  return [{ file, says, artifact: { oci: null } }];
};

const COMPOSE = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

export const compose: Detector = (repository) => {
  const file = COMPOSE.find((path) => repository.read(path) !== null);
  if (file === undefined) return [];
  const [content = {}] = repository.yaml(file);
  const services = Object.entries(isRecord(content["services"]) ? content["services"] : {});
  const built = services.filter(([, service]) => isRecord(service) && service["build"] !== undefined);
  const value = { command: "docker compose up --detach --build" };
  return [
    {
      file,
      says: `containers ${services.map(([name]) => name).join(", ") || "of some kind"}`,
      services: built.map(([name, service]) => ({ name, ...pathOf(Object(service)["build"]) })),
      target: { value, rank: RANK.compose },
    },
  ];
};

function pathOf(build: unknown): { path?: string } {
  const context = typeof build === "string" ? build : Object(build)["context"];
  const path = typeof context === "string" ? context.replace(/^\.\/(?=.)|\/$/g, "") : "";
  return path === "" || path === "." ? {} : { path };
}
