/** A GitHub deployment_status for "send a test", written by hand after GitHub docs "Webhook events and payloads". */

const robin = { login: "robin", id: 4200, type: "User" };

export const sample = {
  headers: {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/0f3b8c1",
    "x-github-event": "deployment_status",
    "x-github-delivery": "72d3162e-cc78-11ee-81ab-4c9367dc0958",
  },
  body: {
    action: "created",
    deployment_status: {
      id: 9001,
      state: "success",
      creator: robin,
      description: "",
      environment: "prod-eu",
      target_url: "https://github.com/example-shop/shop/actions/runs/77/job/99",
      log_url: "https://github.com/example-shop/shop/actions/runs/77/job/99",
      environment_url: "https://www.shop.example.com",
      created_at: "2026-11-20T10:01:30Z",
      updated_at: "2026-11-20T10:01:30Z",
    },
    deployment: {
      id: 9_000_000_000_001_500,
      sha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      ref: "v1.4.2",
      task: "deploy",
      payload: {},
      original_environment: "prod-eu",
      environment: "prod-eu",
      description: "Show the delivery date in the basket",
      creator: robin,
      created_at: "2026-11-20T09:59:50Z",
      updated_at: "2026-11-20T10:01:30Z",
      transient_environment: false,
      production_environment: true,
    },
    repository: {
      id: 4321,
      name: "shop",
      full_name: "example-shop/shop",
      html_url: "https://github.com/example-shop/shop",
    },
    sender: robin,
  },
};
