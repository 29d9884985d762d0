#!/bin/bash
# What inference costs: `createNodes` for 125, 250, 500 and 1,000 Dockerfiles, and commands of Nx for 500 with and without the
# plugin, run by turns. Works in temporary folders that it removes.
#   tools/run.sh tools/bench/inference.sh [ROUNDS]
# With NX_DAEMON=true the commands ask Nx's daemon; without it, as in CI, each of them makes the graph anew.
set -euo pipefail
rounds=${1:-5}
bench=$(cd "$(dirname "$0")" && pwd)
modules=$(cd "$bench/../../node_modules" && pwd)
nx=$modules/nx/dist/bin/nx.js
folder=$(mktemp -d "${TMPDIR:-/tmp}/nx-slipway-inference.XXXXXX")
export NX_DAEMON=${NX_DAEMON:-false} NX_WORKSPACE_ROOT_PATH='' NO_COLOR=1
stop() {
  for side in with without; do
    [ ! -d "$folder/$side" ] || (cd "$folder/$side" && node "$nx" daemon --stop >/dev/null 2>&1) || true
  done
  rm -rf "$folder"
}
trap stop EXIT

echo "createNodes, in one process: the first call, and the median of those after it"
for count in 125 250 500 1000; do
  node "$bench/many-images-workspace.mjs" "$folder/$count" "$count" "$modules"
  node "$bench/time-inference.mjs" "$folder/$count" "$rounds"
done

node "$bench/many-images-workspace.mjs" "$folder/with" 500 "$modules"
cp -R "$folder/with" "$folder/without"
echo '{ "analytics": false, "plugins": [] }' >"$folder/without/nx.json"
for side in with without; do
  (
    cd "$folder/$side"
    git init -q
    git add -A
    git -c user.name=bench -c user.email=bench@example.test commit -qm first
    node "$nx" show projects >/dev/null
    echo "package main // changed" >services/service-0/src/main.go
  )
done

took() { # FILE COMMAND…: appends milliseconds
  local file=$1 start
  shift
  start=$(date +%s%3N)
  node "$nx" "$@" >"$folder/last.log" 2>&1 || { tail -n 40 "$folder/last.log" >&2; exit 1; }
  echo $(($(date +%s%3N) - start)) >>"$file"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

compare() { # COMMAND…
  rm -f "$folder"/times.*
  for _ in $(seq "$rounds"); do
    for side in without with; do
      (cd "$folder/$side" && took "$folder/times.$side" "$@")
    done
  done
  awk -v a="$(median "$folder/times.with")" -v b="$(median "$folder/times.without")" -v command="nx $*" \
    'BEGIN { printf "%s: with the plugin %.2f s, without %.2f s, ratio %.2f\n", command, a / 1000, b / 1000, a / b }'
}
echo "500 Dockerfiles, NX_DAEMON=$NX_DAEMON, medians of $rounds rounds by turns"
compare show projects
compare show projects --affected --uncommitted
