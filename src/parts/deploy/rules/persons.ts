/** Who is who: as far as vice knows, several identities are one person. */
import { foldName } from "../../../domain/fold-name.ts";
import type { RuleContext } from "./rule-context.ts";
import { nameOfActor } from "./who.ts";

const TOKEN = /^token:(.+)$/;

/** Tokens of one name are of one person, and so is a name that is the first part of a mail address. */
export const personOfName = (name: string): string => foldName(name).replace(/@.*$/, "");

/** By the id in the log. Sessions of people have no name there: they are themselves. */
export function personOf(services: RuleContext["services"], actor: string): string {
  const name = nameOfActor(services, actor) ?? actor;
  return name === actor ? actor : personOfName(name);
}

/** Whoever runs the command is known by name too. */
export const isPerson = (
  services: RuleContext["services"],
  who: RuleContext["principal"],
  person: string,
): boolean => personOf(services, who.id) === person || personOfName(who.name) === person;

/** A token that was revoked is nobody any more. */
export function isRevoked({ store }: RuleContext["services"], actor: string): boolean {
  const [, id] = TOKEN.exec(actor) ?? [];
  return id !== undefined && store.tokens.isRevoked(id);
}

/** Whoever may do everything: on this machine, or by a token with the scope. */
export function isAdmin({ store }: RuleContext["services"], actor: string): boolean {
  if (actor === "local") return true;
  const [, id] = TOKEN.exec(actor) ?? [];
  return store.tokens.list().some((token) => token.id === id && token.scopes.includes("admin"));
}
