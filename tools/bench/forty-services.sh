#!/bin/bash
# Generates a workspace of 40 services, each with an image and a Deployment, and one test that needs them all; times an unchanged
# run of it against the same graph with empty executors. Called by main-job.sh, which sets PATH, the machine store and a cleanup.
#   forty-services.sh FOLDER NODE_MODULES ROUNDS
set -euo pipefail
folder=$1 node_modules=$2 rounds=$3
empty=$folder-empty # Not within: its projects have the same names.
logs=$folder-logs # Not within: Nx's daemon would make its graph anew with each line.
bench=$(cd "$(dirname "$0")" && pwd)
count=40
mkdir -p "$folder" "$logs"
cd "$folder"
trap 'cd "$folder" && nx run cluster:cluster-down >/dev/null 2>&1; nx daemon --stop >/dev/null 2>&1' EXIT

needs=
for number in $(seq "$count"); do
  name=service-$number
  needs="$needs\"$name\","
  mkdir -p "services/$name/k8s"
  echo "{\"name\": \"$name\"}" >"services/$name/project.json"
  printf 'FROM docker.io/library/debian:bookworm-slim\nLABEL io.nx-slipway.bench=%s\nCOPY content /content\n' "${BENCH_ID:-}" >"services/$name/Dockerfile"
  echo "$name" >"services/$name/content"
  cat >"services/$name/k8s/$name.yaml" <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: $name}
spec:
  selector: {matchLabels: {app: $name}}
  template:
    metadata: {labels: {app: $name}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: $name, image: $name, command: [sleep, infinity]}]
YAML
done
mkdir -p services/all/k8s
cat >services/all/project.json <<JSON
{"name": "all", "targets": {"deploy-only": {"options": {"needs": [${needs%,}]}}, "e2e": {"options": {"command": "true"}}}}
JSON
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\n' >services/all/k8s/all.yaml
echo '{"parallel": 8, "analytics": false, "plugins": ["nx-slipway"]}' >nx.json
echo '{"name": "forty", "private": true}' >package.json
printf 'node_modules\ndist\n.nx\n' >.gitignore
ln -s "$node_modules" node_modules
git init -q

nx run all:e2e >"$logs/first" 2>&1 || { tail -n 40 "$logs/first" >&2; exit 1; }
nx graph --file=graph.json >/dev/null 2>&1
node "$bench/empty-workspace.mjs" graph.json "$empty" "$node_modules"
(cd "$empty" && git init -q && nx run all:e2e >/dev/null 2>&1)

took() { # COMMAND…: milliseconds
  local start
  start=$(date +%s%3N)
  "$@" >"$logs/last" 2>&1 || { tail -n 40 "$logs/last" >&2; exit 1; }
  echo $(($(date +%s%3N) - start))
}
for _ in $(seq "$rounds"); do
  (cd "$empty" && took nx run all:e2e) >>"$logs/theirs"
  : >"$COMMAND_CALLS"
  took nx run all:e2e >>"$logs/ours"
done
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
awk -v a="$(median "$logs/ours")" -v b="$(median "$logs/theirs")" -v calls="$(grep -c "^podman " "$COMMAND_CALLS" || true)" -v builds="$(grep -cE '^podman (.* )?build ' "$COMMAND_CALLS" || true)" \
  'BEGIN { printf "images built: %d, podman calls: %d\nours %.1f s, empty executors %.1f s, ratio %.2f\n", builds, calls, a / 1000, b / 1000, a / b }'
(cd "$empty" && nx daemon --stop >/dev/null 2>&1)
