// Runs before each test file: files share a process (that makes the run several times faster), so what a file
// changes in the environment or the working folder is put back when it ends.
import { afterAll } from "vitest";

const environment = { ...process.env };
const folder = process.cwd();

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(folder);
});
