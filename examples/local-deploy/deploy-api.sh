#!/usr/bin/env bash
# Deploys the API from a laptop, and leaves a record of it: one pipeline with its stages and its deployment.
#
#   PATH="$PWD/bin:$PATH" ./deploy-api.sh      (bin/ has stand-ins for docker and gcloud that touch nothing)
#   vice activities --kind pipeline
#
# Taken from "Debubbing DevOps: Local Deploy Visibility" (ValueStream). The commands of the deploy are as they were
# there; what vice adds stands before them.
set -eu
cd "$(dirname "$0")"

eval "$(vice shellenv)"
TRACEID="$(vice event -tag='source|gcloud' -tag='service|api' -type=pipeline start)"
export VICE_RUN_ID="$TRACEID"
trap 'vice event -type=pipeline end -event-id="${TRACEID}" --status $?' EXIT

vice_step build docker build -f Dockerfile.api -t valuestream-api .

vice_step tag docker tag valuestream-api us.gcr.io/value-stream/valuestream-api
vice_step push docker push us.gcr.io/value-stream/valuestream-api

vice run --service api --env production --version v1 -- \
  gcloud app deploy \
    --image-url us.gcr.io/value-stream/valuestream-api devops/gae/app.api.yaml \
    --version=v1 \
    --quiet
