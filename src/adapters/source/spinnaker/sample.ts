/** A hand-written Spinnaker event for "send a test". */
export const sample = {
  headers: { "content-type": "application/json" },
  body: {
    eventId: "5b0f7a52-6b1e-4f0e-9c44-0a9f4d7f4a18",
    details: { source: "orca", type: "orca:stage:complete", application: "shop", created: "1795168891000" },
    content: {
      standalone: false,
      canceled: false,
      executionId: "vice-test-01J0EXECUTION",
      stageId: "vice-test-01J0STAGE",
      name: "Deploy to production",
      isSynthetic: false,
      startTime: 1795168800000,
      endTime: 1795168890000,
      context: { account: "production" },
      execution: {
        id: "vice-test-01J0EXECUTION",
        name: "Deploy shop",
        application: "shop",
        status: "RUNNING",
        authentication: { user: "robin@shop.example.com" },
        trigger: {
          type: "git",
          tag: "1.4.2",
          hash: "279484c09fbe69ededfced8c1bb6e6d24616b468",
          branch: "main",
          parameters: {},
        },
        stages: [
          { id: "vice-test-01J0STAGE", type: "deploy", name: "Deploy to production", status: "SUCCEEDED" },
        ],
      },
    },
  },
};
