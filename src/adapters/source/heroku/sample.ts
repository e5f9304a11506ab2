/** A hand-written Heroku delivery for "send a test". */

const actor = { id: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1", email: "robin@shop.example.com" };

export const sample = {
  headers: { "content-type": "application/json" },
  body: {
    id: "8c5f7c52-5d3e-4c43-9a0c-0f6d1c2b3a41",
    action: "update",
    resource: "release",
    actor,
    data: {
      id: "7e577e57-77aa-4c0d-8f35-2d9a6f0f7c11",
      app: { id: "5f2b1c3d-9e8f-4a7b-8c6d-1e0f2a3b4c5d", name: "shop-production" },
      slug: {
        id: "6a7b8c9d-0e1f-4a2b-9c3d-4e5f6a7b8c9d",
        commit: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      },
      user: actor,
      stack: "heroku-24",
      status: "succeeded",
      current: true,
      version: 42,
      description: "Deploy 279484c0",
      created_at: "2026-11-20T10:01:20Z",
      updated_at: "2026-11-20T10:01:30Z",
    },
    previous_data: { status: "pending" },
    created_at: "2026-11-20T10:01:30.250000Z",
    updated_at: "2026-11-20T10:01:30.250004Z",
    published_at: "2026-11-20T10:01:31Z",
    webhook_metadata: {
      attempt: { id: "11111111-2222-4333-8444-555555555555" },
      delivery: { id: "22222222-3333-4444-8555-666666666666" },
      event: { id: "8c5f7c52-5d3e-4c43-9a0c-0f6d1c2b3a41", include: "api:release" },
      webhook: { id: "33333333-4444-4555-8666-777777777777" },
    },
  },
};
