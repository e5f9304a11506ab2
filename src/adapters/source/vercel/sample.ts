/** A hand-written Vercel delivery for "send a test". */
export const sample = {
  headers: { "content-type": "application/json" },
  body: {
    id: "vice-test-5b0f7a526b1e4f0e",
    type: "deployment.succeeded",
    createdAt: 1795168890000,
    region: "fra1",
    payload: {
      team: { id: "team_example" },
      user: { id: "user_example" },
      target: "production",
      project: { id: "prj_example" },
      deployment: {
        id: "dpl_7e577e5777aa4c0d8f352d9a",
        name: "shop",
        url: "shop-7e577e577-example-shop.vercel.app",
        meta: {
          githubCommitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
          githubCommitRef: "main",
          githubCommitOrg: "example-shop",
          githubCommitRepo: "shop",
          githubCommitAuthorLogin: "robin",
        },
      },
      links: {
        deployment: "https://vercel.com/example-shop/shop/7e577e5777",
        project: "https://vercel.com/example-shop/shop",
      },
    },
  },
};
