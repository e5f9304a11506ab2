/** As whom commands run on the store of this machine. */
import { userInfo } from "node:os";
import type { Principal } from "../../../kit/command.ts";

/** Whoever may open the files of the home may do everything with it. */
export const localPrincipal = (): Principal => ({ id: "local", name: nameOfUser(), scopes: ["admin"] });

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "local"; // a user id without a name, as in some containers
  }
}
