/** A hand-written Octopus delivery for "send a test". */

const message = "Deploy to Production succeeded for Shop release 1.4.2 to Production";

const reference = (name: string, id: string, from = 0) => ({
  ReferencedDocumentId: id,
  StartIndex: message.indexOf(name, from),
  Length: name.length,
});

export const sample = {
  headers: { "content-type": "application/json" },
  body: {
    Timestamp: "2026-11-20T10:01:41.000+00:00",
    EventType: "SubscriptionPayload",
    Payload: {
      ServerUri: "https://octopus.shop.example.com",
      BatchId: "5b0f7a52-6b1e-4f0e-9c44-0a9f4d7f4a11",
      TotalEventsInBatch: 1,
      EventNumberInBatch: 1,
      Event: {
        Id: "Events-2041",
        Category: "DeploymentSucceeded",
        Occurred: "2026-11-20T10:01:30.000+00:00",
        Message: message,
        MessageReferences: [
          reference("Deploy to Production", "Deployments-9000000000000311"),
          reference("Shop", "Projects-12"),
          reference("1.4.2", "Releases-77"),
          reference("Production", "Environments-3", message.lastIndexOf("Production")),
        ],
        RelatedDocumentIds: [
          "Deployments-9000000000000311",
          "Projects-12",
          "Releases-77",
          "Environments-3",
          "ServerTasks-940",
        ],
        SpaceId: "Spaces-1",
        Username: "robin",
      },
    },
  },
};
