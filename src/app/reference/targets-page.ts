/** docs/targets.md: what vice can deploy to and from, made from the adapters themselves. */
import { createArtifacts } from "../../adapters/artifact/index.ts";
import { createRestrictedHttp } from "../../adapters/http-client/restricted.ts";
import { createProcessRunner } from "../../adapters/process/process-runner.ts";
import { createTargets } from "../../adapters/target/table.ts";
import { type TargetAdapter, VERBS, type Verb } from "../../ports/target.ts";

const HEAD = `# Targets

Where a release goes, and how. Below \`target:\` in [vice.yaml](vice.yaml.md) stands exactly one of them. This page is made from the
adapters; each of them passes one suite (\`src/conformance/target.ts\`): done once, asked again it does nothing twice, after a
crash it goes on, a stop is a stop, a deployer who lost the lock is refused, no secret is told.`;

const VERBS_SAY: Readonly<Record<Verb, string>> = {
  plan: "says what would be done; changes nothing",
  prepare: "brings the files there, builds",
  start: "starts the release beside what runs",
  health: "waits until it is well",
  switch: "from now on it is the one that is used",
  stop: "ends a release",
  status: "says what is there",
  logs: "the newest lines of what runs",
  rollback: "brings back the release before",
  cleanup: "removes what nobody needs any more",
};

const PROCESS = `## process

\`\`\`yaml
version: 1
project: shop
services:
  shop:
    artifact: { folder: dist }
    target:
      process:
        start: node server.js      # in the foreground; it listens on the port in $PORT
        port: auto                 # the default: a free one for each release. Or a number
        health: { path: /health, timeout: 30s, every: 250ms, status: 200 }
        build: npm ci --omit=dev   # in the folder of a new release, before it starts
        env: { NODE_ENV: production }
        grace: 10s                 # between SIGTERM and SIGKILL
        keep: 5                    # releases to go back to
        restart: always            # or never
        root: /srv/shop-dev        # one for each environment, made by vice; default: $VICE_HOME/apps/<project>/<service>/<environment>
\`\`\`

A text alone is the start command: \`target: { process: node server.js }\`.

| in the folder | is |
|---|---|
| \`releases/<id>/\` | the files of a release, never changed after its build |
| \`current\` | link to the current release; replaced in one step |
| \`current.port\` | the port on which it listens |
| \`logs/<id>.log\` | what it writes; cut at 16 MiB, one former part is kept. As it is: only \`vice\` masks it when it shows it |
| \`env/<id>.json\` | all variables with which it was started, secrets too, readable only for the owner: without them nobody could start it again at night |
| \`state.json\` | its processes (number and time of start), what was healthy when, the greatest fencing token |

- **\`port: auto\`** starts the new release beside the old one, waits until it is well, then replaces the link. The old one runs until the
  new one is proved. Whoever sends requests there reads \`current.port\` or the output \`url\`.
- **\`port: 3000\`** stops the old release first, in the switch: nothing answers until the new one is well. When it does not come up, the way back
  starts the old one again.
- **Healthy** is any answer from 200 to 299, or exactly \`status\`, from a process that lives. One that ends fails at once, with its last lines.
- **Going back** is possible only to a release that was seen healthy here. It gets the values it ran with.
- **\`vice\` may end** at any moment: what runs goes on, and is found again. The application must not put itself into the background.
- **An application that ends by itself** is started again while \`vice serve\` runs, also after the machine was started anew; after 1 s, then
  2 s, and so on up to 64 s. Without a server it stays down, and the status says so.`;

const ARTIFACTS = `## Artifacts

What is deployed. It is resolved to a digest before anything starts, and kept by this digest in \`$VICE_HOME/artifacts\` (100 of them, 8 GiB; the
longest unused go first), so that the next environment gets the same bytes. What is kept is proved whenever it is read.

| kind | written as | version | digest |
|---|---|---|---|
| \`folder\` | \`dist\` | only a name | \`sha256:\` over sorted names, contents, executable bits and links |
| \`git\` | a folder or an address, \`{ url, ref }\` | a tag, branch or commit; else \`ref\`, else HEAD | \`git:\` and the commit |
| \`npm\` | \`example-shop\`, \`{ name, registry }\` | a version or tag; else \`latest\` | \`sha512:\`, the integrity of the registry |
| \`tarball\` | a path or an address; \`\${{ version }}\` in it is filled in | only a name | \`sha256:\` of the file |
| \`oci\` | \`registry.example.com/shop\`, with or without a tag | a tag | \`sha256:\` of the manifest |

- **\`digest:\`** beside it takes exactly that, or nothing.
- **folder** is everything but \`.git\`, \`.hg\`, \`.svn\`, \`.DS_Store\` and the home of vice. \`node_modules\` is part of it: what was tested runs.
  A link that leads out is refused.
- **git** gives what \`git archive\` gives: no changes that nobody committed, no submodules. It asks its own credential helper; a password in an
  address is refused.
- **npm** reads the registry from \`registry\`, \`npm_config_registry\`, the project's \`.npmrc\`, the user's \`.npmrc\`; a token (\`_authToken\`) only
  from the user's, and sends it only to the place it stands for. Dependencies come by \`build: npm ci --omit=dev\`.
- **tarball** is \`.tar\` or \`.tar.gz\`. One folder around everything is taken away. A path or link that leads out is refused, and nothing is kept.
- **oci** is not fetched by vice: whoever runs the image fetches it, by its digest.`;

/** Nothing is started or asked: the adapters only say what they are. */
function adapters(): TargetAdapter[] {
  const [home, env] = ["", {}];
  const outbound = () => createRestrictedHttp({ allowPrivateHosts: [], ownHost: null });
  const processes = createProcessRunner({ home, env });
  const artifacts = createArtifacts({ home, env });
  const targets = createTargets({ home, env, processes, artifacts, outbound, sources: [] });
  return targets.kinds().flatMap((kind) => targets.get(kind) ?? []);
}

export function targetsPage(): string {
  const all = adapters();
  return `${[HEAD, aboutTable(all), verbTable(all), lacking(all), PROCESS, ARTIFACTS].filter(Boolean).join("\n\n")}\n`;
}

const aboutTable = (all: readonly TargetAdapter[]): string =>
  ["| target | is |", "| --- | --- |", ...all.map(({ kind, about }) => `| \`${kind}\` | ${about} |`)].join(
    "\n",
  );

function verbTable(all: readonly TargetAdapter[]): string {
  const head = ["verb", "does", ...all.map(({ kind }) => kind)];
  const rows = VERBS.map((verb) => [
    `\`${verb}\``,
    VERBS_SAY[verb],
    ...all.map(({ lacks }) => (verb in lacks ? "no" : "yes")),
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function lacking(all: readonly TargetAdapter[]): string {
  const lines = all.flatMap(({ kind, lacks }) =>
    Object.entries(lacks).map(([verb, reason]) => `- \`${kind}\` has no \`${verb}\`: ${reason}.`),
  );
  return lines.length === 0 ? "" : `What is lacking, and why:\n\n${lines.join("\n")}`;
}
