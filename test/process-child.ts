// Carries out one verb of the process target as a process of its own, so that it can be killed in the middle.
import { ProcessHouse } from "./process-house.ts";

const { root, verb, call } = JSON.parse(process.argv[2] ?? "{}");
const house = new ProcessHouse(root);
const act = house.adapter().acts[verb as "start"];
const asked = house.call(verb, call.release, call);
process.stdout.write("ready\n");
const outcome = await act?.(asked);
process.stdout.write(`${JSON.stringify(outcome)}\n`);
process.exit(0);
