/** Gives the function that says who somebody is to whoever looks at the page. */
import { useMyId } from "../access/use-may.ts";
import { type Actor, sayActor } from "./say-actor.ts";

export function useActorName(): (actor: Actor) => string {
  const me = useMyId();
  return (actor) => sayActor(actor, me);
}
