/** Clues in the files of tools that deploy: CI systems, Ansible, Kubernetes. */
import { type Clue, DEPLOYS, type Detector, RANK } from "./clue.ts";
import { isRecord, type Repository } from "./repository.ts";

const texts = (values: readonly unknown[]): string[] =>
  [...new Set(values.filter((value) => typeof value === "string" && value !== ""))] as string[];

/** Of a job: `environment: staging`, or `environment: { name: staging }`. */
const environmentOf = (job: Record<string, unknown>): unknown =>
  isRecord(job["environment"]) ? job["environment"]["name"] : job["environment"];

export const gitlabCi: Detector = (repository) => {
  const [content] = repository.yaml(".gitlab-ci.yml");
  if (content === undefined) return [];
  const jobs = Object.entries(content).filter(
    (entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]) && !entry[0].startsWith("."),
  );
  const deploying = jobs.filter(([name, job]) => environmentOf(job) !== undefined || DEPLOYS.test(name));
  return [jobClue(".gitlab-ci.yml", deploying, (name) => ({ trigger: { gitlab: { job: name } } }))];
};

export const githubWorkflows: Detector = (repository) =>
  repository
    .list(".github/workflows")
    .filter((name) => /\.ya?ml$/.test(name))
    .flatMap((name) => {
      const file = `.github/workflows/${name}`;
      const [content = {}] = repository.yaml(file);
      const jobs = Object.entries(isRecord(content["jobs"]) ? content["jobs"] : {}).filter(
        (entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]),
      );
      const isDeploying = ([job, said]: [string, Record<string, unknown>]): boolean =>
        environmentOf(said) !== undefined || DEPLOYS.test(job) || DEPLOYS.test(name);
      return [jobClue(file, jobs.filter(isDeploying), () => ({ trigger: { github: { workflow: name } } }))];
    });

function jobClue(
  file: string,
  deploying: ReadonlyArray<[string, Record<string, unknown>]>,
  trigger: (job: string) => Record<string, unknown>,
): Clue {
  const [first] = deploying;
  if (first === undefined) return { file, says: "a pipeline that does not deploy" };
  const places = deploying.map(([name, job]) => [environmentOf(job), name] as const);
  const by = Object.fromEntries(
    places.flatMap(([place, name]) => (typeof place === "string" ? [[place, trigger(name)]] : [])),
  );
  return {
    file,
    says: `deploys in ${deploying.map(([name]) => name).join(", ")}`,
    environments: texts(places.map(([place]) => place)),
    target: { value: trigger(first[0]), rank: RANK.job, by },
  };
}

export const jenkinsfile: Detector = (repository) => {
  const text = repository.read("Jenkinsfile");
  if (text === null) return [];
  const stages = [...text.matchAll(/\bstage\s*\(\s*(['"])(.{1,80}?)\1/g)].map(([, , name = ""]) => name);
  const deploying = stages.filter((name) => DEPLOYS.test(name));
  const file = "Jenkinsfile";
  if (deploying.length === 0) return [{ file, says: `stages ${stages.join(", ") || "that say no names"}` }];
  const places = deploying.map((name) => /\b(?:to|on|in)\s+([\w-]+)\s*$/i.exec(name)?.[1]);
  const value = { trigger: { jenkins: { job: repository.name } } };
  const target = { value, rank: RANK.job };
  return [{ file, says: `deploys in ${deploying.join(", ")}`, environments: texts(places), target }];
};

const PLAYBOOKS = ["deploy.yml", "deploy.yaml", "site.yml", "site.yaml", "playbook.yml", "playbook.yaml"];
const INVENTORIES = ["inventories", "inventory"];

export const ansible: Detector = (repository) =>
  ["", "ansible/"].flatMap((base): Clue[] => {
    const there = repository.list(base === "" ? "." : base);
    const inventory = INVENTORIES.find((name) => there.includes(`${name}/`));
    const isAnsible = there.includes("ansible.cfg") || inventory !== undefined || base !== "";
    const playbook = PLAYBOOKS.find((name) => there.includes(name) && isPlaybook(repository, base + name));
    if (!isAnsible || playbook === undefined) return [];
    const places =
      inventory === undefined
        ? []
        : repository.list(base + inventory).filter((name) => !/vars\/$/.test(name));
    const run = (from: string): Record<string, unknown> => ({
      command: `ansible-playbook ${from}${base}${playbook}`,
    });
    const by = Object.fromEntries(
      places.map((name) => [
        name.replace(/\/$|\.(?:ya?ml|ini|cfg)$/g, ""),
        run(`-i ${base}${inventory}/${name.replace(/\/$/, "")} `),
      ]),
    );
    const target = { value: Object.values(by)[0] ?? run(""), rank: RANK.ansible, by };
    return [{ file: base + playbook, says: "a playbook of Ansible", environments: Object.keys(by), target }];
  });

/** A list of plays, which is no collection of keys: by its words. */
const isPlaybook = (repository: Repository, path: string): boolean =>
  /^\s*(?:-\s+)?hosts\s*:/m.test(repository.read(path) ?? "");

const FOLDERS = ["k8s", "kubernetes", "kube", "manifests", "deploy", "deployment", "kustomize"];

export const kubernetes: Detector = (repository) =>
  FOLDERS.flatMap((folder): Clue[] => {
    const there = repository.list(folder);
    const overlays = repository.list(`${folder}/overlays`).filter((name) => name.endsWith("/"));
    const inside = [folder, `${folder}/base`].flatMap((at) =>
      repository
        .list(at)
        .filter((name) => /\.ya?ml$/.test(name))
        .flatMap((name) => repository.yaml(`${at}/${name}`)),
    );
    const workloads = inside.filter(({ kind }) =>
      /^(?:Deployment|StatefulSet|DaemonSet)$/.test(String(kind)),
    );
    if (workloads.length === 0 && overlays.length === 0) return [];
    const names = texts(workloads.map(({ metadata }) => Object(metadata)["name"]));
    const by = Object.fromEntries(
      overlays.map((name) => [
        name.slice(0, -1),
        { command: `kubectl apply -k ${folder}/overlays/${name.slice(0, -1)}` },
      ]),
    );
    const flag = there.some((name) => /^kustomization\.ya?ml$/.test(name)) ? "-k" : "-f";
    const value = Object.values(by)[0] ?? { command: `kubectl apply ${flag} ${folder}` };
    return [
      {
        file: `${folder}/`,
        says: `manifests of Kubernetes${names.length === 0 ? "" : ` for ${names.join(", ")}`}`,
        services: names.map((name) => ({ name })),
        environments: Object.keys(by),
        target: { value, rank: RANK.kubernetes, by },
      },
    ];
  });
