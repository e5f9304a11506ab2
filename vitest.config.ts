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
    isolate: false, // a fresh process for every file takes eight times as long; test/setup.ts puts back what a file changed
    setupFiles: ["test/setup.ts"],
    testTimeout: amounts.testTimeoutMs,
    hookTimeout: amounts.testTimeoutMs,
    reporters: ["default", new ClosingReporter()],
  },
});
