#!/bin/bash
# What admission to the machine's memory costs, in figures:
#   alone        one build, nobody else there: at most 20 ms
#   contending   64 processes at one ledger: 99 % of all steps within 50 ms
#   measuring    following a build's memory: below 1 % of a core
#   system       the images of the example system built anew with plenty of memory, with admission and without: within 2 %
#   tools/run.sh tools/bench/admission.sh [PART…]
# Needs podman for the part system, which works in a copy of this repository with a machine store and a base image of its own and removes them.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bench=$root/tools/bench
parts=${*:-alone contending measuring system}
rounds=${ROUNDS:-5}
base=docker.io/library/debian:bookworm-slim
export PATH=$root/node_modules/.bin:$PATH
failed=

now_ms() { date +%s%3N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
title() { printf '\n== %s\n' "$*"; }

part_alone() {
  title 'One build, nobody else there'
  node "$bench/time-admission.mjs" alone || failed=yes
}

part_contending() {
  title '64 processes at one ledger'
  node "$bench/time-admission.mjs" contending 64 || failed=yes
}

part_measuring() {
  title 'Following the memory of a build'
  node "$bench/time-admission.mjs" measuring || failed=yes
}

# Builds all images anew: on a base of another ID nothing in podman's layer cache can be used.
build_system() { # on or off
  printf 'FROM %s\nLABEL io.nx-slipway.bench=%s io.nx-slipway.bench.nonce=%s\n' "$base" "$id" "$RANDOM$RANDOM" |
    podman build --quiet --no-cache --tag "localhost/$id-base:latest" - >/dev/null
  podman images --format '{{.Repository}}:{{.Tag}}' --filter "label=io.nx-slipway.bench=$id" | grep -v -e '<none>' -e "$id-base" |
    xargs -r podman rmi --force >/dev/null 2>&1
  local from
  from=$(now_ms)
  NX_SLIPWAY_ADMISSION=$1 nx run-many -t image-build --parallel=8 --skip-nx-cache >"$work/last.log" 2>&1 || {
    tail -n 40 "$work/last.log" >&2
    exit 1
  }
  echo $(($(now_ms) - from)) >>"$work/$1"
}

part_system() {
  title "The images of the example system, built anew ($rounds times with and without)"
  work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-admission.XXXXXX")
  id=$(basename "$work" | tr '[:upper:].' '[:lower:]-')
  export NX_SLIPWAY_STATE_DIR=$work/state NX_TUI=false NX_DAEMON=false
  trap 'podman images --format "{{.Repository}}:{{.Tag}}" --filter "label=io.nx-slipway.bench=$id" | grep -v "<none>" | xargs -r podman rmi --force >/dev/null 2>&1; rm -rf "$work"' EXIT
  mkdir "$work/repository"
  git -C "$root" ls-files -z | tar -C "$root" --null -T - -c | tar -C "$work/repository" -x
  ln -s "$root/node_modules" "$work/repository/node_modules"
  cd "$work/repository"
  find examples -name Dockerfile -exec sed -i "s#$base#localhost/$id-base:latest#" {} +
  git init -q && git add -A && git -c user.name=bench -c user.email=bench@localhost commit -qm bench
  build_system off # warms what both use: package caches, file digests
  rm "$work/off"
  for _ in $(seq "$rounds"); do
    build_system on
    build_system off
  done
  local with without
  with=$(median <"$work/on") without=$(median <"$work/off")
  awk -v a="$with" -v b="$without" 'BEGIN { printf "with admission %.1f s, without %.1f s, ratio %.3f (bound 1.02)\n", a / 1000, b / 1000, a / b; exit a > 1.02 * b }' || failed=yes
}

for part in $parts; do "part_$part"; done
[ -z "$failed" ]
