// Carries out runs in a process of its own that a test can kill: arguments are home, pipeline, and how many runs there were
// before this one. Open runs come first; a run that ended without its process saying so is not begun again.
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { wire } from "../src/app/wire.ts";
import { makePlan } from "../src/parts/auto/make-plan.ts";

const [home = "", pipeline = "", before] = process.argv.slice(2);
const env = { ...process.env, VICE_HOME: home };
const { services, close } = await wire({ config: loadServerConfig(env), env, mode: "write" });
const say = (what: string): void => void process.stdout.write(`${what}\n`);
const { auto, store } = services;
const beganAt = performance.now();
const spent = process.cpuUsage();
const seq = store.log.head().seq;
const open = store.runs.open();
const known = store.runs.list({}, 1000, null).items;
if (before !== undefined && open.length === 0 && known.length > Number(before)) {
  say(`ended ${known[0]?.status} already`);
  await close();
  process.exit(0);
}
await auto.takeUp();
const id = open[0] ?? (await auto.start(await makePlan(pipeline, {}, store.standing), { actor: "local" }));
while (store.log.head().seq === seq) await new Promise((resolve) => setTimeout(resolve, 1));
const begunAt = performance.now();
const { user, system } = process.cpuUsage(spent);
// The second figure counts from the start of the process.
say(
  `begun ${Math.round(begunAt - beganAt)} of ${Math.round(begunAt)} after ${Math.round((user + system) / 1000)} ms of work`,
);
const { head } = await auto.follow(id, () => {}, new AbortController().signal);
say(`ended ${head.status}, took ${Math.round(performance.now() - beganAt)}`);
await close();
