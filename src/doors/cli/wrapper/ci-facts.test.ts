/** Tests that each CI system is recognised by what it sets, with link, commit, branch and run. */
import { expect, test } from "vitest";
import { ciFacts } from "./ci-facts.ts";

const sha = "279484c09fbe69ededfced8c1bb6e6d24616b468";
const git = "https://git.example.com/group/app";

test.each<[name: string, env: Record<string, string>, url: string]>([
  [
    "github",
    {
      GITHUB_ACTIONS: "true",
      GITHUB_SHA: sha,
      GITHUB_REF_NAME: "main",
      GITHUB_SERVER_URL: "https://git.example.com",
      GITHUB_REPOSITORY: "group/app",
      GITHUB_RUN_ID: "7",
    },
    `${git}/actions/runs/7`,
  ],
  [
    "gitlab",
    {
      GITLAB_CI: "true",
      CI_COMMIT_SHA: sha,
      CI_COMMIT_REF_NAME: "main",
      CI_PROJECT_URL: git,
      CI_JOB_URL: `${git}/-/jobs/9`,
      CI_PIPELINE_ID: "7",
    },
    `${git}/-/jobs/9`,
  ],
  [
    "jenkins",
    {
      JENKINS_URL: "https://ci.example.com/",
      GIT_COMMIT: sha,
      BRANCH_NAME: "main",
      GIT_URL: `${git}.git`,
      BUILD_URL: "https://ci.example.com/job/a/7/",
      BUILD_NUMBER: "7",
    },
    "https://ci.example.com/job/a/7/",
  ],
  [
    "circleci",
    {
      CIRCLECI: "true",
      CIRCLE_SHA1: sha,
      CIRCLE_BRANCH: "main",
      CIRCLE_REPOSITORY_URL: "git@git.example.com:group/app.git",
      CIRCLE_BUILD_URL: "https://ci.example.com/7",
      CIRCLE_WORKFLOW_ID: "7",
    },
    "https://ci.example.com/7",
  ],
  [
    "buildkite",
    {
      BUILDKITE: "true",
      BUILDKITE_COMMIT: sha,
      BUILDKITE_BRANCH: "main",
      BUILDKITE_REPO: git,
      BUILDKITE_BUILD_URL: "https://ci.example.com/7",
      BUILDKITE_BUILD_ID: "7",
    },
    "https://ci.example.com/7",
  ],
  [
    "azure",
    {
      TF_BUILD: "True",
      BUILD_SOURCEVERSION: sha,
      BUILD_SOURCEBRANCHNAME: "main",
      BUILD_REPOSITORY_URI: git,
      SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: "https://ci.example.com/",
      SYSTEM_TEAMPROJECT: "p",
      BUILD_BUILDID: "7",
    },
    "https://ci.example.com/p/_build/results?buildId=7",
  ],
  [
    "bitbucket",
    {
      BITBUCKET_BUILD_NUMBER: "7",
      BITBUCKET_COMMIT: sha,
      BITBUCKET_BRANCH: "main",
      BITBUCKET_GIT_HTTP_ORIGIN: git,
      BITBUCKET_REPO_FULL_NAME: "group/app",
    },
    "https://bitbucket.org/group/app/pipelines/results/7",
  ],
])("%s", (ci, env, url) => {
  expect(ciFacts(env)).toMatchObject({
    commitSha: sha,
    ref: "main",
    repository: git,
    url,
    tags: { ci, ciRun: "7" },
  });
});

test("teamcity and travis say less or say it differently", () => {
  expect(ciFacts({ TEAMCITY_VERSION: "2025.1", BUILD_VCS_NUMBER: sha, BUILD_NUMBER: "7" })).toEqual({
    commitSha: sha,
    ref: null,
    repository: null,
    url: null,
    tags: { ci: "teamcity", ciRun: "7" },
  });
  expect(ciFacts({ TRAVIS: "true", TRAVIS_REPO_SLUG: "group/app", TRAVIS_COMMIT: "short" })).toMatchObject({
    commitSha: null,
    repository: "https://github.com/group/app",
  });
});

test("elsewhere there is nothing to say", () => {
  expect(ciFacts({ CI: "true", BUILD_NUMBER: "7" })).toBeNull();
});
