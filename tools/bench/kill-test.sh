#!/bin/bash
# Kills image builds at random moments and proves that nothing is lost and nothing is left behind; see kill-test.mjs. Works in a
# workspace and a machine store of its own, and removes both and all images that it made.
#   tools/run.sh tools/bench/kill-test.sh [ROUNDS [SEED]]      default: 300 rounds (about 50 minutes), a seed by the clock
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${1:-300}
KILL_TEST_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/slipway-kill-test.XXXXXX")
export KILL_TEST_FOLDER KILL_TEST_MODULES=$root/node_modules

# What is built upon others goes first: an image is removed only when nothing needs it, and each round may free more.
cleanup() {
  rm -rf "$KILL_TEST_FOLDER"
  id=killed-$(basename "$KILL_TEST_FOLDER" | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9\n' -)
  podman images --all --quiet --no-trunc --filter "label=io.nx-slipway.kill-test=$id" | sort -u |
    while read -r image; do podman image rm --force "$image" >/dev/null 2>&1 || continue; done
}
trap cleanup EXIT

podman info --format '{{.Store.GraphRoot}}' >"$KILL_TEST_FOLDER/graph-root"
node "$root/tools/bench/kill-test.mjs" "$rounds" ${2:+"$2"}
