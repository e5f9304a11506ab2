// Deploys as a process of its own, and kills, stops or cancels itself at the moments it is told: the argument is a job as JSON.
import { loadServerConfig } from "../../src/app/config/server-config.ts";
import { wire } from "../../src/app/wire.ts";
import { ask } from "./ask.ts";
import { hurry, type Moment, Moments, watch } from "./moments.ts";

export interface Job {
  env: Record<string, string>;
  /** Before anything is done to it. */
  first: readonly { id: string; input: object }[];
  main: { id: string; input: object };
  at: ReadonlyArray<Moment & { does: "kill" | "cancel" | "pause" }>;
}

const { env, first, main, at } = JSON.parse(process.argv[2] ?? "{}") as Job;
const wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
hurry(wired);
for (const { id, input } of first) await ask(wired, id, input);
const moments = new Moments(at, async ({ step, when }) => {
  const does = at.find((each) => each.step === step && each.when === when)?.does;
  if (does === "cancel")
    return void ask(wired, "deploy.abort", { reason: "the wrong version" }).catch(() => {});
  if (does === "pause") return void process.kill(process.pid, "SIGSTOP");
  process.kill(process.pid, "SIGKILL");
  await new Promise(() => {});
});
watch(wired, moments);
await ask(wired, main.id, main.input);
process.stdout.write(`left: ${JSON.stringify(moments.left)}\n`);
await wired.close();
