/** A hand-written TeamCity delivery for "send a test". */

export const sample = {
  headers: { "content-type": "application/json" },
  body: {
    eventType: "BUILD_FINISHED",
    payload: {
      id: 9_000_000_000_020_417,
      buildTypeId: "Shop_DeployProduction",
      buildType: { id: "Shop_DeployProduction", name: "Deploy production", projectName: "Shop" },
      number: "1.4.2",
      status: "SUCCESS",
      statusText: "Success",
      state: "finished",
      branchName: "main",
      webUrl: "https://teamcity.shop.example.com/buildConfiguration/Shop_DeployProduction/9000000000020417",
      queuedDate: "20261120T095930+0000",
      startDate: "20261120T100000+0000",
      finishDate: "20261120T100130+0000",
      triggered: { type: "user", user: { username: "robin", name: "Robin" } },
      revisions: {
        count: 1,
        revision: [{ version: "279484c09fbe69ededfced8c1bb6e6d24616b468", vcsBranchName: "refs/heads/main" }],
      },
      properties: { property: [{ name: "env.ENVIRONMENT", value: "production" }] },
    },
  },
};
