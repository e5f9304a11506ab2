/** A hand-written CircleCI delivery for "send a test". */
export const sample = {
  headers: { "content-type": "application/json", "circleci-event-type": "workflow-completed" },
  body: {
    type: "workflow-completed",
    id: "5b0f7a52-6b1e-4f0e-9c44-0a9f4d7f4a11",
    happened_at: "2026-11-20T10:01:31.250Z",
    webhook: { id: "11111111-2222-4333-8444-555555555555", name: "vice" },
    project: { id: "22222222-3333-4444-8555-666666666666", name: "shop", slug: "github/example-shop/shop" },
    organization: { id: "33333333-4444-4555-8666-777777777777", name: "example-shop" },
    workflow: {
      id: "7e577e57-77aa-4c0d-8f35-2d9a6f0f7c12",
      name: "build-and-deploy",
      created_at: "2026-11-20T10:00:00.000Z",
      stopped_at: "2026-11-20T10:01:30.000Z",
      url: "https://app.circleci.com/pipelines/github/example-shop/shop/42/workflows/7e577e57-77aa-4c0d-8f35-2d9a6f0f7c12",
      status: "success",
    },
    pipeline: {
      id: "44444444-5555-4666-8777-888888888888",
      number: 42,
      created_at: "2026-11-20T09:59:58.000Z",
      trigger: { type: "webhook" },
      vcs: {
        provider_name: "github",
        origin_repository_url: "https://github.com/example-shop/shop",
        target_repository_url: "https://github.com/example-shop/shop",
        revision: "279484c09fbe69ededfced8c1bb6e6d24616b468",
        branch: "main",
      },
    },
  },
};
