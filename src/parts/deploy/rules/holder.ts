/** As whom somebody holds a lock: as himself, or as a job of his own; never as somebody else. */
import type { RuleContext } from "./rule-context.ts";

export interface Holder {
  holder: string;
  /** `null` = the name is enough. */
  holderId: string | null;
}

/**
 * @param given what he calls himself. Who may do everything is believed; a job of anybody else is named after him
 * (`ci/job-7`), and a run that he started keeps its name.
 */
export function holderOf({ principal, services }: RuleContext, given: string | undefined): Holder {
  const { id, name, scopes } = principal;
  if (scopes.includes("admin")) return { holder: given ?? name, holderId: null };
  if (given === undefined || given === name || given === id) return { holder: name, holderId: id };
  const isOwn = given.startsWith(`${name}/`) || isOwnRun(services, id, given);
  return { holder: isOwn ? given : `${name}/${given}`, holderId: id };
}

function isOwnRun({ store }: RuleContext["services"], actor: string, given: string): boolean {
  const [, run = given] = /^run[ :/](.+)$/.exec(given) ?? [];
  return store.runs.get(run)?.head.actor === actor;
}
