/** Runs the mock by hand: `node dashboard/mock/main.ts [port]`, then open the address it prints. */
import { join } from "node:path";
import { startMock } from "./server.ts";

const files = process.env.VICE_MOCK_FILES ?? join(import.meta.dirname, "../../dist/dashboard");
const mock = await startMock({
  files,
  port: Number(process.argv[2] ?? 4401),
  empty: process.argv.includes("--empty"),
});
process.stdout.write(`${mock.url}\n`);
