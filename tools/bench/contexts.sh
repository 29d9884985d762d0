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

cli() { node "$root/packages/nx-slipway/dist/cli.js" "$@"; }
now_ms() { date +%s%3N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# plan_ms COMMAND…: runs a command before each plan, prints the median of the plans in milliseconds.
plan_ms() {
  for _ in $(seq "$rounds"); do
    "$@"
    local start
    start=$(now_ms)
    (cd "$work/go" && cli plan --engine none --json >"$work/plan.json")
    echo $(($(now_ms) - start))
  done | median
}
forget() { rm -rf "$NX_SLIPWAY_STATE_DIR"; }
edit() { echo "// $RANDOM$RANDOM" >>"$work/go/internal/p42/file1.go"; }

node "$bench/go-repository.mjs" "$work/go" 1500 13
git -C "$work/go" init -q
sleep 2.1 # a file younger than two seconds is never remembered
echo "== planning 13 images, 1,500 Go files (whole process, median of $rounds)"
echo "first time                $(plan_ms forget) ms (bound 3000)"
echo "again                     $(plan_ms true) ms (bound 1000)"
echo "after one edit            $(plan_ms edit) ms (bound 1500)"


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
echo "npx nx-slipway --help     $(fastest node "$root/packages/nx-slipway/dist/cli.js" --help) ms"

node "$bench/large-context.mjs" "$work/large" 8000 130
git -C "$work/large" init -q
sleep 2.1
echo "== a build context of 8,000 files, 130 MB (median of $rounds)"
node "$bench/time-staging.mjs" "$work/large" web "$rounds"
