/** What Example Shop lets vice do itself: a registered project, a few runs of harmless steps, a cord, a lock. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { post } from "./send.ts";

export interface RunsOptions {
  url: string;
  /** The home of the demonstration; the projects lie in it. */
  home: string;
  signal: AbortSignal;
}

/** @throws Error when the server refuses something */
export async function playRuns({ url, home, signal }: RunsOptions): Promise<void> {
  const command = async (id: string, input: object): Promise<unknown> => {
    const answer = await post(new URL(`/v1/commands/${id}`, url), input, signal);
    return Object(answer)["result"];
  };
  const run = async (name: string, pipeline: object, inputs = {}): Promise<void> => {
    const place = write(home, name, { ...(name === "shop" ? SHOP : PROJECT), project: name, pipeline });
    await command("auto.run", { pipeline: place, inputs, detach: true });
  };
  await command("project.register", { files: [fileOf(write(home, "shop", { ...SHOP, pipeline: RELEASE }))] });
  await run("nightly", NIGHTLY);
  await run("search-index", REINDEX);
  await run("shop", RELEASE, { version: "v4.31.0" });
  const pulled = await command("deploy.andon-pull", { service: "search", reason: "search shows no prices" });
  await command("deploy.andon-release", { id: Object(pulled)["id"], reason: "index is whole again" });
  const lock = { service: "warehouse", environment: "prod-eu", holder: "logistics/deploy-warehouse #812" };
  await command("deploy.lock", { ...lock, lease: "2h", reason: "stocktaking until noon" });
  await command("deploy.approval-ask", {
    ...{ service: "shop", environment: "prod-eu", version: "v4.31.0" },
    reason: "the delivery date in the basket",
  });
}

function write(home: string, name: string, content: object): string {
  const folder = join(home, "projects", name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "vice.yaml"), stringify(content), { mode: 0o600 });
  return folder;
}

const fileOf = (place: string) => ({
  text: stringify({ ...SHOP, pipeline: RELEASE }),
  name: join(place, "vice.yaml"),
  place,
});

const PROJECT = { version: 1 };
const SHOP = {
  version: 1,
  project: "shop",
  team: "storefront",
  services: { shop: {} },
  environments: [
    { name: "dev", tier: "development" },
    { name: "staging", tier: "staging" },
    { name: "prod-eu", tier: "production", approvals: { count: 1 } },
    { name: "prod-us", tier: "production" },
  ],
};

/** Lines that come one after the other, as those of real work do. */
const saying = (...lines: readonly string[]) => ({
  run: { command: lines.map((line) => `echo "${line}"; sleep 0.3`).join("; "), shell: true },
});

const RELEASE = {
  inputs: { version: "v4.30.0" },
  steps: {
    checkout: saying("storefront/shop at main", "279484c Show the delivery date in the basket"),
    build: { ...saying("bundling 812 modules", "shop.tar.gz, 4.1 MB"), needs: "checkout" },
    test: { run: "echo 214 tests passed", matrix: { node: [22, 24] }, needs: "build" },
    scan: { run: "echo no known vulnerabilities", needs: "build" },
    // Who looks at the demonstration is the one who started it.
    ship: {
      approve: { note: "Ship it to production?", self: true },
      needs: ["test", "scan"],
    },
    canary: {
      ...saying("1 of 12 instances", "errors 0.02 %, usual 0.03 %", "latency p95 180 ms", "it is healthy"),
      needs: "ship",
    },
    "prod-eu": { ...saying("6 of 12 instances", "12 of 12 instances"), needs: "canary", group: "production" },
    "prod-us": { ...saying("4 of 8 instances", "8 of 8 instances"), needs: "canary", group: "production" },
    tell: { run: "echo told the storefront team", needs: ["prod-eu", "prod-us"] },
    undo: {
      run: "echo put back what ran before",
      needs: ["prod-eu", "prod-us"],
      if: "failure()",
    },
  },
};

const NIGHTLY = {
  steps: {
    backup: saying("copying 3 tables", "18,211 rows"),
    "read-back": { run: "echo 18,211 rows", needs: "backup" },
    "clean-up": { run: "true", needs: "read-back" },
  },
};

const REINDEX = {
  steps: {
    export: saying("41,803 products"),
    index: {
      run: {
        command:
          'echo "writing shard 1 of 4"; sleep 0.2; echo "shard 2: no space left on device" >&2; exit 1',
        shell: true,
      },
      needs: "export",
    },
    swap: { run: "true", needs: "index" },
    report: { run: "echo the old index stays", needs: "index", if: "always()" },
  },
};
