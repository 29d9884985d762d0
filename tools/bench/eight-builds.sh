#!/bin/bash
# Eight image builds that really hold memory, started together from two workspaces, below a cgroup with a limit that they do not fit together:
#   - without admission at least one dies;
#   - with admission none does, ROUNDS times in a row, each round within 1.25 times the shortest time there can be.
#   tools/run.sh tools/bench/eight-builds.sh
# ROUNDS (20), LIMIT_MIB (8192; a build has 0.75 to 3 GiB of it; 16384 for 1.5 to 6) and HOLD_SECONDS (20) can be set. Needs root, podman and cgroup v1.
# Everything runs in a cgroup namespace of its own, as in a container with that limit. Works in a temporary folder with a machine store of its own
# and removes it, the images and the cgroup at the end.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bench=$root/tools/bench
rounds=${ROUNDS:-20}
limit=${LIMIT_MIB:-8192}
held=${HOLD_SECONDS:-20}
most_ratio=1.25
hierarchy=/sys/fs/cgroup/memory

# Enters a cgroup namespace whose root has the limit, and goes back to its own cgroup: only builds are to be below the limit, not Nx.
if [ -z "${EIGHT_BUILDS_CGROUP:-}" ]; then
  [ "$(id -u)" = 0 ] && [ -e "$hierarchy/memory.limit_in_bytes" ] || {
    echo "This needs root and cgroup v1: it gives a cgroup a limit." >&2
    exit 1
  }
  name=slipway-eight-builds-$$
  own=$hierarchy$(awk -F: '$2 == "memory" { print $3 }' /proc/self/cgroup)
  export EIGHT_BUILDS_CGROUP=$hierarchy/$name EIGHT_BUILDS_OWN=$own
  mkdir "$EIGHT_BUILDS_CGROUP"
  echo $((limit * 1048576)) >"$EIGHT_BUILDS_CGROUP/memory.limit_in_bytes"
  code=0
  bash -c 'echo $$ >"$EIGHT_BUILDS_CGROUP/cgroup.procs"; exec unshare --mount --cgroup --propagation private "$@"' - "$0" || code=$?
  find "$EIGHT_BUILDS_CGROUP" -depth -type d -exec rmdir {} \;
  exit "$code"
fi
echo $$ >"$EIGHT_BUILDS_OWN/cgroup.procs"
mount --bind "$EIGHT_BUILDS_CGROUP" "$hierarchy"

work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-eight.XXXXXX")
prefix=eight$(basename "$work" | tr '[:upper:].' '[:lower:]-' | tr -d -)
export NX_SLIPWAY_STATE_DIR=$work/state NX_TUI=false NX_DAEMON=false NX_SLIPWAY_ENGINE=podman NX_ISOLATE_PLUGINS=false
export PATH=$root/node_modules/.bin:$PATH

cleanup() {
  podman images --format '{{.Repository}}:{{.Tag}}' | grep "^localhost/$prefix-" | xargs -r podman rmi --force >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }

# New content for every image: all are built anew.
next_round() { for file in "$work"/*/*/round.txt; do echo "$1 $RANDOM" >"$file"; done; }

# run_all LOG: builds all images of both workspaces at the same time; succeeds if all were built.
run_all() {
  local pids=() failed=0
  for workspace in a b; do
    (cd "$work/$workspace" && nx run-many -t image-build --parallel=8 --output-style=stream --skip-nx-cache) >"$1.$workspace" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return "$failed"
}
kills() { awk '$1 == "oom_kill" { print $2 }' /proc/vmstat; }

node "$bench/memory-workspaces.mjs" "$work" "$root/node_modules" "$limit" "$held" "$prefix" >"$work/images"
for workspace in a b; do
  git -C "$work/$workspace" init -q
  git -C "$work/$workspace" add -A
done

echo "== eight builds of $(awk '{ printf "%s%s", sep, $3; sep = ", " }' "$work/images") MiB, limit $limit MiB"
echo "-- each alone: what it needs is learned, and how long it takes"
while read -r workspace image size; do
  (cd "$work/$workspace" && nx run "$image:image-build" --output-style=stream --skip-nx-cache) 2>&1 </dev/null |
    while IFS= read -r line; do printf '%s %s\n' "$(now)" "$line"; done >"$work/alone.log"
  took=$(awk '/: building, because/ { from = $1 } /: built: / { to = $1 } END { if (from && to) printf "%.1f", to - from }' "$work/alone.log")
  [ -n "$took" ] || {
    tail -n 40 "$work/alone.log" >&2
    exit 1
  }
  echo "$image $size $took"
done <"$work/images" | tee "$work/durations"
# The budget is what the limit leaves after the default reserve: a tenth, at least 512 MiB.
budget=$(awk -v l="$limit" 'BEGIN { r = l / 10; if (r < 512) r = 512; print int(l - r) }')
ideal=$(node "$bench/ideal-packing.mjs" "$budget" <"$work/durations")
echo "the shortest time for all of them below $budget MiB: $ideal s"

echo "-- all together without admission"
next_round without
before=$(kills)
if NX_SLIPWAY_ADMISSION=off run_all "$work/without"; then
  echo "NOT AS EXPECTED: all were built, $(($(kills) - before)) processes were killed"
  exit 1
fi
[ "$(kills)" -gt "$before" ] || {
  tail -n 30 "$work"/without.? >&2
  echo "NOT AS EXPECTED: it failed, and nothing was killed for want of memory"
  exit 1
}
echo "failed as expected: $(grep -hc 'BUILD_' "$work"/without.? | awk '{ n += $1 } END { print n }') builds ended in an error, $(($(kills) - before)) processes were killed for want of memory"

echo "-- all together with admission, $rounds times"
for round in $(seq "$rounds"); do
  next_round "$round"
  before=$(kills)
  from=$(now)
  if ! run_all "$work/with"; then
    grep -hE 'BUILD_|SCHEDULE_|Failed|waiting' "$work"/with.? | tail -n 60 >&2
    echo "round $round FAILED, $(($(kills) - before)) processes were killed"
    exit 1
  fi
  took=$(since "$from")
  waits=$(grep -hc ': waiting for' "$work"/with.? | awk '{ n += $1 } END { print n }')
  ratio=$(awk -v a="$took" -v b="$ideal" 'BEGIN { printf "%.2f", a / b }')
  echo "round $round: all built in $took s, $ratio times the shortest; $waits lines of waiting; $(($(kills) - before)) killed"
  awk -v r="$ratio" -v most="$most_ratio" 'BEGIN { exit !(r <= most) }' || slow=$((${slow:-0} + 1))
done
grep -h ': waiting for' "$work"/with.? | head -n 3
[ -z "${slow:-}" ] || {
  echo "$slow of $rounds rounds took more than $most_ratio times the shortest time"
  exit 1
}
