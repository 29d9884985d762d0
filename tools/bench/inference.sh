#!/bin/bash
# What inference costs: `createNodes` for 125, 250, 500 and 1,000 Dockerfiles, and commands of Nx for 500 without a plugin, with
# the least that a plugin of as many projects can be (floor-plugin.cjs), and with this one, run by turns. Works in temporary folders
# that it removes. What the floor costs is Nx's own: it starts a worker for each plugin, and merges and writes each project.
#   tools/run.sh tools/bench/inference.sh [ROUNDS]
# With NX_DAEMON=true the commands ask Nx's daemon; without it, as in CI, each of them makes the graph anew. Both are measured.
set -euo pipefail
rounds=${1:-5}
bench=$(cd "$(dirname "$0")" && pwd)
modules=$(cd "$bench/../../node_modules" && pwd)
nx=$modules/nx/dist/bin/nx.js
folder=$(mktemp -d "${TMPDIR:-/tmp}/nx-slipway-inference.XXXXXX")
export NX_DAEMON=false NX_WORKSPACE_ROOT_PATH='' NO_COLOR=1
stop() {
  for side in with without floor; do
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
cp -R "$folder/with" "$folder/floor"
echo '{ "analytics": false, "plugins": [] }' >"$folder/without/nx.json"
# By its absolute path, since Nx makes a whole graph of its own to find a plugin within the workspace.
echo "{ \"analytics\": false, \"plugins\": [\"$bench/floor-plugin.cjs\"] }" >"$folder/floor/nx.json"
for side in with without floor; do
  (
    cd "$folder/$side"
    git init -q
    git add -A
    git -c user.name=bench -c user.email=bench@example.test commit -qm first
    echo "package main // changed" >services/service-0/src/main.go
  )
done

# By turns, since other load of the machine changes; the processor's time depends less on it.
compare() { # COMMAND…
  rm -f "$folder"/times.*
  for _ in $(seq "$rounds"); do
    for side in without floor with; do
      (cd "$folder/$side" && python3 "$bench/count-processor-time.py" node "$nx" "$@" >>"$folder/times.$side")
    done
  done
  report "nx $*, seconds" 1
  [ "$NX_DAEMON" = true ] || report "nx $*, seconds of the processor" 2
}
report() { # TITLE COLUMN
  for side in without floor with; do
    awk -v column="$2" '{ print $column }' "$folder/times.$side" | sort -n |
      awk '{ v[NR] = $1 } END { printf "%d ", v[int((NR + 1) / 2)] }'
  done | awk -v title="$1" '{
    printf "%s: without a plugin %.2f, with the least plugin %.2f, with this one %.2f: ", title, $1 / 1000, $2 / 1000, $3 / 1000
    printf "ratio %.2f, of the least plugin %.2f, of this one to the least %.2f\n", $3 / $1, $2 / $1, $3 / $2
  }'
}
for NX_DAEMON in false true; do
  echo "500 Dockerfiles, NX_DAEMON=$NX_DAEMON, medians of $rounds rounds by turns"
  # The first command of each starts the daemon, or writes what the next ones read.
  for side in with without floor; do (cd "$folder/$side" && node "$nx" show projects >/dev/null); done
  compare show projects
  compare show projects --affected --uncommitted
done
