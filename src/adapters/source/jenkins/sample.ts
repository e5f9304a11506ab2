/** A hand-written delivery of the notification plugin for "send a test". */

const parameters = { type: "deploy", ENVIRONMENT: "production", VERSION: "v1.4.2" };

export const sample = {
  headers: { "content-type": "application/json;charset=UTF-8" },
  body: {
    name: "deploy-shop",
    display_name: "deploy-shop",
    url: "job/web/job/deploy-shop/",
    build: {
      full_url: "https://ci.shop.example.com/job/web/job/deploy-shop/900000042/",
      number: 900_000_042,
      queue_id: 311,
      timestamp: 1795168890000,
      duration: 90000,
      phase: "COMPLETED",
      status: "SUCCESS",
      url: "job/web/job/deploy-shop/900000042/",
      scm: {
        url: "https://git.shop.example.com/web/shop.git",
        branch: "origin/main",
        commit: "279484c09fbe69ededfced8c1bb6e6d24616b468",
        changes: [],
        culprits: [],
      },
      parameters,
      log: "",
      notes: "",
      artifacts: {},
    },
  },
};
