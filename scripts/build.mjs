#!/usr/bin/env node
// Builds dist/ from src/ and dashboard/: the command, the server with its workers, the web page; then the generated files.
// npm runs it as `prepare`. It works in a folder of its own and puts that in place of dist/ only when all is well.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { onlyWhatIsUsed } from "./only-what-is-used.mjs";

const root = resolve(import.meta.dirname ?? fileURLToPath(new URL(".", import.meta.url)), "..");
const ownNode = join(root, "node_modules/node/bin/node");
const startedAt = new Date();
const work = join(root, ".cache", `build-${process.pid}`);

if (Number.parseInt(process.versions.node, 10) < 24 && existsSync(ownNode)) {
  const again = spawnSync(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exit(again.status ?? 1);
}
process.chdir(root);
try {
  await build();
} catch (problem) {
  // esbuild has printed its own errors with file and line
  if (!Array.isArray(problem?.errors)) console.error(problem);
  console.error("vice: the build failed; dist/ is as it was before");
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function build() {
  const esbuild = await import("esbuild").catch(() => null);
  if (esbuild === null) {
    const kept = existsSync(join(root, "dist/vice.cjs")) ? "dist/ stays as it is" : "there is no dist/ yet";
    console.error(`vice: not built, ${kept}: the development tools are missing (npm ci --include=dev)`);
    return;
  }
  mkdirSync(work, { recursive: true });
  const made = [
    await buildCommand(esbuild),
    await buildQuick(esbuild),
    await buildServer(esbuild),
    await buildDashboard(),
  ];
  replaceDist();
  made.push(generate());
  for (const line of made.filter(Boolean)) console.error(`vice: built ${line}`);
  console.error(`vice: build took ${((Date.now() - startedAt.getTime()) / 1000).toFixed(1)} s`);
}

/** The file that `vice` starts: one small CommonJS file that even an old Node can read, so that it can look for a newer one. */
async function buildCommand(esbuild) {
  const entry = "src/doors/cli/bin.ts";
  if (!existsSync(entry)) return skipped(entry);
  const file = join(work, "vice.cjs");
  await esbuild.build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node16",
    banner: { js: "#!/usr/bin/env node" },
    plugins: [{ name: "keep-main-lazy", setup: keepMainLazy }],
    logLevel: "warning",
  });
  chmodSync(file, 0o755);
  utimesSync(file, startedAt, startedAt); // a source file changed during the build is newer than this
  return `dist/vice.cjs ${size([file])}`;
}

function keepMainLazy(build) {
  build.onResolve({ filter: /^\.\/main\.js$/ }, ({ path }) => ({ path, external: true }));
}

/** What `vice can-deploy` mostly needs, alone: of each module only what is used, so that no schema and no command is in it. */
async function buildQuick(esbuild) {
  const entry = "src/app/quick-can-deploy.ts";
  if (!existsSync(entry)) return skipped(entry);
  const file = join(work, "can-deploy.cjs");
  await esbuild.build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    plugins: [onlyWhatIsUsed],
    logLevel: "warning",
  });
  return `dist/can-deploy.cjs ${size([file])}`;
}

/** Everything else, as modules: all files lie flat beside main.js, so `import.meta.url` means dist/ in each of them. */
async function buildServer(esbuild) {
  const entry = "src/app/main.ts";
  if (!existsSync(entry)) return skipped(entry);
  const workers = filesIn("src").filter((file) => file.endsWith(".worker.ts"));
  const { metafile } = await esbuild.build({
    entryPoints: [
      { in: entry, out: "main" },
      ...workers.map((file) => ({ in: file, out: `workers/${basename(file, ".worker.ts")}` })),
    ],
    outdir: work,
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node24",
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: "warning",
  });
  const scripts = Object.keys(metafile.outputs).filter((file) => file.endsWith(".js"));
  return `dist/main.js ${size(scripts)} in ${scripts.length} files (${workers.length} workers)`;
}

async function buildDashboard() {
  if (!existsSync("dashboard/index.html")) return skipped("dashboard/index.html");
  const vite = await import("vite");
  const outDir = join(work, "dashboard");
  await vite.build({
    root: join(root, "dashboard"),
    logLevel: "warn",
    build: { outDir, emptyOutDir: true, reportCompressedSize: false },
  });
  return `dist/dashboard ${size(filesIn(outDir))}`;
}

/** Reference pages and schemas that are made from the source: only a Node that runs TypeScript can do it. */
function generate() {
  const script = "src/app/generate.ts";
  if (!existsSync(script)) return "";
  if (!process.features.typescript) return skipped(`${script} (asks for Node 24)`);
  const run = spawnSync(process.execPath, [script], { stdio: ["ignore", 2, 2] });
  if (run.status !== 0) throw new Error(`${script} ended with ${run.status ?? run.signal}`);
  return "docs/reference and schemas";
}

/** Two renames: whoever starts `vice` meanwhile finds the former build or the new one. */
function replaceDist() {
  const former = `${work}-former`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existsSync("dist")) renameSync("dist", former);
      renameSync(work, "dist");
      break;
    } catch (problem) {
      if (attempt === 5) throw problem; // another build finished in the same moment
    } finally {
      rmSync(former, { recursive: true, force: true });
    }
  }
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function size(files) {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return bytes < 10_240 ? `${bytes} B` : `${Math.round(bytes / 1024)} KiB`;
}

function skipped(what) {
  console.error(`vice: no ${what}, skipped`);
  return "";
}
