/** A GitLab Deployment Hook for "send a test", written by hand after GitLab docs "Webhook events". */

const project = {
  id: 4321,
  name: "shop",
  web_url: "https://gitlab.shop.example.com/web/shop",
  path_with_namespace: "web/shop",
  default_branch: "main",
};

export const sample = {
  headers: {
    "content-type": "application/json",
    "user-agent": "GitLab/18.5.0",
    "x-gitlab-event": "Deployment Hook",
    "x-gitlab-instance": "https://gitlab.shop.example.com",
    "idempotency-key": "5b1f7a52-6d0b-4c39-9a4f-3f4f3e7a9c10",
  },
  body: {
    object_kind: "deployment",
    status: "success",
    status_changed_at: "2026-11-20 11:01:30 +0100",
    deployment_id: 9_000_000_000_000_015,
    deployable_id: 796,
    deployable_url: "https://gitlab.shop.example.com/web/shop/-/jobs/796",
    environment: "prod-eu",
    environment_tier: "production",
    environment_slug: "prod-eu",
    environment_external_url: "https://www.shop.example.com",
    project,
    short_sha: "279484c0",
    user: { id: 42, name: "Robin Example", username: "robin", email: "[REDACTED]" },
    commit_url: "https://gitlab.shop.example.com/web/shop/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468",
    commit_title: "Show the delivery date in the basket",
    ref: "v1.4.2",
  },
};
