/** Writes what a person said as events of the log, and waits until the next read shows it. */
import type { EventData, EventType, NewEvent } from "../../../domain/event.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";

/** An event said by whoever runs the command. */
export function saidEvent<T extends EventType>(
  { principal, now }: Pick<CommandContext<Services>, "principal" | "now">,
  type: T,
  subject: string | null,
  data: EventData[T],
): NewEvent<T> {
  const time = new Date(now()).toISOString();
  return {
    type,
    source: "/commands",
    subject,
    time,
    data,
    actor: principal.id,
    traceparent: null,
    delivery: null,
  };
}

/** Appends all or nothing. @throws ViceError `store.unavailable` */
export async function recordEvents(
  {
    services,
    progress,
  }: { services: Pick<Services, "log">; progress?: CommandContext<Services>["progress"] },
  events: readonly NewEvent[],
): Promise<void> {
  await services.log.append({ delivery: null, events });
  await services.log.settled(progress);
}
