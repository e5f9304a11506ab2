/** A hand-written Azure DevOps delivery for "send a test". */
export const sample = {
  headers: { "content-type": "application/json" },
  body: {
    subscriptionId: "11111111-2222-4333-8444-555555555555",
    notificationId: 7,
    id: "5b0f7a52-6b1e-4f0e-9c44-0a9f4d7f4a13",
    eventType: "ms.vss-release.deployment-completed-event",
    publisherId: "rm",
    message: { text: "Deployment of release v1.4.2 on stage Production succeeded." },
    resource: {
      environment: {
        id: 9_000_000_042,
        name: "Production",
        status: "succeeded",
        timeToDeploy: 1.5,
        deploySteps: [{ attempt: 1 }],
        release: {
          id: 42,
          name: "v1.4.2",
          _links: { web: { href: "https://dev.azure.com/example-shop/shop/_release?releaseId=42" } },
        },
        releaseDefinition: { id: 3, name: "shop" },
      },
      deployment: {
        attempt: 1,
        startedOn: "2026-11-20T10:00:00.000Z",
        completedOn: "2026-11-20T10:01:30.000Z",
        requestedFor: { displayName: "Robin Example", uniqueName: "robin@shop.example.com" },
        release: {
          name: "v1.4.2",
          artifacts: [
            {
              isPrimary: true,
              definitionReference: {
                sourceVersion: { id: "279484c09fbe69ededfced8c1bb6e6d24616b468" },
                branch: { id: "refs/heads/main", name: "refs/heads/main" },
              },
            },
          ],
        },
      },
      project: { id: "22222222-3333-4444-8555-666666666666", name: "shop" },
    },
    resourceContainers: {
      collection: { id: "33333333-4444-4555-8666-777777777777" },
      project: { id: "22222222-3333-4444-8555-666666666666" },
    },
    createdDate: "2026-11-20T10:01:31.000Z",
  },
};
