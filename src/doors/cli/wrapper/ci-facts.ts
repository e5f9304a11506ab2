/** Knows by which variables each CI system says what it is running; the table is from the vendors' lists of predefined variables. */

import { repositoryUrl } from "./git-facts.ts";
import type { Environment } from "./home.ts";

export interface CiFacts {
  readonly commitSha: string | null;
  readonly ref: string | null;
  readonly repository: string | null;
  readonly url: string | null;
  /** `ci`, `ciRun`, `ciAttempt`, `ciJob`, so that the run and its webhook can be put together. */
  readonly tags: Record<string, string>;
}

/** A text with variables in braces; it counts only when all of them are set. The first that counts is taken. */
type Templates = readonly string[];

interface Provider {
  readonly name: string;
  /** Set only by this system. */
  readonly mark: string;
  readonly sha: Templates;
  readonly ref: Templates;
  readonly repository: Templates;
  readonly url: Templates;
  readonly run: Templates;
  readonly attempt?: Templates;
  readonly job: Templates;
}

const PROVIDERS: readonly Provider[] = [
  {
    name: "github", // "Variables reference", default environment variables
    mark: "GITHUB_ACTIONS",
    sha: ["{GITHUB_SHA}"],
    ref: ["{GITHUB_HEAD_REF}", "{GITHUB_REF_NAME}"],
    repository: ["{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}"],
    url: ["{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"],
    run: ["{GITHUB_RUN_ID}"],
    attempt: ["{GITHUB_RUN_ATTEMPT}"],
    job: ["{GITHUB_JOB}"],
  },
  {
    name: "gitlab", // "Predefined CI/CD variables reference"
    mark: "GITLAB_CI",
    sha: ["{CI_COMMIT_SHA}"],
    ref: ["{CI_COMMIT_REF_NAME}"],
    repository: ["{CI_PROJECT_URL}"],
    url: ["{CI_JOB_URL}", "{CI_PIPELINE_URL}"],
    run: ["{CI_PIPELINE_ID}"],
    job: ["{CI_JOB_ID}"],
  },
  {
    name: "circleci", // "Project values and variables", built-in environment variables
    mark: "CIRCLECI",
    sha: ["{CIRCLE_SHA1}"],
    ref: ["{CIRCLE_BRANCH}", "{CIRCLE_TAG}"],
    repository: ["{CIRCLE_REPOSITORY_URL}"],
    url: ["{CIRCLE_BUILD_URL}"],
    run: ["{CIRCLE_WORKFLOW_ID}"],
    job: ["{CIRCLE_JOB}"],
  },
  {
    name: "buildkite", // "Environment variables"
    mark: "BUILDKITE",
    sha: ["{BUILDKITE_COMMIT}"],
    ref: ["{BUILDKITE_BRANCH}"],
    repository: ["{BUILDKITE_REPO}"],
    url: ["{BUILDKITE_BUILD_URL}"],
    run: ["{BUILDKITE_BUILD_ID}"],
    attempt: ["{BUILDKITE_RETRY_COUNT}"],
    job: ["{BUILDKITE_JOB_ID}"],
  },
  {
    name: "azure", // "Use predefined variables", Azure Pipelines
    mark: "TF_BUILD",
    sha: ["{BUILD_SOURCEVERSION}"],
    ref: ["{BUILD_SOURCEBRANCHNAME}"],
    repository: ["{BUILD_REPOSITORY_URI}"],
    url: ["{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}"],
    run: ["{BUILD_BUILDID}"],
    attempt: ["{SYSTEM_JOBATTEMPT}"],
    job: ["{SYSTEM_JOBNAME}"],
  },
  {
    name: "bitbucket", // "Variables and secrets", default variables
    mark: "BITBUCKET_BUILD_NUMBER",
    sha: ["{BITBUCKET_COMMIT}"],
    ref: ["{BITBUCKET_BRANCH}", "{BITBUCKET_TAG}"],
    repository: ["{BITBUCKET_GIT_HTTP_ORIGIN}"],
    url: ["https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}"],
    run: ["{BITBUCKET_BUILD_NUMBER}"],
    job: ["{BITBUCKET_STEP_UUID}"],
  },
  {
    name: "teamcity", // "Predefined build parameters"
    mark: "TEAMCITY_VERSION",
    sha: ["{BUILD_VCS_NUMBER}"],
    ref: [],
    repository: [],
    url: ["{BUILD_URL}"],
    run: ["{BUILD_NUMBER}"],
    job: ["{TEAMCITY_BUILDCONF_NAME}"],
  },
  {
    name: "travis", // "Environment variables", default environment variables
    mark: "TRAVIS",
    sha: ["{TRAVIS_COMMIT}"],
    ref: ["{TRAVIS_PULL_REQUEST_BRANCH}", "{TRAVIS_BRANCH}"],
    repository: ["https://github.com/{TRAVIS_REPO_SLUG}"],
    url: ["{TRAVIS_BUILD_WEB_URL}"],
    run: ["{TRAVIS_BUILD_ID}"],
    job: ["{TRAVIS_JOB_ID}"],
  },
  {
    name: "jenkins", // "Using a Jenkinsfile", environment variables; Git plugin
    mark: "JENKINS_URL",
    sha: ["{GIT_COMMIT}"],
    ref: ["{BRANCH_NAME}", "{GIT_BRANCH}"],
    repository: ["{GIT_URL}"],
    url: ["{BUILD_URL}"],
    run: ["{BUILD_NUMBER}"],
    job: ["{JOB_NAME}"],
  },
];

/** What the CI system says about this run, or `null` outside of the ones in the table. */
export function ciFacts(env: Environment): CiFacts | null {
  const provider = PROVIDERS.find(({ mark }) => env[mark]);
  if (provider === undefined) return null;
  const sha = fill(env, provider.sha) ?? "";
  const tags: Record<string, string> = { ci: provider.name };
  const named = { ciRun: provider.run, ciAttempt: provider.attempt ?? [], ciJob: provider.job };
  for (const [tag, templates] of Object.entries(named)) {
    const value = fill(env, templates);
    if (value !== null) tags[tag] = value;
  }
  return {
    commitSha: /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha) ? sha : null,
    ref: fill(env, provider.ref),
    repository: repositoryUrl(fill(env, provider.repository)),
    url: fill(env, provider.url),
    tags,
  };
}

function fill(env: Environment, templates: Templates): string | null {
  for (const template of templates) {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
    if (names.every((name) => env[name]))
      return template.replace(/\{(\w+)\}/g, (_, name: string) => env[name] ?? "");
  }
  return null;
}
