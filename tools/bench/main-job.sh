#!/bin/bash
# The main job in figures: what `nx run aianalysis:e2e` costs cold, warm, after a change, and against the old way. Works in a
# copy of this repository with a machine store, a cluster and a base image of its own; removes all of them at the end.
#   tools/run.sh tools/bench/main-job.sh [PART…]     parts: cold old-way warm reset comment behaviour services (default: all)
# Needs what tools/setup.sh installs, and Go for the part old-way (`go mod vendor`).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bench=$root/tools/bench
parts=${*:-cold old-way warm reset comment behaviour services}
rounds=5
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-bench.XXXXXX")
copy=$work/repository
base=docker.io/library/debian:bookworm-slim
id=$(basename "$work" | tr '[:upper:].' '[:lower:]-')
export BENCH_ID=$id NX_SLIPWAY_STATE_DIR=$work/state NX_TUI=false NX_DAEMON=true PODMAN_CALLS=$work/podman-calls
REAL_PODMAN=$(command -v podman)
export REAL_PODMAN
mkdir -p "$work/bin"
ln -s "$bench/recording-podman.sh" "$work/bin/podman"
export PATH=$work/bin:$root/node_modules/.bin:$PATH

cleanup() {
  cd "$copy" && nx run cluster:cluster-down >"$work/down.log" 2>&1
  nx daemon --stop >/dev/null 2>&1
  cd "$root"
  "$REAL_PODMAN" images --format '{{.Repository}}:{{.Tag}}' --filter "label=io.nx-slipway.bench=$id" | grep -v '<none>' |
    xargs -r "$REAL_PODMAN" rmi --force >/dev/null 2>&1
  rm -rf "$work"
}
trap cleanup EXIT

now_ms() { date +%s%3N; }
seconds() { awk -v ms="$1" 'BEGIN { printf "%.1f s", ms / 1000 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
title() { printf '\n== %s\n' "$*"; }
calls() { wc -l <"$PODMAN_CALLS"; }
builds() { grep -c -E '(^| )build ' "$PODMAN_CALLS" || true; }

# timed COMMAND…: runs it, quiet unless it fails; sets $took in milliseconds.
timed() {
  local start
  start=$(now_ms)
  : >"$PODMAN_CALLS"
  if ! "$@" >"$work/last.log" 2>&1; then
    tail -n 60 "$work/last.log" >&2
    echo "bench: failed: $*" >&2
    exit 1
  fi
  took=$(($(now_ms) - start))
}

# A copy with a base image that no layer in podman's storage stands on: nothing of an earlier build can be reused.
make_copy() {
  mkdir -p "$copy"
  git -C "$root" ls-files -z | tar -C "$root" --null -T - -c | tar -C "$copy" -x
  ln -s "$root/node_modules" "$copy/node_modules"
  fresh_base
  find "$copy/examples" -name Dockerfile -exec sed -i "s#$base#localhost/$id-base:latest#" {} +
  (cd "$copy" && git init -q && git add -A && git -c user.name=bench -c user.email=bench@localhost commit -qm bench)
}

# A base of the same name that no layer in podman's storage stands on. No file changes, so no content key does.
fresh_base() {
  printf 'FROM %s\nLABEL io.nx-slipway.bench=%s io.nx-slipway.bench.nonce=%s\n' "$base" "$id" "$RANDOM$RANDOM" |
    "$REAL_PODMAN" build --quiet --no-cache --tag "localhost/$id-base:latest" - >/dev/null
}

main_job() { nx run aianalysis:e2e --output-style=stream; }
container_ids() { "$REAL_PODMAN" ps --no-trunc --quiet --filter "label=io.nx-slipway.cluster" | sort; }
image_ids() { cat "$copy"/dist/images/*/image.json | grep '"imageId"' | sort; }
cached_tasks() { grep -o 'for [0-9]* out of [0-9]* tasks' "$work/last.log" || echo 'for no task'; }
e2e_cached() { grep -q 'aianalysis:e2e.*cache' "$work/last.log" && echo 'from cache' || echo 'run again'; }

part_cold() {
  title 'Cold: nothing built, no cluster'
  nx run aianalysis:e2e --graph="$work/tasks.json" >/dev/null 2>&1
  NX_PROFILE=dist/profile.json timed main_job
  cold=$took
  echo "images built: $(builds), podman calls: $(calls)"
  node "$bench/critical-path.mjs" dist/profile.json "$work/tasks.json" "$took"
}

part_warm() {
  title "Warm: nothing changed, against the same graph with empty executors ($rounds pairs)"
  timed main_job
  local before after empty=$work/empty ours=() theirs=()
  nx graph --file="$work/graph.json" >/dev/null 2>&1
  node "$bench/empty-workspace.mjs" "$work/graph.json" "$empty" "$root/node_modules"
  (cd "$empty" && git init -q && nx run aianalysis:e2e >/dev/null 2>&1)
  before=$(container_ids)
  for _ in $(seq "$rounds"); do
    (cd "$empty" && timed nx run aianalysis:e2e --output-style=stream && echo "$took" >>"$work/theirs")
    timed main_job
    echo "$took" >>"$work/ours"
  done
  after=$(container_ids)
  echo "images built: $(builds), podman calls: $(calls), e2e: $(e2e_cached)"
  echo "containers restarted: $([ "$before" = "$after" ] && echo 0 || echo some)"
  echo "ours $(seconds "$(median <"$work/ours")"), empty executors $(seconds "$(median <"$work/theirs")"), ratio $(ratio "$(median <"$work/ours")" "$(median <"$work/theirs")")"
  (cd "$empty" && nx daemon --stop >/dev/null 2>&1)
}

part_reset() {
  title "After nx reset, with Nx's cache and dist deleted"
  nx reset >/dev/null 2>&1
  rm -rf .nx dist
  timed main_job
  echo "images built: $(builds), podman calls: $(calls), took $(seconds "$took")"
}

part_comment() {
  title 'A comment changed in a Go file'
  local images containers
  images=$(image_ids)
  containers=$(container_ids)
  sed -i '0,/^\/\/ /s/^\/\/ /\/\/ (Changed) /' examples/datastorage/cmd/datastorage/main.go
  timed main_job
  echo "images built: $(builds), image IDs $([ "$images" = "$(image_ids)" ] && echo unchanged || echo CHANGED)"
  echo "containers replaced: $(comm -13 <(echo "$containers") <(container_ids) | wc -l), took $(seconds "$took")"
  echo "Nx read from cache $(cached_tasks); e2e: $(e2e_cached)"
}

part_behaviour() {
  title 'One line of behaviour changed in aianalysis'
  local containers
  containers=$(container_ids)
  sed -i 's/^func main() {/&\n\tprintln("changed")/' examples/aianalysis/cmd/aianalysis/main.go
  timed main_job
  echo "images built: $(builds), containers replaced: $(comm -13 <(echo "$containers") <(container_ids) | wc -l) (one workload: its container and its pod's), took $(seconds "$took")"
}

part_old-way() {
  [ "$cold" -gt 0 ] || { echo 'bench: the part old-way is measured against the part cold: name both' >&2; exit 1; }
  title 'The old way: vendor/ in the build context, --no-cache in each deploy, deploys in series'
  local start services='postgres redis datastorage holmesgpt-api aianalysis'
  nx run cluster:cluster-down >/dev/null 2>&1
  fresh_base
  nx run cluster:cluster-up >/dev/null 2>&1
  (cd examples && go mod vendor)
  sed -i '/vendor/d' .dockerignore
  start=$(now_ms)
  local builds=()
  for service in $services; do
    old_build "$service" &
    builds+=($!)
  done
  for build in "${builds[@]}"; do wait "$build"; done
  for service in $services; do
    old_build "$service" --no-cache
    timed nx run "$service:deploy-only" --exclude-task-dependencies
  done
  timed nx run aianalysis:e2e --exclude-task-dependencies --skip-nx-cache
  local old=$(($(now_ms) - start))
  rm -rf examples/vendor
  git checkout -q .dockerignore
  echo "the old way $(seconds "$old"), ours $(seconds "$cold"), ours is $(ratio "$old" "$cold") times faster"
}

old_build() { # SERVICE [FLAG…]
  local service=$1 folder=.
  shift
  case $service in postgres | redis | holmesgpt-api) folder=examples/$service ;; esac
  "$REAL_PODMAN" build "$@" --timestamp 0 --secret id=host-ca,src=/etc/ssl/certs/ca-certificates.crt \
    --tag "localhost/$id-old-$service" --file "examples/$service/Dockerfile" "$folder" >"$work/old-$service.log" 2>&1
}

part_services() {
  title 'A workspace of 40 services, nothing changed, against empty executors'
  "$bench/forty-services.sh" "$work/forty" "$root/node_modules" "$rounds"
}

make_copy
cd "$copy"
cold=0
for part in $parts; do "part_$part"; done
