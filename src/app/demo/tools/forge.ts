/** Where a service's repository is, GitHub or GitLab, and how that tells of its changes. */
import type { Change, Hook, Service } from "../story.ts";
import { HOST as GITHUB } from "./github.ts";
import { HOST as GITLAB } from "./gitlab.ts";
import { mergeRequest } from "./merge-request.ts";
import { pullRequest } from "./pull-request.ts";

/** Whatever tool deploys it, its code lies at one of the two. */
export const isAtGithub = ({ repository }: Service): boolean => repository.startsWith("example-shop/");

export const repositoryUrl = (service: Service): string =>
  `${isAtGithub(service) ? GITHUB : GITLAB}/${service.repository}`;

export const commitUrl = (service: Service, sha: string): string =>
  `${repositoryUrl(service)}/${isAtGithub(service) ? "" : "-/"}commit/${sha}`;

export const changeHooks = (change: Change): Hook[] =>
  isAtGithub(change.service) ? pullRequest(change) : mergeRequest(change);

/** The first line of a merge, and the reference that the forge writes into it. */
export function mergeMessage(service: Service, { number, branch, title, body }: MergeWords): string {
  const rest = body === null ? "" : `\n\n${body}`;
  return isAtGithub(service)
    ? `Merge pull request #${number} from ${service.repository.split("/")[0]}/${branch}\n\n${title}${rest}`
    : `Merge branch '${branch}' into 'main'\n\n${title}${rest}\n\nSee merge request ${service.repository}!${number}`;
}

type MergeWords = Pick<Change, "number" | "branch" | "title" | "body">;
