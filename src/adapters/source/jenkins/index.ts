/**
 * Source: Jenkins, by the notification plugin, the statistics-gatherer plugin, the CDEvents plugin, or polled.
 *
 * Key, the same in all four: identityKind `build` (also when a parameter or a rule makes it a deployment), instance host
 * and path of the Jenkins (`ci.example.com/jenkins`), externalId `<full job name>#<number>`. No dialect has a delivery id:
 * the CDEvents plugin gives started and finished the same one, so the body's hash counts. Not used, because nothing joins
 * them to a run: queue items of the statistics-gatherer and CDEvents plugins (they carry only the queue's id), build
 * steps, checkouts and tasks. The QUEUED phase of the notification plugin has the number and is used.
 */
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { text } from "../shaping.ts";
import { runOfCdevent, subjectOf } from "./cdevents.ts";
import { runOfNotification } from "./notification.ts";
import { jenkinsPoller } from "./poll.ts";
import { redact } from "./redact.ts";
import { type JenkinsRun, transitionOfRun } from "./run.ts";
import { sample } from "./sample.ts";
import { cdeventsSchema, notificationSchema, statisticsSchema } from "./schema.ts";
import { otherStatistics, runOfStatistics } from "./statistics.ts";

/** A run, text = what it lacks, `null` = not used. */
interface Found {
  event: string;
  run: JenkinsRun | string | null;
}

function read(body: unknown): Found | null {
  const notification = notificationSchema.safeParse(body);
  if (notification.success)
    return { event: `phase ${notification.data.build.phase}`, run: runOfNotification(notification.data) };
  const statistics = statisticsSchema.safeParse(body);
  if (statistics.success) return { event: "statistics build", run: runOfStatistics(statistics.data) };
  const cdevents = cdeventsSchema.safeParse(body);
  if (cdevents.success) return { event: cdevents.data.type, run: runOfCdevent(cdevents.data) };
  return otherOf(body);
}

function otherOf(body: unknown): Found | null {
  const type = typeof body === "object" && body !== null && "type" in body ? text(body.type) : null;
  const isCdevent = type?.startsWith("dev.cdevents.") === true;
  if (type !== null && isCdevent) {
    const needed = subjectOf(type) === "pipelinerun.started" || subjectOf(type) === "pipelinerun.finished";
    return { event: type, run: needed ? "no data.build.number" : null };
  }
  const other = otherStatistics(body);
  return other === null ? null : { event: `statistics ${other}`, run: null };
}

function normalise({ body, instance }: Reading): Normalised {
  const found = read(body);
  if (found === null)
    return {
      outcome: "unmapped",
      reason:
        "no Jenkins delivery: neither build.phase with build.number, fullJobName with number and result, nor a CDEvents type",
    };
  const event = `jenkins event "${found.event.slice(0, 80)}"`;
  if (found.run === null) return { outcome: "ignored", reason: `${event} is not used` };
  if (typeof found.run === "string") return { outcome: "unmapped", reason: `${event} has ${found.run}` };
  return { outcome: "accepted", transitions: [transitionOfRun(found.run, instance)] };
}

export default defineSource({
  name: "jenkins",
  title: "Jenkins",
  schemes: [{ type: "basic" }],
  deliveryId: () => null,
  normalise,
  redact,
  poller: jenkinsPoller,
  setup: [
    "Install the Notification plugin (Manage Jenkins, Plugins, Available plugins).",
    "In each job open Configure, Job Notifications, Add Endpoint: Format JSON, Protocol HTTP, Event All Events, and the address above as URL.",
    "Put the secret into that URL as a password, or use URL Source Secret: https://vice:SECRET@...",
    "Pass the target as a build parameter (ENVIRONMENT, VERSION), or map job names by a rule; type=deploy marks a deployment.",
  ],
  sample,
});
