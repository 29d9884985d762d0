# shellcheck shell=bash
# Sourced: a copy of this repository with a machine store, a base image and images of its own, in which commands are timed and their calls of
# podman and kubectl are recorded. Sets $root, $bench, $work, $copy, $base and $id; `open_copy` enters the copy, `close_copy` removes everything.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bench=$root/tools/bench
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-bench.XXXXXX")
copy=$work/repository
base=docker.io/library/debian:bookworm-slim
id=$(basename "$work" | tr '[:upper:].' '[:lower:]-')
export BENCH_ID=$id NX_SLIPWAY_STATE_DIR=$work/state NX_TUI=false NX_DAEMON=true COMMAND_CALLS=$work/calls
REAL_PODMAN=$(command -v podman)
REAL_KUBECTL=$(command -v kubectl || true)
export REAL_PODMAN REAL_KUBECTL
mkdir -p "$work/bin"
ln -s "$bench/recording-command.sh" "$work/bin/podman"
[ -z "$REAL_KUBECTL" ] || ln -s "$bench/recording-command.sh" "$work/bin/kubectl"
export PATH=$work/bin:$root/node_modules/.bin:$PATH

now_ms() { date +%s%3N; }
seconds() { awk -v ms="$1" 'BEGIN { printf "%.1f s", ms / 1000 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
title() { printf '\n== %s\n' "$*"; }
calls() { grep -c "^$1 " "$COMMAND_CALLS" || true; }
builds() { grep -c -E '^podman (.* )?build ' "$COMMAND_CALLS" || true; }
cached_tasks() { grep -o 'for [0-9]* out of [0-9]* tasks' "$work/last.log" || echo 'for no task'; }
e2e_cached() { grep -q 'aianalysis:e2e.*cache' "$work/last.log" && echo 'from cache' || echo 'run again'; }

# timed COMMAND…: runs it, quiet unless it fails; sets $took in milliseconds.
timed() {
  local start
  start=$(now_ms)
  : >"$COMMAND_CALLS"
  if ! "$@" >"$work/last.log" 2>&1; then
    tail -n 60 "$work/last.log" >&2
    echo "bench: failed: $*" >&2
    exit 1
  fi
  took=$(($(now_ms) - start))
}

open_copy() {
  mkdir -p "$copy"
  git -C "$root" ls-files -z | tar -C "$root" --null -T - -c | tar -C "$copy" -x
  # Set up as the original is, so that `npm run e2e` and the like find nothing to install or build.
  local installed
  for installed in node_modules packages/nx-slipway/node_modules; do ln -s "$root/$installed" "$copy/$installed"; done
  cp -r "$root/packages/nx-slipway/dist" "$copy/packages/nx-slipway/"
  fresh_base
  find "$copy/examples" -name Dockerfile -exec sed -i "s#$base#localhost/$id-base:latest#" {} +
  cd "$copy"
  git init -q && git add -A && git -c user.name=bench -c user.email=bench@localhost commit -qm bench
}

# A base of the same name that no layer in podman's storage stands on: nothing of an earlier build can be reused. No file changes, so no
# content key does.
fresh_base() {
  printf 'FROM %s\nLABEL io.nx-slipway.bench=%s io.nx-slipway.bench.nonce=%s\n' "$base" "$id" "$RANDOM$RANDOM" |
    "$REAL_PODMAN" build --quiet --no-cache --tag "localhost/$id-base:latest" - >/dev/null
}

close_copy() {
  if [ -d "$copy" ]; then
    cd "$copy"
    nx run cluster:cluster-down >"$work/down.log" 2>&1
    nx daemon --stop >/dev/null 2>&1
    cd "$root"
    # By id: stages of builds have no name. Twice: one that others stand on goes after them.
    local _
    for _ in 1 2; do
      "$REAL_PODMAN" images --quiet --no-trunc --filter "label=io.nx-slipway.bench=$id" | sort -u |
        xargs -r "$REAL_PODMAN" rmi --force >/dev/null 2>&1
    done
  fi
  rm -rf "$work"
}

# empty_workspace FOLDER: this workspace's task graph with executors that do nothing, ready to be timed.
empty_workspace() {
  nx graph --file="$work/graph.json" >/dev/null 2>&1
  node "$bench/empty-workspace.mjs" "$work/graph.json" "$1" "$root/node_modules"
  (cd "$1" && git init -q && nx run aianalysis:e2e >/dev/null 2>&1)
}

# time_pairs ROUNDS: the main job, which the bench defines as main_job, and the same task graph with empty executors, by turns. Sets $pairs to their
# medians and the ratio, as text. What the last main job called stays recorded.
time_pairs() {
  local empty=$work/empty ours theirs _
  empty_workspace "$empty"
  for _ in $(seq "$1"); do
    (cd "$empty" && timed nx run aianalysis:e2e --output-style=stream && echo "$took" >>"$work/theirs")
    timed main_job
    echo "$took" >>"$work/ours"
  done
  (cd "$empty" && nx daemon --stop >/dev/null 2>&1)
  ours=$(median <"$work/ours")
  theirs=$(median <"$work/theirs")
  pairs="ours $(seconds "$ours"), empty executors $(seconds "$theirs"), ratio $(ratio "$ours" "$theirs")"
}
