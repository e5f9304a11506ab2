// Restores a backup over a home with force, in a process of its own that a test can kill: arguments are URL and home.
import { invoke } from "../src/kit/command.ts";
import { restoreCommand } from "../src/parts/data/backup/restore-command.ts";
import { contextOf, openHouse } from "./data-services.ts";

const [url, to] = process.argv.slice(2);
const house = openHouse();
process.stdout.write("begin\n");
try {
  await invoke(restoreCommand, { url, to, force: true }, contextOf(house.services));
  process.stdout.write("done\n");
} finally {
  house.close();
}
