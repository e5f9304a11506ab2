// What some tests need from the machine: how to see whether it is there, and the command that brings it.
// Run as a program, it prints the Debian packages that are still missing, with `go` the Go programs (.ci/run installs them).
import { accessSync, constants, readFileSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { fixturesDir } from "./fixtures-dir.ts";

export interface Need {
  /** Where the thing is (a path, or any word when it is not a file); null when it is missing. */
  readonly probe: () => string | null;
  /** What a person types to get it. */
  readonly bring: string;
  /** The Debian package, for things that come as one. */
  readonly debian?: string;
  /** The Go program with its version, for things that are built from the Go module proxy. */
  readonly go?: string;
}

/** Where programs are kept that are built for the tests alone. */
const built = resolve(import.meta.dirname, "../.cache/bin");

/** The first of these programs that is on the PATH. */
export function onPath(...programs: string[]): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const program of programs) {
    const found = folders.map((folder) => join(folder, program)).find(isExecutable);
    if (found) return found;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function debian(name: string, ...programs: string[]): Need {
  return { probe: () => onPath(...programs), bring: `apt-get install -y ${name}`, debian: name };
}

/** A program that Go builds: once, some minutes and some 40 MB. */
function goProgram(path: string, version: string): Need {
  const program = join(built, basename(path));
  return {
    probe: () => (isExecutable(program) ? program : null),
    bring: `GOBIN=${built} CGO_ENABLED=0 go install ${path}@${version}`,
    go: `${path}@${version}`,
  };
}

/** Bit 21 of the effective capabilities is CAP_SYS_ADMIN, which mount(2) asks for (capabilities(7)). */
function mayMount(): string | null {
  try {
    const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    const allowed = effective !== undefined && ((BigInt(`0x${effective}`) >> 21n) & 1n) === 1n;
    return allowed ? onPath("mount") : null;
  } catch {
    return null;
  }
}

export const needTable = {
  age: debian("age", "age"),
  chromium: debian("chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
  curl: debian("curl", "curl"),
  git: debian("git", "git"),
  openssl: debian("openssl", "openssl"),
  python3: debian("python3", "python3"),
  sh: debian("dash", "sh"),
  dash: debian("dash", "dash"),
  bash: debian("bash", "bash"),
  busybox: debian("busybox", "busybox"),
  zsh: debian("zsh", "zsh"),
  script: debian("bsdutils", "script"),
  prometheus: debian("prometheus", "prometheus"),
  promtool: debian("prometheus", "promtool"),
  // The newest of its versions that `go install` takes: later ones have replace directives.
  jaeger: goProgram("github.com/jaegertracing/jaeger/cmd/all-in-one", "v1.42.0"),
  mount: { probe: mayMount, bring: "run the tests as root (mounting a small tmpfs asks for CAP_SYS_ADMIN)" },
  "webhook-fixtures": {
    probe: fixturesDir,
    bring:
      "VICE_SHARED_FIXTURES=<folder of recorded webhooks> npm test (default: ../shared/fixtures/webhooks)",
  },
} satisfies Record<string, Need>;

export type NeedName = keyof typeof needTable;

/** The need of this name, or undefined when the table has no such row. */
export function needNamed(name: string): Need | undefined {
  return new Map<string, Need>(Object.entries(needTable)).get(name);
}

if (import.meta.main) {
  const rows: Need[] = Object.values(needTable);
  const kind = process.argv[2] === "go" ? "go" : "debian";
  const missing = rows.flatMap((need) => {
    const name = need[kind];
    return name !== undefined && need.probe() === null ? [name] : [];
  });
  process.stdout.write([...new Set(missing)].map((name) => `${name}\n`).join(""));
}
