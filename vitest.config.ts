// How the tests run: which files, how long each may take, and the reporter that closes the run.
import { defineConfig } from "vitest/config";
import { amounts } from "./test/level.ts";
import { ClosingReporter } from "./test/reporter.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "dashboard/src/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    environment: "node",
    pool: "forks",
    maxWorkers: 2, // the default leaves one of two cores idle
    isolate: false, // a fresh process for every file takes eight times as long; test/setup.ts puts back what a file changed
    setupFiles: ["test/setup.ts"],
    testTimeout: amounts.testTimeoutMs,
    hookTimeout: amounts.testTimeoutMs,
    // Real browsers, servers and kills on a busy machine: in CI a second try tells a hiccup from a fault. The end of the
    // run names each test that needed it; at a developer's machine there is none, so that a race shows at once.
    retry: process.env.CI === "true" ? 1 : 0,
    reporters: ["default", new ClosingReporter()],
  },
});
