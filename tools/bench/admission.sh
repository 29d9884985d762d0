#!/bin/bash
# What admission to the machine's memory costs, in figures:
#   alone        one build, nobody else there: at most 20 ms
#   contending   64 processes at one ledger: 99 % of all steps within 50 ms
#   measuring    following a build's memory: below 1 % of a core
#   system       the images of the example system built with plenty of memory, with admission and without, in ROUNDS pairs (15): within 2 %
#   tools/run.sh tools/bench/admission.sh [PART…]
# Needs podman for the part system, which works in a copy of this repository with a machine store and a base image of its own and removes them.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bench=$root/tools/bench
parts=${*:-alone contending measuring system}
rounds=${ROUNDS:-15}
base=docker.io/library/debian:bookworm-slim
export PATH=$root/node_modules/.bin:$PATH
failed=

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

# Changes what each image's last steps are made of: no build is saved, and none takes long.
change_sources() {
  local line="changed for round $1"
  for file in examples/redis/redis.conf examples/postgres/postgresql.conf examples/holmesgpt-api/holmesgpt_api/api.py; do
    echo "# $line" >>"$file"
  done
  for file in examples/*/cmd/*/main.go; do echo "// $line" >>"$file"; done
}

# Builds all images once and notes the seconds that passed, and those of the processor, of everything that was started.
build_system() { # on or off, a number that was not yet
  local TIMEFORMAT='%R %U %S' before after
  change_sources "$2"
  before=$(count_built)
  {
    time NX_SLIPWAY_ADMISSION=$1 nx run-many -t image-build --parallel=8 --skip-nx-cache >"$work/last.log" 2>&1 || {
      tail -n 40 "$work/last.log" >&3
      exit 1
    }
  } 3>&2 2>"$work/time"
  after=$(count_built)
  [ $((after - before)) -ge 5 ] || {
    echo "only $((after - before)) images were built in round $2" >&2
    exit 1
  }
  awk '{ print $1, $2 + $3 }' "$work/time" >>"$work/$1"
}

# Engine builds that the machine store remembers.
count_built() { find "$work/state/built" -type f | wc -l; }

# Quartiles of the ratios of one column, with and without, of two files whose lines belong together.
ratios() { # column
  paste -d ' ' "$work/on" "$work/off" | awk -v c="$1" '{ print $c / $(c + 2) }' | sort -n |
    awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); printf "%.4f %.4f %.4f\n", v[int((m + 1) / 2)], (v[m] + v[NR + 1 - m]) / 2, v[NR + 1 - int((m + 1) / 2)] }'
}

# By turns, since a machine is never as quiet as two percent: what disturbs one of a pair mostly disturbs the other, too.
part_system() {
  title "The images of the example system, $rounds times with and without"
  work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-admission.XXXXXX")
  id=$(basename "$work" | tr '[:upper:].' '[:lower:]-')
  export NX_SLIPWAY_STATE_DIR=$work/state NX_TUI=false NX_DAEMON=false
  trap 'podman images --quiet --no-trunc --filter "label=io.nx-slipway.bench=$id" | sort -u | xargs -r podman rmi --force >/dev/null 2>&1; rm -rf "$work"' EXIT
  mkdir -p "$work/repository" "$work/state/built"
  git -C "$root" ls-files -z | tar -C "$root" --null -T - -c | tar -C "$work/repository" -x
  ln -s "$root/node_modules" "$work/repository/node_modules"
  cd "$work/repository"
  # A base of its own ID: its images can be told from others', and removed.
  printf 'FROM %s\nLABEL io.nx-slipway.bench=%s\n' "$base" "$id" |
    podman build --quiet --tag "localhost/$id-base:latest" - >/dev/null
  find examples -name Dockerfile -exec sed -i "s#$base#localhost/$id-base:latest#" {} +
  git init -q && git add -A && git -c user.name=bench -c user.email=bench@localhost commit -qm bench
  build_system off 0 # Makes the layers that no change touches, and what both remember.
  rm "$work/off"
  local round
  for round in $(seq "$rounds"); do
    if [ $((round % 2)) = 1 ]; then
      build_system on "${round}a" && build_system off "${round}b"
    else
      build_system off "${round}a" && build_system on "${round}b"
    fi
  done
  local low middle high
  read -r low middle high <<<"$(ratios 1)"
  printf 'without admission %.1f s, median\n' "$(cut -d ' ' -f 1 <"$work/off" | median)"
  printf 'with it, of each pair   time %.3f (middle half %.3f to %.3f; bound 1.02)\n' "$middle" "$low" "$high"
  awk -v ratio="$middle" 'BEGIN { exit ratio > 1.02 }' || failed=yes
  read -r low middle high <<<"$(ratios 2)"
  printf 'with it, of each pair   time of the processor %.3f (middle half %.3f to %.3f)\n' "$middle" "$low" "$high"
}

for part in $parts; do "part_$part"; done
[ -z "$failed" ]
