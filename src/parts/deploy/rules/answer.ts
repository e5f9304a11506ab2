/** What `vice can-deploy` answers. Apart from the command, which has schemas: the quick way to it loads none. */
import { holderOf } from "./holder.ts";
import { type MayDeploy, mayDeploy } from "./may-deploy.ts";
import { meantNames } from "./meant.ts";
import type { RuleContext } from "./rule-context.ts";

/** As the schema of the command gives it. */
export interface Question {
  service: string;
  environment: string;
  version?: string | undefined;
  commit?: string | undefined;
  commits?: number | undefined;
  lines?: number | undefined;
  holder?: string | undefined;
  new: boolean;
}

/** @throws ViceError `not-found` for an unknown name, `input.invalid` for one that stands for several */
export function answer(ctx: RuleContext, asked: Question): MayDeploy {
  const { version = null, commit = null, commits = null, lines = null, holder, new: isNew, ...given } = asked;
  return mayDeploy(ctx, {
    ...meantNames(ctx, given, isNew),
    ...{ version, commitSha: commit, commits, lines },
    ...holderOf(ctx, holder),
  });
}

/** Not allowed to deploy now: the contract's exit code. */
const EXIT_NOT_ALLOWED = 23;

export const exitOf = ({ allowed }: Pick<MayDeploy, "allowed">): number => (allowed ? 0 : EXIT_NOT_ALLOWED);
