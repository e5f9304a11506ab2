/** The help of the commands that do not load the rest of vice. */
import { print, printError } from "./say.ts";

export const USAGE = {
  run: `Run a command and record it: what, when, how long, how it ended. Its output, terminal and exit code stay as they are.

  vice run -- make deploy
  vice run --service api --env production --version v1.4.2 -- gcloud app deploy --quiet

Usage: vice run [options] -- command [arguments]

  --service NAME     what is worked on
  --env NAME         where to; makes it a deployment
  --version TEXT     which version
  --kind KIND        deployment, build, pipeline, stage, change, ticket, sprint, check, exposure, incident, action
                     (default: deployment with --env, else action)
  --name TEXT        name of the step (default: the command's name)
  --tag KEY=VALUE    anything else, as often as you like (KEY|VALUE too)
  --server URL, --token TOKEN   which server it is for (default: VICE_SERVER, VICE_TOKEN, else this home's);
                     on CI it is handed over at once, elsewhere by the next command with that server, or vice flush
  --quiet            no line at the end
  --json             the line at the end as JSON, on stderr

Exit code: the command's; 128+n when a signal ended it, 127 not found, 126 not executable.`,
  event: `Record the start and the end of something that no command wraps.

  id="$(vice event --type pipeline --tag 'service|api' start)"
  vice event end --event-id "$id" --status failed --error "smoke test failed"

Usage: vice event [options] start [--parent ID]     prints the id
       vice event [options] end --event-id ID         the unique start of an id will do

  --type TYPE        deploy, build, pipeline, stage, issue, pull_request, sprint, ... (others become actions)
  --service NAME, --env NAME, --version TEXT, --name TEXT
  --tag KEY=VALUE    as often as you like (KEY|VALUE too); the tags service and env fill the fields
  --parent ID        the activity that this one belongs to (default: VICE_RUN_ID)
  --status STATUS    succeeded, failed, canceled, or an exit code such as $? (default: succeeded, with --error failed)
  --error TEXT       what went wrong
  --server URL, --token TOKEN   which server it is for (default: VICE_SERVER, VICE_TOKEN, else this home's)

One dash does as well: -tag=, -type=, -event-id=, -parent-event-id=.`,
  shellenv: `Print shell functions that record a step without starting Node.

  eval "$(vice shellenv)"
  vice_step build docker build -t api .

  vice shellenv --shell powershell | Out-String | Invoke-Expression

Usage: vice shellenv [--shell sh|powershell] [--server URL]     sh is for sh, dash, bash, zsh and busybox`,
} as const;

export type WrapperVerb = keyof typeof USAGE;

export const EXIT_USAGE = 64;

export function help(verb: WrapperVerb): number {
  print(USAGE[verb]);
  return 0;
}

export function wrongUsage(verb: WrapperVerb, problem: string): number {
  const lines = USAGE[verb].split("\n").filter((line) => /^(Usage:| {7}vice )/.test(line));
  printError([`vice ${verb}: ${problem}`, ...lines, `More: vice ${verb} --help`].join("\n"));
  return EXIT_USAGE;
}
