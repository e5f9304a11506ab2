/** A deployment of Octopus's REST API and its server task, told as the events that Octopus sent at the time. */
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { fieldOf } from "../polling.ts";
import { lookUp, text } from "../shaping.ts";
import { transitionOf } from "./map.ts";

/** Documents by id. */
export interface DeploymentNames {
  projects: ReadonlyMap<string, unknown>;
  environments: ReadonlyMap<string, unknown>;
  tenants: ReadonlyMap<string, unknown>;
  releases: ReadonlyMap<string, unknown>;
}

/** States of a server task (Octopus docs "Tasks", `states`) that are an end, as the event of that end. */
const END_OF_STATE: Readonly<Record<string, string>> = {
  success: "DeploymentSucceeded",
  failed: "DeploymentFailed",
  timedout: "DeploymentTimedOut",
  canceled: "DeploymentCanceled",
};

/** What an event says of a document: its id, and its name as a slice of the message. */
interface Named {
  id: string | null;
  name: string | null;
}

function messageOf(named: readonly Named[]) {
  let message = "";
  const references = named.flatMap(({ id, name }) => {
    if (id === null || name === null) return [];
    const reference = { ReferencedDocumentId: id, StartIndex: message.length, Length: name.length };
    message += `${name} `;
    return [reference];
  });
  return { message, references };
}

/**
 * So both ways give the same thing the same facts. A row whose task is gone (retention) has only its beginning.
 * @param row from `deployments`
 * @param task from `tasks`, or `null`
 */
export function deploymentHistory(
  row: unknown,
  task: unknown,
  names: DeploymentNames,
  { url, instance }: { url: string; instance: string },
): Transition[] {
  const idOf = (field: string): string | null => text(fieldOf(row, field));
  const named = (field: string, documents: ReadonlyMap<string, unknown>, name = "Name"): Named => {
    const id = idOf(field);
    return { id, name: id === null ? null : text(fieldOf(documents.get(id), name)) };
  };
  const { message, references } = messageOf([
    named("ProjectId", names.projects),
    named("ReleaseId", names.releases, "Version"),
    named("EnvironmentId", names.environments),
    named("TenantId", names.tenants),
  ]);
  const fields = ["Id", "ProjectId", "ReleaseId", "EnvironmentId", "TenantId", "TaskId", "ChannelId"];
  const common = {
    Message: message,
    MessageReferences: references,
    RelatedDocumentIds: fields.flatMap((field) => idOf(field) ?? []),
    SpaceId: fieldOf(row, "SpaceId"),
    Username: fieldOf(row, "DeployedBy"),
  };
  return momentsOf(row, task).flatMap(([category, at]): Transition[] => {
    const isProblem = /Failed|TimedOut/.test(category);
    const details = isProblem ? (text(fieldOf(task, "ErrorMessage")) ?? undefined) : undefined;
    const event = { ...common, Category: category, Occurred: at, Details: details };
    const told = transitionOf(event, url, instance);
    return told === null || typeof told === "string" ? [] : [told];
  });
}

/** `QueueTime`, `StartTime` and `CompletedTime` of the task; an end that has no time yet is told the next time. */
function momentsOf(row: unknown, task: unknown): Array<[category: string, at: string]> {
  const end = lookUp(END_OF_STATE, text(fieldOf(task, "State"))?.toLowerCase() ?? null);
  const moments: Array<[string | undefined, string | null]> = [
    ["DeploymentQueued", toIso(fieldOf(task, "QueueTime")) ?? toIso(fieldOf(row, "Created"))],
    ["DeploymentStarted", toIso(fieldOf(task, "StartTime"))],
    [end, toIso(fieldOf(task, "CompletedTime"))],
  ];
  return moments.flatMap(
    ([category, at]): Array<[string, string]> =>
      category === undefined || at === null ? [] : [[category, at]],
  );
}
