/** Tells as an Octopus Deploy subscription does: names stand in the message, found by offsets (Octopus docs "Subscriptions"). */
import { FAILURES, type Hook, type Outcome, type Rollout, type Teller } from "../story.ts";

const HOST = "https://octopus.shop.example.com";

const CATEGORY: Readonly<Record<Outcome, string>> = {
  succeeded: "DeploymentSucceeded",
  failed: "DeploymentFailed",
  canceled: "DeploymentCanceled",
};

const WORDS: Readonly<Record<string, string>> = {
  DeploymentQueued: "queued",
  DeploymentStarted: "started",
  DeploymentSucceeded: "succeeded",
  DeploymentFailed: "failed",
  DeploymentCanceled: "was canceled",
  ManualInterventionInterruptionRaised: "waits for an answer",
};

const ENVIRONMENT_IDS = ["Development", "Staging", "Production EU", "Production US"];

/** Builds the message piece by piece, so that the offsets are those of the pieces. */
function messageOf({ release, place, number }: Rollout, category: string) {
  const environment = place.reportedEnvironment;
  const pieces: ReadonlyArray<readonly [text: string, id?: string]> = [
    [`Deploy to ${environment}`, `Deployments-${number}`],
    [` ${WORDS[category] ?? category} for `],
    [place.reportedAs, `Projects-${release.service.number}`],
    [" release "],
    [release.version, `Releases-${release.number}`],
    [" to "],
    [environment, `Environments-${ENVIRONMENT_IDS.indexOf(environment) + 1}`],
  ];
  let text = "";
  const references: Array<{ ReferencedDocumentId: string; StartIndex: number; Length: number }> = [];
  for (const [piece, id] of pieces) {
    if (id !== undefined)
      references.push({ ReferencedDocumentId: id, StartIndex: text.length, Length: piece.length });
    text += piece;
  }
  return { text, references };
}

function hook(rollout: Rollout, category: string, atMs: number): Hook {
  const { text, references } = messageOf(rollout, category);
  const occurred = new Date(atMs).toISOString().replace("Z", "+00:00");
  const body = {
    Timestamp: occurred,
    EventType: "SubscriptionPayload",
    Payload: {
      ServerUri: HOST,
      TotalEventsInBatch: 1,
      EventNumberInBatch: 1,
      Event: {
        Id: `Events-${rollout.number}${Object.keys(WORDS).indexOf(category)}`,
        Category: category,
        Occurred: occurred,
        Message: text,
        MessageReferences: references,
        RelatedDocumentIds: [
          ...references.map((reference) => reference.ReferencedDocumentId),
          `ServerTasks-${rollout.number}`,
        ],
        Comments: category === "DeploymentFailed" ? FAILURES.failed : null,
        SpaceId: "Spaces-1",
        Username: rollout.login,
      },
    },
  };
  return { atMs, source: "octopus", headers: { "content-type": "application/json" }, body };
}

export const octopus: Teller = {
  build: () => [],
  rollout: (rollout) => {
    const { queuedMs, startMs, endMs, outcome } = rollout;
    const queued = hook(rollout, "DeploymentQueued", queuedMs);
    if (startMs === null)
      return [queued, hook(rollout, "ManualInterventionInterruptionRaised", queuedMs + 2000)];
    const begun = [queued, hook(rollout, "DeploymentStarted", startMs)];
    return endMs === null ? begun : [...begun, hook(rollout, CATEGORY[outcome], endMs)];
  },
};
