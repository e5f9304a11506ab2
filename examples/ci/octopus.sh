#!/bin/sh
# Octopus Deploy: a step "Run a Script" (Bash) before the deployment steps. It fails the deployment while it may not happen.
# vice knows the project and the environment by the names that Octopus gives them: say once which service they are, with
# `vice service alias "Shop Web" shop`, or `aliases` and `environments` in vice.server.yaml.
# VICE_SERVER and VICE_TOKEN (sensitive) are variables of the project.
set -eu
VICE_SERVER="$(get_octopusvariable "VICE_SERVER")"
VICE_TOKEN="$(get_octopusvariable "VICE_TOKEN")"
export VICE_SERVER VICE_TOKEN
npx --yes vice-deploy can-deploy \
  "$(get_octopusvariable "Octopus.Project.Name")" \
  "$(get_octopusvariable "Octopus.Environment.Name")" \
  --version "$(get_octopusvariable "Octopus.Release.Number")"
