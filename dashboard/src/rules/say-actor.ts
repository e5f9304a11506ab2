/** What a person calls whoever said something: the log keeps ids. Pure. */

/**
 * @param id as the log has it: `local`, `token:<id>`, `oidc:<subject>`
 * @param me the id of this session
 * @param tokens names of tokens by id, as far as this session may know them
 */
export function sayActor(id: string | null, me: string | null, tokens: ReadonlyMap<string, string>): string {
  if (id === null) return "somebody";
  if (id === me) return "you";
  if (id === "local") return "somebody at the server";
  if (id.startsWith("oidc:")) return id.slice("oidc:".length);
  if (!id.startsWith("token:")) return id;
  const token = id.slice("token:".length);
  return tokens.get(token) ?? `token …${token.slice(-4)}`;
}
