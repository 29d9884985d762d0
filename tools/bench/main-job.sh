#!/bin/bash
# The main job in figures: what `nx run aianalysis:e2e` costs cold, warm, after a change, and against the old way. Works in a
# copy of this repository with a machine store, a cluster and a base image of its own; removes all of them at the end.
#   tools/run.sh tools/bench/main-job.sh [PART…]     parts: cold old-way warm reset comment behaviour services (default: all)
# Needs what tools/setup.sh installs, and Go for the part old-way (`go mod vendor`).
set -euo pipefail
# shellcheck source=tools/bench/workspace-copy.sh
. "$(dirname "$0")/workspace-copy.sh"
parts=${*:-cold old-way warm reset comment behaviour services}
rounds=5
trap close_copy EXIT

main_job() { nx run aianalysis:e2e --output-style=stream; }
container_ids() { "$REAL_PODMAN" ps --no-trunc --quiet --filter "label=io.nx-slipway.cluster" | sort; }
image_ids() { cat "$copy"/dist/images/*/image.json | grep '"imageId"' | sort; }

part_cold() {
  title 'Cold: nothing built, no cluster'
  nx run aianalysis:e2e --graph="$work/tasks.json" >/dev/null 2>&1
  NX_PROFILE=dist/profile.json timed main_job
  cold=$took
  echo "images built: $(builds), podman calls: $(calls podman)"
  node "$bench/critical-path.mjs" dist/profile.json "$work/tasks.json" "$took"
}

part_warm() {
  title "Warm: nothing changed, against the same graph with empty executors ($rounds pairs)"
  timed main_job
  local before
  before=$(container_ids)
  time_pairs "$rounds"
  echo "images built: $(builds), podman calls: $(calls podman), e2e: $(e2e_cached)"
  echo "containers restarted: $([ "$before" = "$(container_ids)" ] && echo 0 || echo some)"
  echo "$pairs"
}

part_reset() {
  title "After nx reset, with Nx's cache and dist deleted"
  nx reset >/dev/null 2>&1
  rm -rf .nx dist
  timed main_job
  echo "images built: $(builds), podman calls: $(calls podman), took $(seconds "$took")"
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

open_copy
cold=0
for part in $parts; do "part_$part"; done
