/** What a person calls whoever said something: the log keeps ids. Pure. */

export interface Actor {
  /** As the log has it: `local`, `token:<id>`, `oidc:<subject>`. */
  by: string | null;
  /** Of a token its name, as far as the server knows it. */
  byName: string | null;
}

/** @param me the id of this session */
export function sayActor({ by, byName }: Actor, me: string | null): string {
  if (by === null) return "somebody";
  if (by === me) return "you";
  if (by === "local") return "somebody at the server";
  if (by.startsWith("oidc:")) return by.slice("oidc:".length);
  return by.startsWith("token:") && byName === by ? `token …${by.slice(-4)}` : (byName ?? by);
}
