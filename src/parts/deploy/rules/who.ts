/** What people call somebody whom the log knows by an id. */
export { nameOfActor } from "../../data/index.ts";
