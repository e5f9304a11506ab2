#!/bin/sh
# Any CI system, or cron: a pipeline of steps and a deployment that vice sees.
# VICE_SERVER and VICE_TOKEN come from where the CI system keeps its secrets.
set -eu
vice() { npx --yes vice-deploy "$@"; }

eval "$(vice shellenv)"
PIPELINE="$(vice event --type pipeline --service api start)"
export VICE_RUN_ID="$PIPELINE"
# The runner's disk goes away with the job: `flush` makes sure that the records do not.
trap 'vice event end --event-id "$PIPELINE" --status $?; vice flush --timeout 10s || true' EXIT

vice_step build ./build.sh
vice_step test ./test.sh
# The rules of the team in one line: ends with 23 and every reason, see docs/rules.md.
vice can-deploy api production --version "${VERSION:-unknown}"
vice run --service api --env production --version "${VERSION:-unknown}" -- ./deploy.sh
