// What DBOS does with the same runs, in a process of its own: arguments are its package, the database and what to do.
import { spawn } from "node:child_process";
import { once } from "node:events";

interface Dbos {
  setConfig(config: object): void;
  registerWorkflow(work: (count: number) => Promise<void>, options: object): (count: number) => Promise<void>;
  startWorkflow(
    work: (count: number) => Promise<void>,
    options: object,
  ): (count: number) => Promise<{ getResult(): Promise<void> }>;
  retrieveWorkflow(id: string): { getResult(): Promise<void> };
  runStep(step: () => Promise<void>, options: object): Promise<void>;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
}

const [sdk = "", systemDatabaseUrl = "", what = "", words = "1000"] = process.argv.slice(2);
const { DBOS } = (await import(sdk)) as { DBOS: Dbos };
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let isTold = false;
const nothing = async (): Promise<void> => {};
/** As a step of ours in the same comparison: a process that does nothing. */
const started = async (): Promise<void> => {
  if (!isTold) say(`begun ${Math.round(performance.now() - beganAt)}`);
  isTold = true;
  await once(spawn("true"), "exit");
};
const slept = async (): Promise<void> => void (await once(spawn("sleep", ["1"]), "exit"));

const chain = (step: () => Promise<void>) => async (count: number) => {
  for (let at = 0; at < count; at += 1) await DBOS.runStep(step, { name: `s${at}` });
};
const noOps = DBOS.registerWorkflow(chain(nothing), { name: "noOps" });
const long = DBOS.registerWorkflow(chain(started), { name: "long" });
const wide = DBOS.registerWorkflow(
  async (count) => {
    await Promise.all(Array.from({ length: count }, (_, at) => DBOS.runStep(slept, { name: `w${at}` })));
  },
  { name: "wide" },
);

DBOS.setConfig({ name: "vice-bench", systemDatabaseUrl, logLevel: "error", runAdminServer: false });
const beganAt = performance.now();
await DBOS.launch();
if (what === "no-ops") {
  await noOps(50);
  const began = performance.now();
  await noOps(Number(words));
  say(`took ${performance.now() - began}`);
} else if (what === "wide") {
  const began = performance.now();
  await wide(Number(words));
  say(`took ${performance.now() - began}`);
} else if (what === "long") {
  const handle = await DBOS.startWorkflow(long, { workflowID: "long" })(Number(words));
  await handle.getResult();
} else await DBOS.retrieveWorkflow("long").getResult();
await DBOS.shutdown();
