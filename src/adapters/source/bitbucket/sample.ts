/** A hand-written Bitbucket Cloud delivery for "send a test". */
export const sample = {
  headers: {
    "content-type": "application/json",
    "x-event-key": "repo:commit_status_updated",
    "x-request-uuid": "5b0f7a52-6b1e-4f0e-9c44-0a9f4d7f4a14",
  },
  body: {
    actor: { display_name: "Robin Example", nickname: "robin", type: "user" },
    repository: {
      uuid: "{7e577e57-77aa-4c0d-8f35-2d9a6f0f7c14}",
      full_name: "example-shop/shop",
      links: { html: { href: "https://bitbucket.org/example-shop/shop" } },
    },
    commit_status: {
      key: "42",
      name: "Pipeline #42 for main",
      description: "",
      state: "SUCCESSFUL",
      refname: "main",
      url: "https://bitbucket.org/example-shop/shop/pipelines/results/42",
      commit: { type: "commit", hash: "279484c09fbe69ededfced8c1bb6e6d24616b468" },
      created_on: "2026-11-20T10:00:00.120000+00:00",
      updated_on: "2026-11-20T10:01:30.250000+00:00",
    },
  },
};
