#!/bin/bash
# What planning and staging build contexts costs, in figures:
#   - planning 13 images over a repository of 1,500 Go files, the first time, again, and after one edit;
#   - staging 8,000 files of 130 MB against `cp -r`, what narrowing leaves of them, and deciding that nothing changed.
# `tools/bench/inference.sh` has the figures of the project graph.
#   tools/run.sh --modules-only tools/bench/contexts.sh
# Works in a temporary folder with a machine store of its own, and removes it at the end. Needs no engine.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bench=$root/tools/bench
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-contexts.XXXXXX")
trap 'rm -rf "$work"' EXIT
rounds=5
export NX_SLIPWAY_STATE_DIR=$work/state

cli=$root/packages/nx-slipway/dist/cli.js
now_ms() { date +%s%3N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# plan TITLE BOUND COMMAND…: runs a command before each plan; prints the medians of the plans, and of the processor's time, which depends
# less on other load.
plan() {
  local title=$1 bound=$2
  shift 2
  : >"$work/times"
  for _ in $(seq "$rounds"); do
    "$@"
    (cd "$work/go" && python3 "$bench/count-processor-time.py" node "$cli" plan --engine none --json >>"$work/times")
  done
  printf '%-25s %s ms (bound %s), %s ms of the processor\n' "$title" \
    "$(awk '{ print $1 }' "$work/times" | median)" "$bound" "$(awk '{ print $2 }' "$work/times" | median)"
}
forget() { rm -rf "$NX_SLIPWAY_STATE_DIR"; }
edit() { echo "// $RANDOM$RANDOM" >>"$work/go/internal/p42/file1.go"; }

node "$bench/go-repository.mjs" "$work/go" 1500 13
git -C "$work/go" init -q
sleep 2.1 # a file younger than two seconds is never remembered
echo "== planning 13 images, 1,500 Go files (whole process, medians of $rounds)"
plan "first time" 3000 forget
plan "again" 1000 true
plan "after one edit" 1500 edit

# fastest COMMAND…: the shortest of some runs, in milliseconds.
fastest() {
  for _ in $(seq 7); do
    local start
    start=$(now_ms)
    "$@" >/dev/null
    echo $(($(now_ms) - start))
  done | sort -n | head -n 1
}
echo "== the command line's start (fastest of 7)"
echo "node alone                $(fastest node -e 0) ms"
echo "npx nx-slipway --help     $(fastest node "$cli" --help) ms"

node "$bench/large-context.mjs" "$work/large" 8000 130
git -C "$work/large" init -q
sleep 2.1
echo "== a build context of 8,000 files, 130 MB (median of $rounds)"
node "$bench/time-staging.mjs" "$work/large" web "$rounds"
