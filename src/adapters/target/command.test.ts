/** The command target against the suite of all targets, with a script that has an answer for every verb. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TargetWorld, targetConformance } from "../../conformance/target.ts";
import type { Release } from "../../ports/target.ts";
import { createProcessRunner } from "../process/process-runner.ts";
import { commandTarget } from "./command.ts";
import { anyTarget } from "./targets-of.ts";

/** `current` is what is there; each effect is a line in `effects`, written when it is done. */
const SCRIPT = `#!/bin/sh
cd "$(dirname "$0")"
did() { echo "$VICE_VERB $VICE_KEY" >> effects; }
put() { echo "$1" > current.new && mv current.new current; }
case "$VICE_VERB" in
  prepare|cleanup) did ;;
  start) [ -s current ] || put "$VICE_VERSION"; did ;;
  health)
    case "$VICE_VERSION" in
      broken) echo "it does not come up: $VICE_TEST_SECRET" >&2; exit 4 ;;
      endless) exec sleep 60 ;;
    esac
    touch "healthy-$VICE_VERSION" ;;
  deploy) put "$VICE_VERSION"; echo "at=$VICE_TEST_SECRET" >> "$VICE_OUTPUTS"; did ;;
  stop) [ "$(cat current 2>/dev/null)" != "$VICE_VERSION" ] || rm -f current; did ;;
  rollback)
    [ -e "healthy-$VICE_FORMER_VERSION" ] || { did; exit 5; }
    put "$VICE_FORMER_VERSION"; did ;;
  status) [ ! -s current ] || echo "version=$(cat current)" >> "$VICE_OUTPUTS" ;;
  logs) [ ! -s current ] || echo "hello from $(cat current) with $VICE_TEST_SECRET" ;;
esac
`;
/** After a crash: whether the effect of this key stands in the file. */
const DONE = `#!/bin/sh
cd "$(dirname "$0")"
grep -qF " \${VICE_KEY%/done}" effects
`;

const release = (version: string): Release => ({
  ...{ id: `release-${version}`, version, commitSha: null, artifact: null },
});

async function open(): Promise<TargetWorld> {
  const folder = mkdtempSync(join(tmpdir(), "vice-command-"));
  const file = (name: string): string => join(folder, name);
  writeFileSync(file("target.sh"), SCRIPT, { mode: 0o755 });
  writeFileSync(file("done.sh"), DONE, { mode: 0o755 });
  appendFileSync(file("effects"), "");
  const home = file("home");
  const all = "./target.sh";
  const named = {
    deploy: all,
    prepare: all,
    start: all,
    health: all,
    stop: all,
    rollback: all,
    cleanup: all,
  };
  const processes = () => createProcessRunner({ home, env: process.env, graceMs: 500 });
  return {
    adapter: () => anyTarget(commandTarget({ home, processes: processes() })),
    spec: { ...named, status: all, logs: all, done: "./done.sh" },
    cwd: folder,
    releases: [release("1"), release("2"), release("3")],
    broken: { release: release("broken"), verb: "health" },
    endless: { release: release("endless"), verb: "health" },
    truth: async () => (existsSync(file("current")) ? readFileSync(file("current"), "utf8").trim() : null),
    effects: async () => readFileSync(file("effects"), "utf8").split("\n").length - 1,
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

targetConformance("command", { open, fences: true, says: "hello from 1" });
